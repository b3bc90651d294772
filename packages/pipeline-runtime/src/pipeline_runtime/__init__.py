"""Runs ML pipeline specs: sources, preprocessing, models and deployments as typed nodes."""

__version__ = "0.1.0"

__all__ = ["__version__"]
