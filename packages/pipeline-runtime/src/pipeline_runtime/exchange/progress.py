"""Tells the portal how far a run is, in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.exchange.portal import Transient
from pipeline_runtime.exchange.run_exchange import RunExchange

_SECONDS = 2.0
_REQUEST_SECONDS = 5.0


class ProgressReporter:
    """Sends the latest value every two seconds at most; what fails is never waited for.

    `on_ended` is called from another thread when the portal takes nothing more from the run.
    """

    def __init__(
        self, exchange: RunExchange, worker: int, on_ended: Callable[[RuntimeFailure], None]
    ) -> None:
        self._exchange = exchange
        self._worker = worker
        self._on_ended = on_ended
        self._changed = threading.Condition()
        self._value: dict[str, Any] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._send, name="progress", daemon=True)
        self._thread.start()

    def tell(self, value: dict[str, Any]) -> None:
        """Take the place of the value that was not sent yet."""
        with self._changed:
            self._value = value
            self._changed.notify()

    def close(self) -> None:
        """Send what is left, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(2 * _REQUEST_SECONDS)

    def _send(self) -> None:
        while True:
            with self._changed:
                while self._value is None and not self._closed:
                    self._changed.wait()
                value, self._value = self._value, None
                closed = self._closed
            if value is None:
                return
            begun = time.monotonic()
            try:
                self._exchange.tell_progress(self._worker, value, _REQUEST_SECONDS)
            except Transient:
                # The next one tells more than this one would.
                pass
            except RuntimeFailure as failure:
                if failure.code == "run-ended":
                    self._on_ended(failure)
                    return
            if closed:
                return
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed, max(0.0, begun + _SECONDS - time.monotonic())
                )
