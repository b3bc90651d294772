"""The parameters of a model node that decide when and how a model is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LearningSettings:
    """See the node catalogue for what each one means to a person."""

    continuous: bool
    window_events: int
    #: Seconds; `None`: no interval.
    retrain_every: float | None
    drift_threshold: float
    shadow_events: int
    automatic: bool
    contamination: float

    @classmethod
    def of(cls, parameters: Any) -> LearningSettings:
        """Those of a model node."""
        minutes = parameters.retrain_every_minutes
        return cls(
            continuous=parameters.learning == "continuous",
            window_events=int(parameters.window_events),
            retrain_every=None if minutes is None else minutes * 60.0,
            drift_threshold=float(parameters.drift_threshold),
            shadow_events=int(parameters.shadow_events),
            automatic=parameters.promotion == "automatic",
            contamination=float(parameters.contamination),
        )
