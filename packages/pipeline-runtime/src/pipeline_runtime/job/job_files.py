"""Progress of a run that goes to the portal instead of into a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline_runtime.commands.run_files import RunFiles
from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.exchange.progress import ProgressReporter
from pipeline_runtime.exchange.run_exchange import RunExchange


class JobFiles(RunFiles):
    """As `RunFiles`, for the portal; `close` at the end."""

    OnEnded = Callable[[RuntimeFailure], None]

    def __init__(self, exchange: RunExchange, worker: int, on_ended: OnEnded) -> None:
        super().__init__(None, None)
        self._reporter = ProgressReporter(exchange, worker, on_ended)

    def progress(self, done: int, total: int | None, unit: str, message: str) -> None:
        """How far it is; sent in the background, the latest value only."""
        value: dict[str, Any] = {"done": done, "unit": unit, "message": message}
        if total is not None:
            value["total"] = max(total, done)
        self._reporter.tell(value)

    def close(self) -> None:
        """Send what is left."""
        self._reporter.close()
