"""Base of sources that others send to: events wait on disk until they are read."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from pipeline_runtime.nodes.source.bad_lines import why_unreadable
from pipeline_runtime.nodes.source.source_node import (
    Offset,
    SourceBatch,
    SourceNode,
    SourceReport,
)
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.spool import Spool

_LOOK_AGAIN = 0.2
#: Bytes of the spool from which on senders have to wait.
MOST_WAITING = 1 << 30


class SpooledSource(SourceNode):
    """Reads the spool from a sequence number on."""

    _spool: Spool | None = None
    _sequence = 0

    def prepare(self, data_dir: Path) -> None:
        """Open the spool, so that events can be accepted before they are read."""
        super().prepare(data_dir)
        if self._spool is None:
            self._spool = Spool(data_dir / "spool.db")

    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Go to a sequence number."""
        if self._spool is None:
            self.prepare(data_dir)
        self._sequence = int(offset["sequence"]) if offset else 0

    def read(self, limit: int) -> SourceBatch:
        """The next events of the spool."""
        rows = self.spool.read(self._sequence, limit)
        offset: Offset = {"sequence": self._sequence}
        if rows:
            self._sequence = rows[-1][0]
            offset = {"sequence": self._sequence, "at": time.time()}
        lines: list[str] = []
        sources: list[str] = []
        positions: list[int] = []
        malformed: list[int] = []
        for sequence, source, line in rows:
            reason = why_unreadable(line)
            if reason is None:
                lines.append(line)
                sources.append(source)
                positions.append(sequence)
            else:
                malformed.append(sequence)
                self.bad_lines.note(line, reason)
        return SourceBatch(LogEvents(lines, sources, time.time()), positions, offset, malformed)

    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """Until something arrives; looks for events of another process now and then."""
        self.spool.wait(_LOOK_AGAIN if seconds is None else min(seconds, _LOOK_AGAIN))

    def committed(self, offset: Offset) -> None:
        """Forget events that are done with."""
        super().committed(offset)
        self.spool.forget(int(offset["sequence"]))

    def lag_bytes(self, offset: Offset) -> int:
        """Characters that were accepted behind an offset."""
        return self._spool.lag_bytes(int(offset["sequence"])) if self._spool else 0

    def report(self, offset: Offset | None) -> SourceReport:
        """What was accepted, by this process or another."""
        try:
            counts = self._spool.counts() if self._spool else {}
        except sqlite3.Error:
            counts = {}
        return SourceReport(received=counts.get("received", 0), lost=counts.get("lost", 0))

    @property
    def spool(self) -> Spool:
        """The opened spool."""
        if self._spool is None:
            raise RuntimeError("the source was not opened")
        return self._spool
