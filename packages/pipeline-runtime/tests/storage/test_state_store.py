"""Offset, counters and anomalies belong together."""

from __future__ import annotations

from pathlib import Path

from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.state_store import Progress, StateStore


def progress(position: int, source: str = "a") -> Progress:
    return Progress(source, {"offset": position}, position, {"events": position})


def test_progress_and_anomalies_survive(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.db")
    assert store.progress() is None
    store.commit(progress(7), [(3, {"score": 0.5}), (7, {"score": 0.9})], 100)
    store.close()
    store = StateStore(tmp_path / "state.db")
    assert store.progress() == progress(7)
    assert store.anomalies(0, 10) == [
        {"sequence": 1, "score": 0.5},
        {"sequence": 2, "score": 0.9},
    ]
    assert [item["sequence"] for item in store.anomalies(1, 10)] == [2]
    store.close()


def test_an_anomaly_is_recorded_once_by_position(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.db")
    for _ in range(3):
        store.commit(progress(1), [(1, {"score": 0.5})], 100)
    store.commit(progress(1, "b"), [(1, {"score": 0.6})], 100)
    assert [item["score"] for item in store.anomalies(0, 10)] == [0.5, 0.6]
    store.close()


def test_only_the_most_recent_anomalies_are_kept(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.db")
    store.commit(progress(50), [(i, {"n": i}) for i in range(50)], 10)
    assert [item["n"] for item in store.anomalies(0, 100)] == list(range(40, 50))
    store.close()


def test_the_ring_keeps_the_most_recent_events(tmp_path: Path) -> None:
    ring = EventRing(tmp_path / "ring", 50, 20)
    for first in range(0, 30_000, 500):
        names = [f"line {i}" for i in range(first, first + 500)]
        ring.append(LogEvents(names, ["/var/log/a b"] * 500, 0.0))
    ring.append(LogEvents(["with\nbreak\r", "long" * 1000], ["s", "s"], 0.0))
    ring.close()
    other = EventRing(tmp_path / "ring", 50, 20)
    last = other.last(102)
    assert last.lines[:2] == ["line 29900", "line 29901"]
    assert last.lines[-2:] == ["with break ", "long" * 5]
    assert last.sources[0] == "/var/log/a b"
    assert 10_000 <= len(other.last(1_000_000)) <= 15_001
