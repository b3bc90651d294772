"""The retained events, with when they arrived."""

from __future__ import annotations

from pathlib import Path

from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.event_ring import EventRing


def batch(first: int, count: int, arrived: float) -> LogEvents:
    numbers = range(first, first + count)
    return LogEvents([f"line {n}\tx" for n in numbers], ["a"] * count, arrived)


def test_it_gives_the_latest_events_with_when_they_arrived(tmp_path: Path) -> None:
    ring = EventRing(tmp_path, 10, 100)
    ring.append(batch(0, 3, 1000.5))
    ring.append(batch(3, 2, 1000.5))
    ring.append(batch(5, 2, 1002.0))
    ring.flush()
    found = EventRing(tmp_path, 10, 100).last(5)
    assert found.lines == [f"line {n}\tx" for n in range(2, 7)]
    assert found.arrivals == [1000.5, 1000.5, 1000.5, 1002.0, 1002.0]
    assert found.slice(2, 4).arrivals == [1000.5, 1002.0]
    ring.close()


def test_it_is_bounded_and_goes_on_in_new_files(tmp_path: Path) -> None:
    ring = EventRing(tmp_path, 10, 100)
    for number in range(5):
        ring.append(batch(5000 * number, 5000, float(number + 1)))
    ring.close()
    assert len(list(tmp_path.iterdir())) == 3
    found = ring.last(7000)
    assert (len(found), found.lines[-1]) == (7000, "line 24999\tx")
    assert set(found.arrivals or ()) == {4.0, 5.0}


def test_it_reads_files_without_times_and_half_written_lines(tmp_path: Path) -> None:
    (tmp_path / "000000001.events").write_text("a\tone\nb\ttwo\n@12.5\nb\tthree\nb\tfo")
    found = EventRing(tmp_path, 10, 100).last(10)
    assert (found.lines, found.sources) == (["one", "two", "three"], ["a", "b", "b"])
    assert found.arrivals == [0.0, 0.0, 12.5]


def test_lines_are_cut_and_stay_lines(tmp_path: Path) -> None:
    ring = EventRing(tmp_path, 10, 5)
    ring.append(LogEvents(["a\nb\rcdefg", "@1.0"], ["s", "s"], 1.0))
    ring.close()
    assert ring.last(10).lines == ["a b c", "@1.0"]
