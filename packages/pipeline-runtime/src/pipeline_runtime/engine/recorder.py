"""Gathers what batches gave, and commits it: anomalies, counters and offset together."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from pipeline_runtime.engine.engine_state import EngineState
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.metrics import Metrics
from pipeline_runtime.ports import SHOWN_LINE, Scores
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.state_store import Progress, StateStore

_COMMIT_SECONDS = 0.2
_PENDING_ANOMALIES = 1000


def anomaly_document(scores: Scores, row: int, features: list[dict[str, Any]]) -> dict[str, Any]:
    """One anomaly as `/anomalies` shows it, without its sequence."""
    events = scores.features.events
    return {
        "time": rfc3339(float(scores.features.times[row])),
        "score": round(float(scores.values[row]), 6),
        "threshold": round(scores.threshold, 6),
        "line": events.lines[row][:SHOWN_LINE],
        "source": events.sources[row],
        "node": scores.node,
        "features": features,
    }


class Recorder:
    """The writing side of a stream; belongs to the worker's thread."""

    def __init__(
        self,
        store: StateStore,
        ring: EventRing,
        state: EngineState,
        metrics: Metrics,
        *,
        source: str,
        source_node: str,
        keep: int,
    ) -> None:
        self._store = store
        self._ring = ring
        self._state = state
        self._metrics = metrics
        self._source = source
        self._source_node = source_node
        self._keep = keep
        self._offset: dict[str, Any] | None = None
        self._position = 0
        self._counts = {"events": 0, "anomalies": 0, "malformed": 0}
        self._anomalies: list[tuple[int, dict[str, Any]]] = []
        self._last_commit = time.monotonic()

    def scored(self, scores: Scores, positions: list[int]) -> None:
        """Note the scores of a batch."""
        rows = [int(row) for row in np.flatnonzero(scores.anomalies)]
        for row, contributions in zip(rows, scores.explain(rows), strict=True):
            features = [contribution.as_json() for contribution in contributions]
            self._anomalies.append((positions[row], anomaly_document(scores, row, features)))
        self._counts["events"] += len(positions)
        self._counts["anomalies"] += len(rows)
        self._metrics.events(self._source_node, "scored", len(positions))
        self._metrics.scores(scores.node, scores.values, len(rows))

    def malformed(self, count: int) -> None:
        """Note events that could not be read."""
        self._counts["malformed"] += count
        self._metrics.events(self._source_node, "malformed", count)

    def reached(self, offset: dict[str, Any], position: int | None) -> None:
        """Everything up to here was noted."""
        self._offset = offset
        if position is not None:
            self._position = max(self._position, position)

    @property
    def pending_events(self) -> int:
        """Events that were scored and are not committed yet."""
        return self._counts["events"]

    @property
    def due(self) -> bool:
        """Whether it is time to commit although more is there."""
        waited = time.monotonic() - self._last_commit >= _COMMIT_SECONDS
        return waited or len(self._anomalies) >= _PENDING_ANOMALIES

    def commit(self) -> None:
        """Make everything durable that was noted."""
        self._last_commit = time.monotonic()
        if self._offset is None:
            return
        self._ring.flush()
        counters = {
            name: count + self._counts[name] for name, count in self._state.counters.items()
        }
        progress = Progress(self._source, self._offset, self._position, counters)
        self._store.commit(progress, self._anomalies, self._keep)
        # Shown once it is durable.
        self._state.count(**self._counts)
        self._state.offset = self._state.lag_from = self._offset
        self._counts = dict.fromkeys(self._counts, 0)
        self._anomalies = []
        self._offset = None
