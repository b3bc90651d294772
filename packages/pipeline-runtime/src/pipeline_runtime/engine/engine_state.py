"""What the engine is doing, for `/status`, `/readyz` and the metrics."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from pipeline_runtime.json_log import rfc3339


@dataclass
class EngineState:
    """Shared between the worker and the server; single values are replaced as a whole."""

    #: standby | starting | learning | running | degraded
    phase: str = "starting"
    reason: str | None = None
    #: Events learned from so far, and required.
    learning: tuple[int, int] | None = None
    counters: dict[str, int] = field(
        default_factory=lambda: {"events": 0, "anomalies": 0, "malformed": 0}
    )
    offset: dict[str, Any] | None = None
    #: Where the lag of the source is measured from: the offset, or how far learning has read.
    lag_from: dict[str, Any] | None = None
    #: Seconds since the epoch.
    last_event_at: float | None = None
    last_error: dict[str, Any] | None = None
    #: The worker ended although nobody asked it to.
    crashed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note_error(self, message: str, node: str | None) -> None:
        """Remember the most recent error."""
        self.last_error = {"message": message, "node": node, "time": rfc3339(time.time())}

    def count(self, **amounts: int) -> None:
        """Add to counters."""
        with self.lock:
            for name, amount in amounts.items():
                self.counters[name] += amount
