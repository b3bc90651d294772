"""`http-push`: accepts log lines by POST to `/events`."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.nodes.source.source_node import Offset, SourceBatch, SourceNode
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.spool import PushedEvent, Spool

_LOOK_AGAIN = 0.2
#: Bytes of the spool from which on senders have to wait.
_MOST_WAITING = 1 << 30


@dataclass(frozen=True)
class HttpPushParameters:
    """Parameters of `http-push`."""

    max_events_per_request: int = 10_000
    max_body_mi_b: int = 8


class HttpPush(SourceNode):
    """Reads what the server has put into the spool."""

    type_id = "http-push"
    Parameters = HttpPushParameters
    parameters: HttpPushParameters
    _spool: Spool | None = None
    _sequence = 0

    def prepare(self, data_dir: Path) -> None:
        """Open the spool, so that events can be accepted before they are read."""
        if self._spool is None:
            self._spool = Spool(data_dir / "spool.db")

    def push(self, events: Sequence[PushedEvent]) -> tuple[int, int]:
        """Store events durably; how many were accepted, how many known already.

        Raises `RuntimeFailure` with the code `spool-full` when too much waits already.
        """
        spool = self._opened()
        if spool.size_bytes() > _MOST_WAITING:
            raise RuntimeFailure(
                "spool-full",
                "The pipeline is too far behind to accept more events.",
                "Try again later; look at the lag of the source.",
                self.id,
            )
        return spool.append(events)

    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Go to a sequence number."""
        self.prepare(data_dir)
        self._sequence = int(offset["sequence"]) if offset else 0

    def read(self, limit: int) -> SourceBatch:
        """The next events of the spool."""
        rows = self._opened().read(self._sequence, limit)
        if rows:
            self._sequence = rows[-1][0]
        events = LogEvents([row[2] for row in rows], [row[1] for row in rows], time.time())
        return SourceBatch(events, [row[0] for row in rows], {"sequence": self._sequence})

    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """Until something is pushed; looks for events of another process now and then."""
        self._opened().wait(_LOOK_AGAIN if seconds is None else min(seconds, _LOOK_AGAIN))

    def committed(self, offset: Offset) -> None:
        """Forget events that are done with."""
        self._opened().forget(int(offset["sequence"]))

    def lag_bytes(self, offset: Offset) -> int:
        """Characters that were accepted behind an offset."""
        return self._spool.lag_bytes(int(offset["sequence"])) if self._spool else 0

    def _opened(self) -> Spool:
        if self._spool is None:
            raise RuntimeError("the source was not opened")
        return self._spool
