"""Continuous learning: drift, retraining, shadow, gate, promotion, roll-back."""
