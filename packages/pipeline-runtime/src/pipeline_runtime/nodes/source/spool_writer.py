"""Takes events from memory to the spool, so that receiving does not wait for the disk."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline_runtime.storage.spool import PushedEvent, Spool

#: Characters that wait in memory at most.
_MOST_IN_MEMORY = 33_554_432
_MOST_AT_ONCE = 20_000
_RETRY_SECONDS = 1.0


class SpoolWriter(threading.Thread):
    """Appends what was put, in order; an append that fails is tried again."""

    def __init__(self, spool: Spool, most_waiting: int) -> None:
        super().__init__(name="spool", daemon=True)
        self._spool = spool
        self._most_waiting = most_waiting
        self._events: list[PushedEvent] = []
        self._characters = 0
        self._counts: Counter[str] = Counter()
        self._writing = False
        self._ending = False
        self._change = threading.Condition()
        #: What keeps events from being written.
        self.problem: str | None = None

    def put(self, events: Sequence[PushedEvent], counts: Mapping[str, int]) -> None:
        """Hand over events, and counts that belong to them."""
        with self._change:
            self._events += events
            self._characters += sum(len(event.line) for event in events)
            self._counts.update(counts)
            self._change.notify_all()

    @property
    def full(self) -> bool:
        """Whether senders have to wait."""
        return self._characters >= _MOST_IN_MEMORY

    def wait_for_room(self, seconds: float) -> None:
        """Until there is room, or the time is over."""
        with self._change:
            self._change.wait_for(lambda: not self.full, seconds)

    def flush(self, seconds: float) -> bool:
        """Wait until all is durable that was put; false when the time is over before."""
        with self._change:
            return self._change.wait_for(
                lambda: not (self._events or self._counts or self._writing), seconds
            )

    def end(self, seconds: float) -> bool:
        """Write the rest, and end."""
        done = self.flush(seconds)
        with self._change:
            self._ending = True
            self._change.notify_all()
        self.join(seconds)
        return done

    def run(self) -> None:
        """Until the end."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._events or self._counts or self._ending)
                if not self._events and not self._counts:
                    return
                events = self._events[:_MOST_AT_ONCE]
                counts = dict(self._counts)
                self._writing = True
            done = self._append(events, counts)
            with self._change:
                self._writing = False
                if done:
                    del self._events[: len(events)]
                    self._characters -= sum(len(event.line) for event in events)
                    self._counts.subtract(counts)
                    self._counts = +self._counts
                elif self._ending:
                    return
                else:
                    self._change.wait(_RETRY_SECONDS)
                self._change.notify_all()

    def _append(self, events: list[PushedEvent], counts: dict[str, int]) -> bool:
        try:
            if self._spool.size_bytes() > self._most_waiting:
                self.problem = "The pipeline is too far behind; no more messages are taken."
                return False
            self._spool.append(events, counts)
        except sqlite3.Error as error:
            self.problem = f"Messages cannot be written to the disk: {error}."
            return False
        self.problem = None
        return True
