"""Node types of the category deploy."""
