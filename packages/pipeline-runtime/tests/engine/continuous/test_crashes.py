"""What a crash leaves behind, at the moments that matter."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from continuous import ADA, CONTINUOUS, LINES, retrain, states, wait_run, wait_shadow
from engines import engine, recorded, wait_events, write_lines
from pipelines import document
from waiting import wait_for

from pipeline_runtime.engine.continuous import trainer
from pipeline_runtime.engine.continuous.trainer import Trainer
from pipeline_runtime.storage.run_store import RunStore
from pipeline_runtime.storage.version_store import VersionStore


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "auth"
    path.touch()
    return path


def photograph(
    monkeypatch: pytest.MonkeyPatch, method: str, data: Path, *, before: bool
) -> Callable[[], Path]:
    """A copy of the data directory as a crash right before or behind a step would leave it."""
    image = data.with_name(f"{data.name}-{method}-{before}")
    original = getattr(VersionStore, method)

    def taken(self: VersionStore, *values: Any, **named: Any) -> None:
        if before:
            shutil.copytree(data, image)
        original(self, *values, **named)
        if not before:
            shutil.copytree(data, image)

    monkeypatch.setattr(VersionStore, method, taken)
    return lambda: image


@pytest.mark.parametrize("before", [True, False], ids=["before", "behind"])
@pytest.mark.parametrize("change", ["promote", "roll_back"])
def test_a_swap_that_was_cut_off_goes_on_as_if_nothing_had_happened(
    change: str, before: bool, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(log, LINES[:1500])
    data, spec = tmp_path / "data", document(log, **CONTINUOUS)
    with engine(spec, data) as running:
        wait_events(running, 1500)
        retrain(running)
        wait_shadow(running, "2")
        write_lines(log, LINES[1500:1600])
        wait_events(running, 1600)
        if change == "roll_back":
            running.requests.promote("2", ADA)
            write_lines(log, LINES[1600:1700])
            wait_events(running, 1700)
        image = photograph(monkeypatch, change, data, before=before)
        if change == "promote":
            running.requests.promote("2", ADA)
        else:
            running.requests.roll_back(None, ADA, None)
        monkeypatch.undo()
        champion = running.model_version
        write_lines(log, LINES[1700:2100])
        total = 2000 if change == "promote" else 2100
        wait_events(running, total)
    with engine(spec, image()) as after_crash:
        if before:
            # The old champion, and a challenger that goes on in the shadow.
            wait_events(after_crash, total)
            if change == "roll_back":
                assert after_crash.model_version != champion
            return
        assert after_crash.model_version == champion
        wait_events(after_crash, total)
    # The same anomalies for the same reasons: windows and counts were carried over.
    assert recorded(image()) == recorded(data)


def test_a_shadow_goes_on_after_a_restart(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:1500])
    data, spec = tmp_path / "data", document(log, **CONTINUOUS)
    with engine(spec, data) as running:
        wait_events(running, 1500)
        retrain(running)
        wait_shadow(running, "2")
        write_lines(log, LINES[1500:1620])
        wait_events(running, 1620)
        assert running.models()["shadow"]["events"] == 120
    with engine(spec, data) as running:
        wait_shadow(running, "2")
        assert running.models()["shadow"]["events"] == 120
        write_lines(log, LINES[1620:1800])
        wait_for(lambda: running.model_version == "2", "the promotion")
        wait_events(running, 1800)


def test_a_crash_between_gate_and_promotion_is_made_up_for(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(log, LINES[:1500])
    data, spec = tmp_path / "data", document(log, **CONTINUOUS)
    with engine(spec, data) as running:
        wait_events(running, 1500)
        retrain(running)
        wait_shadow(running, "2")
        image = photograph(monkeypatch, "change", data, before=False)
        write_lines(log, LINES[1500:1800])
        wait_for(lambda: running.model_version == "2", "the promotion")
        monkeypatch.undo()
        wait_events(running, 1800)
    store = VersionStore(image() / "models" / "versions.db")
    found = store.get("2")
    store.close()
    assert found is not None
    assert found.gate is not None
    assert found.state == "challenger"
    write_lines(log, LINES[1800:2100])
    with engine(spec, image()) as after_crash:
        wait_for(lambda: after_crash.model_version == "2", "the promotion")
        wait_events(after_crash, 2100)


def test_a_training_that_was_cut_off_is_begun_again(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(log, LINES[:600])
    data, spec = tmp_path / "data", document(log, **CONTINUOUS)
    with engine(spec, data) as running:
        wait_events(running, 600)
        running.requests.retrain("manual", ADA)
        wait_run(running, "running")
        image = tmp_path / "crashed"
        shutil.copytree(data, image, ignore=shutil.ignore_patterns("attempt-*"))
    (ended,) = RunStore(data / "runs").all()
    assert (ended.state, ended.attempts) == ("queued", 1)
    for directory in (data, image):
        with engine(spec, directory) as running:
            run = wait_run(running, "succeeded")
            assert (run["id"], run["model"]) == (ended.id, "2")
            wait_shadow(running, "2")
    # One that the process never survives is given up.
    monkeypatch.setattr(trainer, "_MOST_ATTEMPTS", 1)
    with engine(spec, data) as running:
        wait_for(lambda: running.lifecycle.active, "the stream")
        running.requests.reject("2", ADA, None)
        running.requests.retrain("manual", ADA)
        wait_run(running, "running")
    with engine(spec, data) as running:
        run = wait_run(running, "failed")
    assert run["failure"]["code"] == "training-cut-off"


def test_a_crash_between_model_and_run_keeps_the_model(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    data, spec = tmp_path / "data", document(log, **CONTINUOUS)
    with engine(spec, data) as running:
        wait_events(running, 600)
        retrain(running)
        wait_shadow(running, "2")
    runs = RunStore(data / "runs")
    runs.change(runs.all()[0].id, state="running", model=None, finished_at=None)
    with engine(spec, data) as running:
        run = wait_run(running, "succeeded")
        assert run["model"] == "2"
        assert states(running) == {"2": "challenger", "1": "champion"}


def test_a_training_of_another_graph_is_cancelled(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    data = tmp_path / "data"
    with engine(document(log, **CONTINUOUS), data) as running:
        wait_events(running, 600)
        running.requests.retrain("manual", ADA)
        wait_run(running, "running")
    with engine(document(log, **CONTINUOUS | {"trees": 21}), data) as running:
        run = wait_run(running, "cancelled")
        assert "finishedAt" in run
        assert version_states(running.models()) == {"archived", "champion"}


def version_states(view: dict[str, Any]) -> set[str]:
    return {version["state"] for version in view["versions"]}


@pytest.mark.parametrize(
    ("kill", "code"), [(True, "training-killed"), (False, "training-too-long")]
)
def test_a_training_that_is_ended_from_outside_fails_with_a_cause(
    kill: bool, code: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not kill:
        monkeypatch.setattr(trainer, "_LONGEST_SECONDS", 0.1)
    write_lines(log, LINES[:600])
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        wait_events(running, 600)
        if kill:
            execute = Trainer._hear

            def killed(self: Trainer, line: bytes) -> None:
                execute(self, line)
                assert self._process is not None
                self._process.kill()

            monkeypatch.setattr(Trainer, "_hear", killed)
        running.requests.retrain("manual", ADA)
        run = wait_run(running, "failed")
        assert run["failure"]["code"] == code
        assert states(running) == {"1": "champion"}
        assert running.model_version == "1"
