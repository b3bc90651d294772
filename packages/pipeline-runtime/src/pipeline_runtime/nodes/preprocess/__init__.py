"""Node types of the category preprocess."""
