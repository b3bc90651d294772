"""What a source is: events in order, each at a position, from a durable offset.

The engine calls, in this order: `prepare` once; `check` before the start; `start_receiving` at
each activation; `open`, then `read` and `wait` from one thread while the pipeline is active;
`close` at its end; `stop_receiving` when the process ends. `report` and `lag_bytes` may be called
at any time from any thread.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pipeline_runtime.node import Inputs, Node, Outputs
from pipeline_runtime.nodes.source.bad_lines import BadLines
from pipeline_runtime.ports import LogEvents, PortType

Offset = dict[str, Any]


@dataclass(slots=True)
class SourceBatch:
    """What a source had to give at one moment; empty when there is nothing new."""

    events: LogEvents
    #: Grows from event to event over the whole life of the source.
    positions: list[int]
    #: Where to go on after this batch; JSON. `at`: when its last event was read, in seconds.
    offset: Offset
    #: Positions of events that could not be read at all, and were left out.
    malformed: list[int] = field(default_factory=list)
    #: Values of `SourceNode.columns` of each event; `None`: the lines themselves.
    rows: list[list[str]] | None = None

    def __len__(self) -> int:
        return len(self.positions) + len(self.malformed)


@dataclass(frozen=True)
class SourceReport:
    """Counts over the whole life of a pipeline, by the names of `/status`."""

    received: int = 0
    #: Events that are known to be lost.
    lost: int = 0
    #: Events and connections of senders that are not allowed; `None` where anybody is.
    refused: int | None = None
    #: Events that wait; `None` where only bytes are known.
    lag_events: int | None = None
    #: Addresses such as `udp://0.0.0.0:5514`.
    listening: tuple[str, ...] = ()


class SourceNode(Node):
    """Base of sources. Only one thread reads, and only while the pipeline is active."""

    category = "source"
    #: What it reads has an end, as a file does; it shows at once what there is.
    ends: ClassVar[bool] = False
    outputs: ClassVar[dict[str, PortType]] = {"events": PortType.LOG_EVENTS}

    def __init__(self, node_id: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(node_id, parameters)
        #: Samples of what was malformed, for people.
        self.bad_lines = BadLines()

    def prepare(self, data_dir: Path) -> None:
        """Learn where to keep what has to outlive the process; called before all others."""
        self.bad_lines.keep_in(data_dir / "malformed.json")

    def check(self) -> None:
        """Raise `CannotStart` when the source cannot work at all."""

    def start_receiving(self) -> None:
        """Take what senders send from now on; raises `CannotStart` when that is not possible."""

    def stop_receiving(self) -> None:
        """Let go of sockets; what was taken from them is durable afterwards."""

    @abstractmethod
    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Go to an offset that a batch gave earlier; `None`: the first time."""

    @abstractmethod
    def read(self, limit: int) -> SourceBatch:
        """At most `limit` events that are there now; does not wait."""

    def rest(self) -> SourceBatch | None:
        """What is left at the end of a source that ends, such as a line without a line end.

        Only for readers that do not come back.
        """
        return None

    @abstractmethod
    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """Return when there may be more, after `seconds`, or when `stop` is set."""

    def committed(self, offset: Offset) -> None:
        """All events up to this offset are done with, and will not be asked for again."""
        self.bad_lines.save()

    def continues(self, earlier: Offset, later: Offset) -> bool:
        """Reading from `earlier` on leads to `later`."""
        return True

    @abstractmethod
    def lag_bytes(self, offset: Offset) -> int:
        """Bytes that lie behind an offset; called from any thread."""

    def report(self, offset: Offset | None) -> SourceReport:
        """Counts up to an offset; called from any thread."""
        return SourceReport(
            received=int((offset or {}).get("received", 0)), lost=int((offset or {}).get("lost", 0))
        )

    @property
    def problem(self) -> str | None:
        """What keeps the source from working right now."""
        return None

    @property
    def columns(self) -> list[str]:
        """What an event consists of, for files that list events; known once something was read."""
        return ["line"]

    def close(self) -> None:
        """Let go of files."""

    def process(self, inputs: Inputs) -> Outputs:
        """Sources have no inputs."""
        raise TypeError("a source is read, not fed")
