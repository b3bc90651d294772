"""Collects the events that the model learns from."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.nodes.source.source_node import SourceNode
from pipeline_runtime.ports import LogEvents

if TYPE_CHECKING:
    from pipeline_runtime.engine.worker_parts import WorkerParts

#: Seconds without growth after which a file is taken as all there is.
_NO_GROWTH = 5.0
_CHUNK = 1000
_POLL = 0.2

Collected = tuple[LogEvents, list[int], dict[str, Any], int]


class Learning:
    """Nothing is committed meanwhile, so that a restart begins at the same event again."""

    def __init__(self, parts: WorkerParts, source: SourceNode, stop: threading.Event) -> None:
        self._parts = parts
        self._source = source
        self._stop = stop

    def collect(self) -> Collected | None:
        """Events, positions, offset behind them, malformed ones; `None` when stopped before."""
        required = self._parts.models.required
        limit = self._parts.graph.line_limit
        state = self._parts.state
        state.phase = "learning"
        self._parts.log.info("Learning", node=self._parts.graph.model.id, required=required)
        arrivals: list[float] = []
        events = LogEvents([], [], time.time(), arrivals=arrivals)
        positions: list[int] = []
        malformed = 0
        grown = time.monotonic()
        self._report(0, required)
        while not self._stop.is_set():
            batch = self._source.read(min(_CHUNK, required - len(positions)))
            state.reason = self._source.problem
            state.lag_from = batch.offset
            if len(batch):
                grown = time.monotonic()
                state.last_event_at = time.time()
                events.lines += [line[:limit] for line in batch.events.lines]
                events.sources += batch.events.sources
                events.arrived = batch.events.arrived
                arrivals += [batch.events.arrived] * len(batch.events)
                positions += batch.positions
                malformed += len(batch.malformed)
                self._parts.metrics.events(self._source.id, "learning", len(batch.positions))
                self._report(len(positions), required)
            complete = len(positions) >= required
            ended = (
                self._source.ends
                and len(positions) >= FEWEST_EVENTS
                and time.monotonic() - grown >= _NO_GROWTH
            )
            if complete or ended:
                return events, positions, batch.offset, malformed
            if not len(batch):
                self._source.wait(self._stop, _POLL)
        return None

    def _report(self, events: int, required: int) -> None:
        self._parts.state.learning = (events, required)
        self._parts.metrics.learning(events, required)
