"""Node types of the category model."""
