"""What a source is: events in order, each at a position, from a durable offset."""

from __future__ import annotations

import threading
from abc import abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pipeline_runtime.node import Inputs, Node, Outputs
from pipeline_runtime.ports import LogEvents, PortType

Offset = dict[str, Any]


@dataclass(slots=True)
class SourceBatch:
    """What a source had to give at one moment; empty when there is nothing new."""

    events: LogEvents
    #: Grows from event to event over the whole life of the source.
    positions: list[int]
    #: Where to go on after this batch; JSON.
    offset: Offset
    #: Positions of events that could not be read at all, and were left out.
    malformed: list[int] = field(default_factory=list)
    #: Values of `SourceNode.columns` of each event; `None`: the lines themselves.
    rows: list[list[str]] | None = None

    def __len__(self) -> int:
        return len(self.positions) + len(self.malformed)


class SourceNode(Node):
    """Base of sources. Only one thread reads, and only while the pipeline is active."""

    category = "source"
    #: What it reads has an end, as a file does; it shows at once what there is.
    ends: ClassVar[bool] = False
    outputs: ClassVar[dict[str, PortType]] = {"events": PortType.LOG_EVENTS}

    def check(self) -> None:
        """Raise `CannotStart` when the source cannot work at all."""

    @abstractmethod
    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Go to an offset that a batch gave earlier; `None`: the first time."""

    @abstractmethod
    def read(self, limit: int) -> SourceBatch:
        """At most `limit` events that are there now; does not wait."""

    @abstractmethod
    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """Return when there may be more, after `seconds`, or when `stop` is set."""

    def committed(self, offset: Offset) -> None:
        """All events up to this offset are done with, and will not be asked for again."""

    def continues(self, earlier: Offset, later: Offset) -> bool:
        """Reading from `earlier` on leads to `later`."""
        return True

    @abstractmethod
    def lag_bytes(self, offset: Offset) -> int:
        """Bytes that lie behind an offset; called from any thread."""

    @property
    def problem(self) -> str | None:
        """What keeps the source from working right now."""
        return None

    @property
    def columns(self) -> list[str]:
        """What an event consists of, for files that list events; known once something was read."""
        return ["line"]

    def rest(self) -> SourceBatch | None:
        """What stands behind the last line end, for who reads a source to its end."""
        return None

    def prepare(self, data_dir: Path) -> None:  # noqa: B027
        """Learn where to keep what has to outlive the process; called before all others."""

    def close(self) -> None:
        """Let go of files."""

    def process(self, inputs: Inputs) -> Outputs:
        """Sources have no inputs."""
        raise TypeError("a source is read, not fed")
