"""Node types of the category source."""
