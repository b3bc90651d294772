"""Engines for tests, with their log in memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines import graph
from waiting import wait_for

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.json_log import JsonLog


@contextmanager
def engine(document: dict[str, Any], data_dir: Path, *, active: bool = True) -> Iterator[Engine]:
    """An engine that is loaded, and closed at the end."""
    started = Engine(graph(document), data_dir, JsonLog(io.StringIO()), release="r1", revision=3)
    try:
        started.load()
        if active:
            started.activate()
        yield started
    finally:
        started.close()


def wait_events(started: Engine, count: int) -> None:
    """Until that many events are counted, and no more."""
    wait_for(lambda: started.state.counters["events"] >= count, f"{count} events")
    assert started.state.counters["events"] == count


def write_lines(path: Path, lines: list[str]) -> None:
    """Append lines."""
    with path.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def recorded(data_dir: Path) -> list[tuple[str, str]]:
    """Line and reasons of every recorded anomaly."""
    from pipeline_runtime.storage.state_store import StateStore

    store = StateStore(data_dir / "state.db")
    found = [(item["line"], json.dumps(item["features"])) for item in store.anomalies(0, 10_000)]
    store.close()
    return found
