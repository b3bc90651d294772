"""A root folder with an agent, all of it stopped and removed after the test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from host.support import Agent, kill_all, own_ports


@pytest.fixture(scope="session")
def ports() -> str:
    return own_ports()


@pytest.fixture
def agent(ports: str) -> Iterator[Agent]:
    # Not pytest's own folder: Unix sockets need short paths.
    root = Path(tempfile.mkdtemp(prefix="mlh-"))
    found = Agent(root, ports)
    try:
        yield found
    finally:
        # Faster than `down`, and after tests that break it.
        kill_all(found)
        shutil.rmtree(root)
