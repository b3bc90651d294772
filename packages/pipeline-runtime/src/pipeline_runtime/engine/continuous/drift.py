"""Data drift of the latest events, against the training events of the model in use."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

import numpy as np

from pipeline_runtime.engine.continuous.reference import Counts, Reference
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.ports import Features, Matrix

#: The window moves on by this share of its size.
_BLOCKS = 4
#: Fewer events say more about chance than about drift.
_FEWEST = 300
_LARGEST_WINDOW = 2_000
#: Share of the time that it takes at most, and seconds on top.
_TIME_SHARE = 0.008
_ALLOWANCE = 0.02


class DriftMonitor:
    """Counts rows block by block, within a share of the time of the stream.

    The stream adds rows from its thread, anybody may ask.
    """

    def __init__(self, window_events: int, threshold: float) -> None:
        self._window = min(window_events, _LARGEST_WINDOW)
        self._threshold = threshold
        self._block = max(1, self._window // _BLOCKS)
        self._lock = threading.Lock()
        self._reference: Reference | None = None
        self._version: str | None = None
        self._blocks: deque[tuple[int, Counts]] = deque(maxlen=_BLOCKS)
        self._waiting: list[Matrix] = []
        self._waiting_rows = 0
        self._largest: float | None = None
        self._started = time.perf_counter()
        self._spent = 0.0

    def use(self, version: str, reference: Reference | None) -> None:
        """Measure against the training events of another model; begins anew."""
        with self._lock:
            self._reference, self._version = reference, version
            self._blocks.clear()
            self._waiting, self._waiting_rows = [], 0
            self._largest = None

    def add(self, features: Features) -> bool:
        """Note rows; true when the index was computed again.

        Rows of a busy stream are left out where counting them would take more than its share.
        """
        begun = time.perf_counter()
        if self._spent > _ALLOWANCE + _TIME_SHARE * (begun - self._started):
            return False
        computed = self._add(features)
        self._spent += time.perf_counter() - begun
        return computed

    def _add(self, features: Features) -> bool:
        with self._lock:
            if self._reference is None:
                return False
            self._waiting.append(self._reference.pick(features))
            self._waiting_rows += len(features.raw)
            if self._waiting_rows < self._block:
                return False
            self._blocks.append(self._count_waiting(self._reference))
            self._waiting, self._waiting_rows = [], 0
            self._largest = None
            events, counts = self._total()
            if counts is not None and events >= _FEWEST:
                self._largest = float(self._reference.psi(counts).max())
            return True

    @property
    def measurable(self) -> bool:
        """Whether the model was stored with its bins."""
        return self._reference is not None

    @property
    def largest(self) -> float | None:
        """Largest index over the features, as of the last full block."""
        return self._largest

    @property
    def is_full(self) -> bool:
        """Whether the window is filled, so that its index can be relied on."""
        return len(self._blocks) == _BLOCKS

    def by_feature(self) -> dict[str, float]:
        """The index of each feature; empty while there are too few events."""
        with self._lock:
            events, counts = self._total()
            if self._reference is None or counts is None or events < _FEWEST:
                return {}
            values = self._reference.psi(counts).tolist()
            return dict(zip(self._reference.names, values, strict=True))

    def report(self) -> dict[str, Any] | None:
        """The drift as the API tells it; `None` while there are too few events."""
        with self._lock:
            reference = self._reference
            events, counts = self._total()
            if reference is None or counts is None or events < _FEWEST:
                return None
            values = reference.psi(counts)
            bins = reference.bins(counts)
        features = [
            {
                "name": column.name,
                "label": column.label,
                "psi": round(float(psi), 4),
                "bins": [
                    {
                        "from": _shown(b.low),
                        "to": _shown(b.high),
                        "expected": round(b.expected, 6),
                        "actual": round(b.actual, 6),
                    }
                    for b in parts
                ],
            }
            for column, psi, parts in zip(reference.columns, values, bins, strict=True)
        ]
        features.sort(key=lambda feature: -float(str(feature["psi"])))
        return {
            "at": rfc3339(time.time()),
            "events": events,
            "psi": round(float(values.max()), 4),
            "threshold": self._threshold,
            "features": features,
        }

    def as_json(self) -> dict[str, Any] | None:
        """The window, for a restart."""
        with self._lock:
            if self._reference is None:
                return None
            blocks = [[events, counts.tolist()] for events, counts in self._blocks]
            return {"version": self._version, "blocks": blocks}

    def restore(self, state: dict[str, Any] | None) -> None:
        """Take over what `as_json` returned, when it belongs to the same model."""
        with self._lock:
            if state is None or self._reference is None or state.get("version") != self._version:
                return
            for events, counts in state.get("blocks", []):
                if len(counts) == self._reference.size:
                    self._blocks.append((int(events), np.asarray(counts, dtype=np.int64)))
            events, total = self._total()
            if total is not None and events >= _FEWEST:
                self._largest = float(self._reference.psi(total).max())

    def _total(self) -> tuple[int, Counts | None]:
        """Events and counts of the whole window, with what waits for its block."""
        parts = list(self._blocks)
        if self._reference is not None and self._waiting:
            parts.append(self._count_waiting(self._reference))
        if not parts:
            return 0, None
        total: Counts = np.sum([counts for _, counts in parts], axis=0)
        return sum(events for events, _ in parts), total

    def _count_waiting(self, reference: Reference) -> tuple[int, Counts]:
        return self._waiting_rows, reference.count(np.concatenate(self._waiting))


def _shown(value: float | None) -> float | None:
    """Rounded to six digits, never -0."""
    return None if value is None else float(f"{value:.6g}") + 0.0
