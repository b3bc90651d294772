"""Trainings on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline_runtime.storage.run_store import RunRecord, RunStore


def run(number: int) -> RunRecord:
    return RunRecord(f"r{number}", "manual", "queued", f"2026-01-01T00:00:{number:02d}.000Z", "f")


def test_runs_are_read_back_newest_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    for number in range(25):
        store.save(run(number))
    assert [r.id for r in store.all()] == [f"r{n}" for n in range(24, 4, -1)]
    changed = store.change("r24", state="succeeded", metrics={"events": 5}, model="2")
    assert store.get("r24") == changed
    assert changed.final
    with pytest.raises(KeyError):
        store.change("r1", state="failed")


def test_a_log_is_read_on_from_a_sequence(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.save(run(1))
    for number in range(5):
        store.write_log("r1", {"level": "info", "message": f"é {number}"})
    assert [line["sequence"] for line in store.log("r1", 0, 3)] == [1, 2, 3]
    assert [line["message"] for line in store.log("r1", 3, 10)] == ["é 3", "é 4"]
    # A crash leaves half a line.
    with (tmp_path / "r1" / "log.jsonl").open("a") as file:
        file.write('{"sequence": 6, "mess')
    assert len(store.log("r1", 0, 10)) == 5
    assert store.log("r2", 0, 10) == []


@pytest.mark.parametrize("name", ["../secret", "", "a/b", ".."])
def test_nothing_outside_is_read(tmp_path: Path, name: str) -> None:
    store = RunStore(tmp_path / "runs")
    store.save(run(1))
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "run.json").write_text("{}")
    assert store.get(name) is None
    assert store.artifact(name, "model.tar.gz") is None
    assert store.artifact("r1", "../r1/run.json") is None
    assert store.artifact("r1", "run.json") is None


def test_a_record_that_cannot_be_read_is_no_run(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.save(run(1))
    (tmp_path / "r1" / "run.json").write_text("{")
    assert store.all() == []
