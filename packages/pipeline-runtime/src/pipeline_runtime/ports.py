"""What flows along the edges of a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import repeat

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
#: Characters of a line that an anomaly shows.
SHOWN_LINE = 8192


class PortType(StrEnum):
    """Types of ports, by the names of the node catalogue."""

    LOG_EVENTS = "log-events"
    FEATURES = "features"
    SCORES = "scores"


@dataclass(slots=True)
class LogEvents:
    """Log lines in the order in which they happened."""

    lines: list[str]
    #: Where each line comes from: path of the file, or what the sender named.
    sources: list[str]
    #: Seconds since the epoch at which the batch arrived; used for lines without a time.
    arrived: float
    #: Sizes of groups that do not belong together (requests scored in one batch).
    groups: tuple[int, ...] = ()
    #: When each line arrived, where the batch was put together from several.
    arrivals: list[float] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def slice(self, start: int, stop: int) -> LogEvents:
        """A part of the batch."""
        arrivals = self.arrivals[start:stop] if self.arrivals is not None else None
        lines, sources = self.lines[start:stop], self.sources[start:stop]
        return LogEvents(lines, sources, self.arrived, arrivals=arrivals)

    def each_arrived(self) -> Iterable[float]:
        """When each line arrived."""
        return repeat(self.arrived) if self.arrivals is None else self.arrivals


@dataclass(frozen=True, slots=True)
class Column:
    """A feature, with what a person needs to read its value."""

    name: str
    #: Phrase for a sentence: "failures from this source in the window".
    label: str
    unit: str = ""
    #: The matrix holds log(1 + value); shown values are converted back.
    log: bool = False
    #: Counts that follow the stream decide its value, so that it moves while the data do not.
    adapts: bool = False

    def display(self, value: float) -> float:
        """The value in the unit of the feature."""
        return float(np.expm1(value)) if self.log else float(value)


@dataclass(slots=True)
class Features:
    """A numeric matrix with one row per event."""

    events: LogEvents
    columns: tuple[Column, ...]
    #: What models read; scaled when a normalisation came before.
    values: Matrix
    #: The same rows before any scaling, for explanations.
    raw: Matrix
    #: Time of each event in seconds since the epoch.
    times: Matrix


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much one feature adds to a score."""

    name: str
    value: float
    typical: float
    #: Score minus the score with the typical value instead.
    contribution: float
    text: str

    def as_json(self) -> dict[str, object]:
        """Rounded, for people."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "typical": round(self.typical, 4),
            "contribution": round(self.contribution, 4),
            "text": self.text,
        }


Explain = Callable[[Sequence[int]], list[list[Contribution]]]


def _no_explanation(rows: Sequence[int]) -> list[list[Contribution]]:
    return [[] for _ in rows]


@dataclass(slots=True)
class Scores:
    """A score and a verdict per event: the higher, the more anomalous."""

    features: Features
    values: Matrix
    #: A score of at least this is an anomaly.
    threshold: float
    #: Id of the model node.
    node: str
    explain: Explain = field(default=_no_explanation)

    @property
    def anomalies(self) -> npt.NDArray[np.bool_]:
        """The verdict of each event."""
        return np.asarray(self.values >= self.threshold)

    @property
    def window(self) -> tuple[float, float] | None:
        """Times of the first and the last event in seconds since the epoch, where known."""
        times = self.features.times
        if not len(times) or times.min() <= 0:
            return None
        return float(times.min()), float(times.max())


Value = LogEvents | Features | Scores
