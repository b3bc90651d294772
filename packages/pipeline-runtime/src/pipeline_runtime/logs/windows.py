"""Sliding counts per key, driven by the times in the log."""

from __future__ import annotations

from typing import Any

_RECORD_LIMIT = 50_000
#: Seconds since the last event of a source that has none yet, or none for longer.
LONG_AGO = 3600.0


class Window:
    """Events and failures per key in about the last `seconds`.

    Two buckets a key: the running one, and the previous one weighted by how much of it still
    lies within the window. Constant time and memory a key, and independent of how events are
    batched.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        #: key -> [bucket, events, events before, failures, failures before, last time]
        self.records: dict[str, list[float]] = {}

    def add(self, key: str, time: float, failure: bool) -> tuple[float, float, float]:
        """Count an event; events and failures in the window, and seconds since the last one."""
        position = time / self.seconds
        bucket = position // 1.0
        left = 1.0 - (position - bucket)
        record = self.records.get(key)
        if record is None:
            if len(self.records) >= _RECORD_LIMIT:
                self._forget(bucket)
            failures = 1.0 if failure else 0.0
            self.records[key] = [bucket, 1.0, 0.0, failures, 0.0, time]
            return 1.0, failures, LONG_AGO
        age = bucket - record[0]
        if age != 0.0:
            if age == 1.0:
                record[2], record[4] = record[1], record[3]
            else:
                record[2] = record[4] = 0.0
            record[0] = bucket
            record[1] = record[3] = 0.0
        record[1] += 1.0
        if failure:
            record[3] += 1.0
        gap = time - record[5]
        record[5] = time
        return (
            record[1] + record[2] * left,
            record[3] + record[4] * left,
            gap if 0.0 <= gap < LONG_AGO else (0.0 if gap < 0 else LONG_AGO),
        )

    def _forget(self, bucket: float) -> None:
        kept = {key: r for key, r in self.records.items() if abs(bucket - r[0]) <= 1.0}
        if len(kept) >= _RECORD_LIMIT:
            kept = dict(list(kept.items())[_RECORD_LIMIT // 2 :])
        self.records = kept


class StreamWindows:
    """All that follows a stream in time: windows, the clock, the sources of sessions."""

    def __init__(self, seconds: int) -> None:
        self.sources = Window(seconds)
        self.processes = Window(seconds)
        self.hosts = Window(seconds)
        self.all = Window(seconds)
        #: host, process and pid -> address that this session named last
        self.sessions: dict[str, str] = {}
        #: Time of the last event that had one.
        self.clock: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "sources": self.sources.records,
            "processes": self.processes.records,
            "hosts": self.hosts.records,
            "all": self.all.records,
            "sessions": self.sessions,
            "clock": self.clock,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what `as_json` returned."""
        self.sources.records = state["sources"]
        self.processes.records = state["processes"]
        self.hosts.records = state["hosts"]
        self.all.records = state["all"]
        self.sessions = state["sessions"]
        self.clock = state["clock"]

    def remember_session(self, session: str, address: str) -> None:
        """Note who a session belongs to."""
        if len(self.sessions) >= _RECORD_LIMIT:
            self.sessions = dict(list(self.sessions.items())[_RECORD_LIMIT // 2 :])
        self.sessions[session] = address
