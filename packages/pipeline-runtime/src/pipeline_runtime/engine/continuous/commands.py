"""What people ask of the models, carried out by the thread of the stream between two batches."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass

from pipeline_runtime.errors import CannotDo

#: A batch takes far less; the portal waits ten seconds.
_LONGEST_WAIT = 8.0


@dataclass(frozen=True)
class _Waiting:
    action: Callable[[], None]
    future: Future[None]


class Commands:
    """A queue between the server and the stream."""

    def __init__(self) -> None:
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()
        self._open = False

    def open(self) -> None:
        """Somebody carries commands out from now on."""
        with self._lock:
            self._open = True

    @property
    def is_open(self) -> bool:
        """Whether commands are carried out."""
        return self._open

    def close(self) -> None:
        """Refuse what waits, and what comes."""
        with self._lock:
            self._open = False
            waiting, self._queue = list(self._queue), deque()
        for item in waiting:
            item.future.set_exception(_standby())

    def call(self, action: Callable[[], None]) -> None:
        """Have an action carried out, and wait for it; raises what it raises, or `CannotDo`."""
        waiting = _Waiting(action, Future())
        with self._lock:
            if not self._open:
                raise _standby()
            self._queue.append(waiting)
        try:
            waiting.future.result(_LONGEST_WAIT)
        except FutureTimeout:
            if not waiting.future.cancel():
                waiting.future.result()
                return
            raise CannotDo(
                "stream-busy",
                "The stream did not come to it in time.",
                "Try again; look at the log of the pipeline when it happens again.",
            ) from None

    def carry_out(self) -> None:
        """Do all that waits, in order."""
        while self._queue:
            waiting = self._queue.popleft()
            if not waiting.future.set_running_or_notify_cancel():
                continue
            try:
                waiting.action()
            except Exception as error:
                waiting.future.set_exception(error)
            else:
                waiting.future.set_result(None)

    def __bool__(self) -> bool:
        return bool(self._queue)


def _standby() -> CannotDo:
    return CannotDo(
        "standby",
        "This release does not consume the source.",
        "Ask the active release, or wait until this one has learned and is active.",
    )
