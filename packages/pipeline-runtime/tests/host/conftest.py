"""A root folder with an agent, all of it stopped and removed after the test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.support import Agent


@pytest.fixture
def agent() -> Iterator[Agent]:
    # Not pytest's own folder: Unix sockets need short paths.
    root = Path(tempfile.mkdtemp(prefix="mlh-"))
    found = Agent(root)
    try:
        yield found
    finally:
        found.run("down")
        shutil.rmtree(root)
