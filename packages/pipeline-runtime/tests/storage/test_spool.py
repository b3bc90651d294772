"""Pushed events are durable, ordered, and counted once by id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline_runtime.storage.spool import PushedEvent, Spool


def lines(spool: Spool, after: int = 0) -> list[str]:
    return [row[2] for row in spool.read(after, 1000)]


def test_events_survive_and_keep_their_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    assert spool.append([PushedEvent("a"), PushedEvent("b", "host")]) == (2, 0)
    spool.close()
    spool = Spool(tmp_path / "spool.db")
    spool.append([PushedEvent("c")])
    assert lines(spool) == ["a", "b", "c"]
    assert spool.read(1, 1) == [(2, "host", "b")]
    assert [spool.lag_bytes(after) for after in (0, 1, 3)] == [3, 2, 0]
    spool.forget(2)
    spool.append([PushedEvent("four")])
    assert [spool.lag_bytes(after) for after in (2, 3, 4)] == [5, 4, 0]
    spool.close()


def test_an_id_is_accepted_once_even_when_the_event_is_done_with(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    event = PushedEvent("a", id="1")
    assert spool.append([event, event]) == (1, 1)
    spool.forget(1)
    assert lines(spool) == []
    assert spool.append([event, PushedEvent("b", id="2"), PushedEvent("b")]) == (2, 1)
    # Sequence numbers are never used again.
    assert spool.read(0, 9)[0][0] > 1
    spool.close()


def test_two_processes_may_append(tmp_path: Path) -> None:
    spools = [Spool(tmp_path / "spool.db") for _ in range(2)]

    def push(number: int) -> tuple[int, int]:
        return spools[number % 2].append([PushedEvent("x", id=str(number // 2))])

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(push, range(100)))
    assert sum(accepted for accepted, _ in results) == 50
    assert len(lines(spools[0])) == 50
    for spool in spools:
        spool.close()


def test_long_lines_make_short_batches(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    spool.append([PushedEvent("x" * 4_000_000)] * 6)
    first = spool.read(0, 1000)
    assert [row[0] for row in first] == [1, 2, 3, 4, 5]
    assert [row[0] for row in spool.read(5, 1000)] == [6]
    spool.append([PushedEvent("after")])
    spool.close()
