"""Retraining, shadow, gate, promotion, roll-back on a real engine with real training processes."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from continuous import (
    ADA,
    CONTINUOUS,
    LINES,
    MODEL,
    retrain,
    states,
    version,
    wait_run,
    wait_shadow,
)
from engines import engine, wait_events, write_lines
from pipelines import document, events
from waiting import wait_for

from pipeline_runtime.engine.continuous import schedule
from pipeline_runtime.engine.continuous.schedule import Situation
from pipeline_runtime.errors import CannotDo, NoSuchVersion
from pipeline_runtime.nodes.source.http_push import HttpPush
from pipeline_runtime.storage.spool import PushedEvent

OTHER_LINES = [
    json.dumps({"level": "error", "code": n % 7, "message": "x" * (200 + n % 50)})
    for n in range(1000)
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "auth"
    path.touch()
    return path


def test_a_challenger_that_proves_itself_takes_over(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:1500])
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        wait_events(running, 1500)
        retrain(running)
        wait_shadow(running, "2")
        assert running.model_version == "1"
        assert running.models()["shadow"] == {"events": 0, "required": 200}
        assert "has scored 0 of 200 events" in running.models()["explanation"]
        write_lines(log, LINES[1500:2000])
        wait_for(lambda: running.model_version == "2", "the promotion")
        wait_events(running, 2000)
        view = running.models()
        first, second = version(running, "1"), version(running, "2")
        text = running.metrics.text().decode()
        (run,) = view["runs"]
        lines = running.runs.log(run["id"], 0, 99)
        archive = running.runs.artifact(run["id"], "model.tar.gz")
        assert archive is not None
        with tarfile.open(archive) as file:
            assert "model/MLmodel" in file.getnames()
        assert running.status()["model"]["events"] == 1000
    assert (first["state"], first["trigger"]) == ("archived", "start")
    assert first["reason"] == "Version 2 took its place."
    assert (second["state"], second["promotedBy"], second["parent"]) == ("champion", "gate", "1")
    assert (second["events"], second["revision"], second["trigger"]) == (1000, 3, "manual")
    assert second["window"]["from"] < second["window"]["to"]
    names = [check["name"] for check in second["gate"]["checks"]]
    assert names == ["anomaly-ratio", "agreement", "drift", "latency"]
    assert (run["state"], run["model"], run["id"]) == ("succeeded", "2", second["run"])
    assert run["metrics"]["events"] == 1000
    assert run["metrics"]["threshold"] == pytest.approx(second["threshold"], abs=1e-6)
    assert run["progress"]["done"] == run["progress"]["total"] == 1000
    assert "latest 1000 events" in lines[0]["message"]
    assert {line.get("node") for line in lines} >= {"features", "scale", "model"}
    assert 'mlpipe_model_changes_total{kind="promoted"} 1.0' in text


def test_a_window_smaller_than_the_first_training_is_enough(log: Path, tmp_path: Path) -> None:
    """What a retrained model learned from is no reason to train once more."""
    write_lines(log, LINES[:1500])
    small = {**CONTINUOUS, "trainingEvents": 1000, "windowEvents": 400}
    with engine(document(log, **small), tmp_path / "data") as running:
        wait_events(running, 1500)
        retrain(running)
        wait_shadow(running, "2")
        write_lines(log, LINES[1500:2000])
        wait_for(lambda: running.model_version == "2", "the promotion")
        wait_events(running, 2000)
        assert running.status()["model"] == {
            **running.status()["model"],
            "version": "2",
            "events": 400,
        }
        assert [v["version"] for v in running.models()["versions"]] == ["2", "1"]


def test_one_that_does_not_fit_is_rejected_with_reasons(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600] + OTHER_LINES)
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        wait_events(running, 1600)
        retrain(running)
        wait_shadow(running, "2")
        write_lines(log, LINES[600:900])
        wait_for(lambda: states(running)["2"] == "rejected", "the rejection")
        wait_events(running, 1900)
        rejected = version(running, "2")
        assert running.model_version == "1"
        assert "Version 2 was rejected" in running.models()["explanation"]
        with pytest.raises(CannotDo, match="no challenger"):
            running.requests.reject("2", ADA, None)
        # A person may know better.
        running.requests.promote("2", ADA)
        assert version(running, "2")["promotedBy"] == ADA
    assert not rejected["gate"]["passed"]
    assert "stability index" in rejected["reason"]
    failed = [check for check in rejected["gate"]["checks"] if not check["passed"]]
    assert "drift" in {check["name"] for check in failed}
    assert all(check["text"] in rejected["reason"] for check in failed)


def test_with_manual_promotion_it_waits_for_a_person(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:1500])
    manual = CONTINUOUS | {"promotion": "manual"}
    with engine(document(log, **manual), tmp_path / "data") as running:
        wait_events(running, 1500)
        retrain(running)
        wait_shadow(running, "2")
        write_lines(log, LINES[1500:2000])
        wait_for(lambda: "gate" in version(running, "2"), "the gate")
        wait_events(running, 2000)
        view = running.models()
        assert (view["champion"], view["challenger"]) == ("1", "2")
        assert view["shadow"] == {"events": 200, "required": 200}
        assert "waits for a person" in view["explanation"]
        running.requests.promote("2", ADA)
        assert running.model_version == "2"
        assert version(running, "2")["promotedBy"] == ADA
        with pytest.raises(CannotDo, match="champion already"):
            running.requests.promote("2", ADA)
        with pytest.raises(NoSuchVersion):
            running.requests.promote("77", ADA)


def test_a_champion_is_taken_back(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:1500])
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        wait_events(running, 1500)
        with pytest.raises(CannotDo, match="no earlier champion"):
            running.requests.roll_back(None, ADA, None)
        retrain(running)
        running.requests.promote("2", ADA)
        retrain(running)
        wait_shadow(running, "3")
        running.requests.roll_back(None, ADA, "Three alerts fired.")
        view = running.models()
        assert states(running) == {"3": "rejected", "2": "rejected", "1": "champion"}
        assert running.model_version == "1"
        assert version(running, "2")["reason"] == "Three alerts fired."
        assert "roll-back" in version(running, "3")["reason"]
        assert "challenger" not in view
        assert running.lifecycle.shadow is None
        with pytest.raises(CannotDo, match="was taken back: Three alerts fired"):
            running.requests.promote("2", ADA)
        with pytest.raises(CannotDo, match="rejected, and no earlier"):
            running.requests.roll_back("2", ADA, None)
        write_lines(log, LINES[1500:1700])
        wait_events(running, 1700)
        text = running.metrics.text().decode()
    assert 'mlpipe_model_changes_total{kind="rolled_back"} 1.0' in text
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        assert running.model_version == "1"


def test_drift_begins_a_training(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_DRIFT_PAUSE", 0.0)
    write_lines(log, LINES[:600])
    drifting = CONTINUOUS | {"driftThreshold": 0.5}
    with engine(document(log, **drifting), tmp_path / "data") as running:
        wait_events(running, 600)
        write_lines(log, OTHER_LINES + OTHER_LINES)
        run = wait_run(running, "succeeded")
        assert run["trigger"] == "drift"
        assert version(running, "2")["psi"] >= 0.5
        report = running.models()["drift"]
        assert report["psi"] >= 0.5
        running.observe_drift()
        worst = report["features"][0]
        text = running.metrics.text().decode()
    assert f'mlpipe_drift_psi{{feature="{worst["name"]}"}}' in text


def test_the_end_of_the_interval_begins_a_training(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(situation: Situation) -> float | None:
        return situation.last_training if situation.continuous else None

    monkeypatch.setattr(schedule, "due_at", at_once)
    write_lines(log, LINES[:600])
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        assert wait_run(running, "succeeded")["trigger"] == "interval"
        wait_shadow(running, "2")
        assert len(running.models()["runs"]) == 1


def test_one_that_learns_once_trains_when_asked_only(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_DRIFT_PAUSE", 0.0)
    write_lines(log, LINES[:600] + OTHER_LINES)
    once = MODEL | {"driftThreshold": 0.3}
    with engine(document(log, **once), tmp_path / "data") as running:
        wait_events(running, 1600)
        view = running.models()
        assert not view["continuous"]
        assert view["explanation"].startswith("This pipeline learns once")
        assert "nextTrainingAt" not in view
        assert view["drift"]["psi"] > 0.3
        assert running.lifecycle.situation.drift is None or view["runs"] == []
        retrain(running)
        wait_shadow(running, "2")


def test_a_failed_training_changes_nothing(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    data = tmp_path / "data"
    with engine(document(log, **CONTINUOUS), data) as running:
        wait_events(running, 600)
        for path in (data / "ring").iterdir():
            path.unlink()
        running.requests.retrain("manual", ADA)
        run = wait_run(running, "failed")
        assert running.model_version == "1"
        assert states(running) == {"1": "champion"}
        assert "last training failed" in running.models()["explanation"]
        assert sorted(path.name for path in (data / "models").glob("[0-9]*")) == ["1"]
        write_lines(log, LINES[600:700])
        wait_events(running, 700)
    assert run["failure"]["code"] == "too-few-events"
    assert run["failure"]["node"] == "logs"
    assert run["failure"]["hint"]
    assert "model" not in run


def test_parameters_of_learning_keep_the_model(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_events(running, 600)
    changed = document(log, **CONTINUOUS | {"shadowEvents": 100, "promotion": "manual"})
    with engine(changed, tmp_path / "data", active=False) as standing_by:
        assert standing_by.model_version == "1"
        view = standing_by.models()
        assert view["continuous"]
        assert "stands by" in view["explanation"]
        with pytest.raises(CannotDo, match="does not consume"):
            standing_by.requests.retrain("manual", ADA)


def test_a_successor_takes_over_champion_and_challenger(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:1500])
    spec, data = document(log, **CONTINUOUS), tmp_path / "data"
    with engine(spec, data) as old:
        wait_events(old, 1500)
        with engine(document(log, **CONTINUOUS, threshold=0.6), data, active=False) as new:
            # What happens after the successor was loaded counts as well.
            retrain(old)
            old.requests.promote("2", ADA)
            retrain(old)
            wait_shadow(old, "3")
            write_lines(log, LINES[1500:1600])
            wait_events(old, 1600)
            assert new.model_version == "1"
            old.deactivate()
            new.activate()
            wait_shadow(new, "3")
            assert new.model_version == "2"
            assert new.models()["shadow"]["events"] == 100
            write_lines(log, LINES[1600:1800])
            wait_for(lambda: new.model_version == "3", "the promotion")
            wait_events(new, 1800)


def test_an_endpoint_learns_from_what_is_pushed(tmp_path: Path) -> None:
    spec = document({}, deploy="api-endpoint", **CONTINUOUS)
    with engine(spec, tmp_path / "data") as running:
        source = running.graph.source
        assert isinstance(source, HttpPush)
        source.push([PushedEvent(line) for line in LINES[:500]])
        wait_for(lambda: running.model_version == "1", "the model")
        source.push([PushedEvent(line) for line in LINES[500:1500]])
        wait_for(lambda: running.models().get("drift"), "drift")
        retrain(running)
        wait_shadow(running, "2")
        before = running.sample(events(LINES[:3])).values
        source.push([PushedEvent(line) for line in LINES[1500:2000]])
        wait_for(lambda: running.model_version == "2", "the promotion")
        after = running.sample(events(LINES[:3])).values
        assert (before != after).any()
        assert version(running, "2")["gate"]["passed"]


def test_an_endpoint_that_goes_on_learning_reads_its_file_on(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    spec = document(log, deploy="api-endpoint", **CONTINUOUS)
    with engine(spec, tmp_path / "data") as running:
        wait_for(lambda: running.model_version == "1", "the model")
        write_lines(log, LINES[600:1200])
        wait_for(lambda: running.lag_bytes() == 0, "all events")
        retrain(running)
        assert version(running, "2")["events"] == 1000
