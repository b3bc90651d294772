"""What is kept of models, and what earlier trainings say about the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline_runtime.engine.continuous.history import History
from pipeline_runtime.storage.model_store import ModelStore
from pipeline_runtime.storage.run_store import RunRecord, RunState, RunStore
from pipeline_runtime.storage.version_store import VersionRecord, VersionStore


def at(minute: int) -> str:
    return f"2026-01-01T{minute // 60:02d}:{minute % 60:02d}:00.000Z"


@dataclass
class Kept:
    """Stores of one pipeline."""

    folder: Path
    versions: VersionStore
    store: ModelStore
    runs: RunStore
    history: History

    def train(self, number: int, *, promoted: bool, fingerprint: str = "f") -> None:
        version = self.store.claim()
        assert version == str(number)
        (self.folder / "models" / version / "MLmodel").touch()
        record = VersionRecord(
            version, fingerprint, "challenger", at(number), 100, 0.5, "manual", run=f"r{number}"
        )
        self.versions.put_challenger(record, at(number))
        if promoted:
            self.versions.promote(version, at=at(number), by="gate", reason="Replaced.")
        self.run(number, "succeeded", version)

    def run(self, number: int, state: RunState, model: str | None = None) -> None:
        run = RunRecord(f"r{number}", "drift", state, at(number), "f", finished_at=at(number))
        self.runs.save(run)
        self.runs.change(run.id, model=model)

    def files(self) -> set[int]:
        return {int(path.name) for path in (self.folder / "models").glob("[0-9]*")}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    versions = VersionStore(tmp_path / "models" / "versions.db")
    store, runs = ModelStore(tmp_path / "models"), RunStore(tmp_path / "runs")
    yield Kept(tmp_path, versions, store, runs, History("f", versions, store, runs))
    versions.close()


def test_what_is_in_use_and_what_can_be_gone_back_to_is_kept(kept: Kept) -> None:
    kept.train(1, promoted=True, fingerprint="another graph")
    kept.train(2, promoted=True)
    kept.train(3, promoted=True)
    kept.train(4, promoted=True)
    for number in range(5, 71):
        kept.train(number, promoted=False)
        kept.history.prune()
    assert kept.files() == {1, 2, 3, 4, *range(65, 71)}
    known = {int(record.version) for record in kept.versions.all()}
    assert known == {1, 2, 3, 4, *range(21, 71)}
    champion = kept.versions.champion("f")
    assert champion is not None
    assert champion.version == "4"


def test_what_is_being_written_is_left_alone(kept: Kept) -> None:
    kept.train(1, promoted=True)
    claimed = kept.store.claim()
    kept.history.prune()
    assert kept.files() == {1, int(claimed)}


def test_it_counts_trainings_that_changed_nothing(kept: Kept) -> None:
    kept.history.refresh()
    assert (kept.history.in_vain, kept.history.last_training) == (0, 0.0)
    kept.train(1, promoted=True)
    kept.history.refresh()
    first = kept.history.last_training
    assert kept.history.in_vain == 0
    kept.train(2, promoted=False)
    kept.run(3, "failed")
    kept.history.refresh()
    assert kept.history.in_vain == 2
    assert kept.history.last_training == first + 120
    kept.run(4, "running")
    kept.history.refresh()
    assert kept.history.in_vain == 2


def test_a_version_that_was_taken_back_was_in_vain_too(kept: Kept) -> None:
    kept.train(1, promoted=True)
    kept.train(2, promoted=True)
    kept.versions.roll_back("1", at=at(3), by="ada", reason="Alerts.")
    kept.history.refresh()
    assert kept.history.in_vain == 1
