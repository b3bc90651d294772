"""A root folder with an agent, all of it stopped and removed after the test."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from host.support import Agent, processes_of, until


@pytest.fixture
def agent() -> Iterator[Agent]:
    # Not pytest's own folder: Unix sockets need short paths.
    root = Path(tempfile.mkdtemp(prefix="mlh-"))
    found = Agent(root)
    try:
        yield found
    finally:
        # Faster than `down`, and after tests that break it.
        for process in processes_of(found):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        until(lambda: processes_of(found) == [])
        shutil.rmtree(root)
