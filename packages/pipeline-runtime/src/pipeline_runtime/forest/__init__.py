"""Isolation Forest: training with scikit-learn, fast scoring, plain storage."""
