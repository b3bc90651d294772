"""Learning, streaming, restarts, new revisions."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from engines import engine, recorded, wait_events, write_lines
from pipelines import document, events
from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.engine import learning
from pipeline_runtime.engine.models import Models
from pipeline_runtime.errors import NodeFailure, RuntimeFailure
from pipeline_runtime.nodes.source.http_push import HttpPush
from pipeline_runtime.ports import LogEvents, Scores, Value
from pipeline_runtime.storage.spool import PushedEvent

LINES = [line for line, _ in sshd_log(2000, seed=5, attack_share=0.1)]
MODEL: dict[str, Any] = {"trainingEvents": 500, "contamination": 0.05, "trees": 30}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "auth"
    path.touch()
    return path


def test_it_learns_first_and_then_scores_all(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:300])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_for(lambda: running.state.learning == (300, 500), "300 events")
        assert running.readiness() == (
            True,
            {"status": "learning", "events": 300, "required": 500},
        )
        with pytest.raises(RuntimeFailure, match="still learning: 300 of 500 events"):
            running.sample(events(LINES[:1]))
        write_lines(log, LINES[300:1200])
        wait_events(running, 1200)
        status = running.status()
        assert (status["phase"], status["release"], status["revision"]) == ("running", "r1", 3)
        assert status["model"]["events"] == 500
        assert status["counters"]["anomalies"] == len(recorded(tmp_path / "data")) > 0
        assert {node["id"]: node["events"] for node in status["nodes"]}["model"] == 700
        assert running.status()["source"]["lagBytes"] == 0
        assert running.status()["source"]["offset"]["offset"] == log.stat().st_size


def test_an_event_waits_as_long_as_the_deployment_allows_at_most(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    rarely = document(log, deploy_parameters={"maxWaitMs": 100}, **MODEL)
    rarely["spec"]["nodes"][0]["parameters"]["pollIntervalMs"] = 60_000
    with engine(rarely, tmp_path / "data") as running:
        wait_events(running, 600)
        write_lines(log, LINES[600:601])
        wait_events(running, 601)


def test_a_short_file_is_learned_from_after_a_while_and_again_later(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "_NO_GROWTH", 0.3)
    write_lines(log, LINES[:49])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_for(lambda: running.state.learning == (49, 500), "49 events")
        assert running.model_version is None
        write_lines(log, LINES[49:80])
        wait_events(running, 80)
        wait_for(
            lambda: "80 events instead of 500" in str(running.status()["reason"]), "the reason"
        )
        write_lines(log, LINES[80:600])
        wait_for(lambda: running.model_version == "2", "the second model")
        wait_events(running, 600)
        wait_for(lambda: running.status()["reason"] is None, "no reason")
        assert running.status()["model"]["events"] == 500


def test_a_restart_goes_on_as_if_nothing_had_happened(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES)
    with engine(document(log, **MODEL), tmp_path / "whole") as running:
        wait_events(running, 2000)
    log.unlink()
    log.touch()
    for end in (700, 1100, 1500, 2000):
        write_lines(
            log, LINES[:end] if end == 700 else LINES[end - (500 if end == 2000 else 400) : end]
        )
        with engine(document(log, **MODEL), tmp_path / "parts") as running:
            wait_events(running, end)
            assert running.model_version == "1"
    assert recorded(tmp_path / "parts") == recorded(tmp_path / "whole")


def test_events_behind_the_last_snapshot_bring_the_state_up_to_date(
    log: Path, tmp_path: Path
) -> None:
    write_lines(log, LINES[:1000])
    data = tmp_path / "data"
    with engine(document(log, **MODEL), data) as running:
        wait_events(running, 1000)
        early = (data / "live.json").read_bytes()
    write_lines(log, LINES[1000:1500])
    with engine(document(log, **MODEL), data) as running:
        wait_events(running, 1500)
    # A crash leaves an old snapshot and a newer offset behind.
    (data / "live.json").write_bytes(early)
    write_lines(log, LINES[1500:])
    with engine(document(log, **MODEL), data) as running:
        wait_events(running, 2000)
    log.unlink()
    write_lines(log, LINES)
    with engine(document(log, **MODEL), tmp_path / "whole") as running:
        wait_events(running, 2000)
    assert recorded(data) == recorded(tmp_path / "whole")


def test_a_revision_with_the_same_model_nodes_reuses_the_model(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:700])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_events(running, 700)
        before = running.status()["model"]
    changed = document(log, **MODEL | {"contamination": 0.2})
    with engine(changed, tmp_path / "data", active=False) as standing_by:
        after = standing_by.status()["model"]
        assert (after["version"], after["trainedAt"]) == (before["version"], before["trainedAt"])
        assert after["threshold"] < before["threshold"]
        assert standing_by.readiness() == (True, {"status": "standby"})


def test_a_revision_with_another_model_is_trained_before_it_takes_over(
    log: Path, tmp_path: Path
) -> None:
    write_lines(log, LINES[:1200])
    with engine(document(log, **MODEL), tmp_path / "data") as old:
        wait_events(old, 1200)
        changed = document(log, **MODEL | {"trees": 31})
        with engine(changed, tmp_path / "data", active=False) as new:
            assert new.status()["model"]["version"] == "2"
            assert new.status()["model"]["events"] == 500
            old.deactivate()
            new.activate()
            write_lines(log, LINES[1200:])
            wait_events(new, 2000)
            assert old.status()["phase"] == "standby"


def test_the_old_release_can_be_activated_again(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:700])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_events(running, 700)
        running.deactivate()
        assert not running.active
        write_lines(log, LINES[700:900])
        running.activate()
        wait_events(running, 900)


def test_a_training_under_way_is_finished_before_it_stops(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), threading.Event()
    train = Models.train

    def slow(self: Models, training: LogEvents) -> Scores:
        begun.set()
        assert go_on.wait(20)
        return train(self, training)

    monkeypatch.setattr(Models, "train", slow)
    write_lines(log, LINES[:600])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        assert begun.wait(20)
        with pytest.raises(RuntimeFailure, match="did not stop"):
            running.deactivate(0.05)
        go_on.set()
        running.activate()
        wait_events(running, 600)
        running.deactivate()
        assert running.model_version == "1"
        assert running.status()["phase"] == "standby"


def test_an_event_on_which_a_node_fails_is_left_out(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline_runtime.nodes.preprocess.normalisation import Normalisation

    process = Normalisation.process

    def fails(self: Normalisation, inputs: dict[str, Value]) -> dict[str, Value]:
        features: Any = inputs["features"]
        if any("poison" in line for line in features.events.lines):
            raise ZeroDivisionError("poison")
        return process(self, inputs)

    monkeypatch.setattr(Normalisation, "process", fails)
    write_lines(log, [*LINES[:600], "poison", *LINES[600:700]])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_for(lambda: running.state.counters["events"] == 700, "700 events")
        assert running.state.counters["malformed"] == 1
        assert running.status()["lastError"]["node"] == "scale"
        assert running.status()["phase"] == "running"
        with pytest.raises(NodeFailure):
            running.sample(events(["poison"]))


def test_a_missing_file_degrades_and_its_return_heals(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:600])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_events(running, 600)
        log.unlink()
        wait_for(lambda: running.status()["phase"] == "degraded", "degraded")
        assert str(log) in str(running.status()["reason"])
        write_lines(log, LINES[600:700])
        wait_for(lambda: running.status()["phase"] == "running", "running")
        wait_events(running, 700)


def test_pushed_events_are_counted_once_through_restarts(tmp_path: Path) -> None:
    spec = document({}, **MODEL)
    with engine(spec, tmp_path / "data") as running:
        source = running.graph.source
        assert isinstance(source, HttpPush)
        source.push([PushedEvent(line, id=str(i)) for i, line in enumerate(LINES[:900])])
        wait_events(running, 900)
    with engine(spec, tmp_path / "data", active=False) as running:
        source = running.graph.source
        assert isinstance(source, HttpPush)
        assert source.push([PushedEvent(LINES[0], id="0"), PushedEvent(LINES[900])]) == (1, 1)
        running.activate()
        wait_events(running, 901)


def test_an_endpoint_learns_and_then_leaves_the_file_alone(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES)
    spec = document(log, deploy="api-endpoint", **MODEL)
    with engine(spec, tmp_path / "data") as running:
        wait_for(lambda: running.model_version == "1", "the model")
        wait_for(lambda: running.status()["phase"] == "running", "running")
        assert running.status()["counters"]["events"] == 0
        scores = running.sample(events(LINES[:20]))
        assert len(scores.values) == 20
    with engine(spec, tmp_path / "data") as running:
        assert running.status()["model"]["version"] == "1"


def test_an_endpoint_keeps_what_is_pushed_for_the_next_training(tmp_path: Path) -> None:
    spec = document({}, deploy="api-endpoint", **MODEL)
    with engine(spec, tmp_path / "data") as running:
        source = running.graph.source
        assert isinstance(source, HttpPush)
        source.push([PushedEvent(line) for line in LINES[:500]])
        wait_for(lambda: running.model_version == "1", "the model")
        source.push([PushedEvent(line) for line in LINES[500:1500]])
        wait_for(lambda: (running.state.offset or {}).get("sequence") == 1500, "all events")
        assert running.status()["counters"]["events"] == 0
    changed = document({}, deploy="api-endpoint", **MODEL | {"trees": 31})
    with engine(changed, tmp_path / "data", active=False) as running:
        assert running.status()["model"]["version"] == "2"


def test_metrics_have_the_agreed_names(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:700])
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_events(running, 700)
        running.metrics.inference(0.1, 0.2, 0.3)
        running.metrics.http("/v2", "GET", 200, 0.1)
        running.lag_bytes()
        text = running.metrics.text().decode()
        anomalies = running.state.counters["anomalies"]
    for line in (
        'request_preprocess_seconds_count{model_name="ssh-anomalies"} 1.0',
        'request_predict_seconds_count{model_name="ssh-anomalies"} 1.0',
        'request_postprocess_seconds_count{model_name="ssh-anomalies"} 1.0',
        'http_server_request_duration_seconds_count{http_request_method="GET",'
        'http_response_status_code="200",http_route="/v2"} 1.0',
        'mlpipe_events_total{node="logs",outcome="learning"} 500.0',
        'mlpipe_events_total{node="logs",outcome="scored"} 700.0',
        f'mlpipe_anomalies_total{{node="model"}} {anomalies}.0',
        "mlpipe_anomaly_score_count 700.0",
        'mlpipe_anomaly_score_bucket{le="+Inf"} 700.0',
        'mlpipe_source_lag_bytes{node="logs"} 0.0',
        "mlpipe_learning_events 500.0",
        "mlpipe_learning_events_required 500.0",
        'mlpipe_model_info{version="1"} 1.0',
    ):
        assert line in text.splitlines(), line
    for name in (
        'mlpipe_node_duration_seconds_bucket{le="0.005",node="features",node_type="log-features"}',
        "process_cpu_seconds_total ",
        "process_resident_memory_bytes ",
    ):
        assert name in text


def test_anomalies_say_why(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES)
    with engine(document(log, **MODEL), tmp_path / "data") as running:
        wait_events(running, 2000)
        first = running.store.anomalies(0, 1)[0]
    assert set(first) == {
        "sequence",
        "time",
        "score",
        "threshold",
        "line",
        "source",
        "node",
        "features",
    }
    assert first["score"] >= first["threshold"]
    assert (first["source"], first["node"]) == (str(log), "model")
    assert first["features"][0]["text"].endswith(".")
    json.dumps(first)
