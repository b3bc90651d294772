"""When the next training is due."""

from __future__ import annotations

from dataclasses import dataclass

#: Fewer new events are no reason to train again.
FEWEST_NEW_EVENTS = 50
#: Seconds between two trainings for drift; doubled by each one that changed nothing.
_DRIFT_PAUSE = 60.0
_LONGEST_PAUSE = 7200.0


@dataclass(frozen=True)
class Situation:
    """What decides; times in seconds since the epoch."""

    now: float
    continuous: bool
    #: A model is in use.
    learned: bool
    #: A training is under way, or a challenger is being compared or waits for a decision.
    busy: bool
    #: When the latest training ended, or the model in use was trained.
    last_training: float
    #: Seconds; `None`: no interval.
    interval: float | None
    #: Events since the latest training began; `None`: not known, as the process is younger.
    new_events: int | None
    #: Index of the latest events, once there are enough.
    drift: float | None
    drift_threshold: float
    #: Trainings in a row after which the champion stayed.
    in_vain: int


def due_at(situation: Situation) -> float | None:
    """When the interval is over; `None` without one."""
    if not situation.continuous or not situation.learned or situation.interval is None:
        return None
    return situation.last_training + situation.interval


def due(situation: Situation) -> str | None:
    """Why a training is to begin right now: `drift`, `interval`; or `None`."""
    if not situation.continuous or not situation.learned or situation.busy:
        return None
    if situation.new_events is not None and situation.new_events < FEWEST_NEW_EVENTS:
        return None
    if drifted(situation) and situation.now >= drift_pause_ends(situation):
        return "drift"
    at = due_at(situation)
    return "interval" if at is not None and situation.now >= at else None


def drifted(situation: Situation) -> bool:
    """Whether the latest events no longer look like the training events."""
    return situation.drift is not None and situation.drift >= situation.drift_threshold


def drift_pause_ends(situation: Situation) -> float:
    """Drift that a training could not cure must not keep the machine busy for ever."""
    pause = min(_LONGEST_PAUSE, _DRIFT_PAUSE * 2.0 ** min(situation.in_vain, 20))
    return situation.last_training + pause
