"""One agent at a time for each pipeline."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline_runtime.host.errors import HostError


@contextlib.contextmanager
def exclusive(path: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold a lock file; the kernel frees it when the process ends, however it ends.

    Raises:
        HostError: `busy` when another agent still holds it after the timeout.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise HostError(
                        "busy",
                        f"Another agent has held {path.name} for {timeout_seconds:g} s.",
                        "Wait until it has finished, or end it; then try again.",
                    ) from None
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)
