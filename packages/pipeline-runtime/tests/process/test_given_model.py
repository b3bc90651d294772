"""Endpoints that start with a model from the portal, as replicas do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pipelines import document
from portal import TestPortal
from processes import Release, free_port, mlpipe
from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.cli import main

LINES = [line for line, _ in sshd_log(1000, seed=21, attack_share=0.1)]
MODEL: dict[str, Any] = {"trainingEvents": 500, "contamination": 0.05, "trees": 20}


@pytest.fixture
def portal() -> Iterator[TestPortal]:
    with TestPortal() as portal:
        yield portal


def endpoint(source: dict[str, Any] | Path, **model: Any) -> dict[str, Any]:
    """The document of an endpoint."""
    return document(source, deploy="api-endpoint", **{**MODEL, **model})


def trained(
    folder: Path, portal: TestPortal, spec: dict[str, Any], lines: list[str] = LINES
) -> str:
    """Digest of a model that a run has trained on lines."""
    path = folder / "training.json"
    path.write_text(json.dumps(spec))
    data = portal.add("\n".join(lines).encode())
    arguments = ["job", "--kind", "training", "--spec", str(path), "--run", "train"]
    arguments += ["--data-dir", str(folder / "job"), "--input", data]
    assert main([*arguments, *portal.arguments(folder)]) == 0
    return portal.add(portal.of("train")["model.tar.gz"])


def scores(port: int) -> dict[str, Any]:
    """What a replica says about some lines."""
    lines = LINES[100:140]
    inputs = [{"name": "lines", "shape": [len(lines)], "datatype": "BYTES", "data": lines}]
    url = f"http://127.0.0.1:{port}/v2/models/ssh-anomalies/infer"
    answer = httpx.post(url, json={"inputs": inputs}, timeout=10)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    body.pop("id", None)
    return body


def test_replicas_answer_alike_and_at_once(tmp_path: Path, portal: TestPortal) -> None:
    # Its file, from which it would learn without a model, is not there.
    spec = endpoint(tmp_path / "none.log")
    given = ("--model", trained(tmp_path, portal, spec), *portal.arguments(tmp_path))
    answers = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        port = free_port()
        with Release(folder, spec, name, "--port", str(port), *given) as release:
            release.wait_ready("ready")
            status = release.status()
            assert (status["phase"], status["model"]["events"]) == ("running", len(LINES))
            answers.append(scores(port))
            assert release.terminate() == 0
    assert answers[0] == answers[1]
    assert answers[0]["model_version"] == portal.json("train", "result.json")["model"]
    # It starts again without a portal, with the model that it has taken over.
    portal.stop()
    port = free_port()
    with Release(tmp_path / "one", spec, "again", "--port", str(port), *given) as release:
        release.wait_ready("ready")
        assert scores(port) == answers[0]
        assert release.terminate() == 0
    portal.start()


def test_a_newer_model_takes_the_place_of_the_one_before(
    tmp_path: Path, portal: TestPortal
) -> None:
    spec = endpoint({})
    first = trained(tmp_path, portal, spec)
    where = portal.arguments(tmp_path)
    with Release(tmp_path, spec, "one", "--port", "0", "--model", first, *where) as release:
        release.wait_ready("ready")
        before = release.status()["model"]
        assert release.terminate() == 0
    second = trained(tmp_path, portal, spec, [*LINES, LINES[0]])
    assert second != first
    with Release(tmp_path, spec, "two", "--port", "0", "--model", second, *where) as release:
        release.wait_ready("ready")
        after = release.status()["model"]
        assert after["events"] == before["events"] + 1
        assert int(after["version"]) > int(before["version"])
        assert release.terminate() == 0


def test_it_waits_for_a_portal_that_is_away(tmp_path: Path, portal: TestPortal) -> None:
    spec = endpoint({})
    given = ("--model", trained(tmp_path, portal, spec), *portal.arguments(tmp_path))
    portal.stop()
    with Release(tmp_path, spec, "one", "--port", "0", *given) as release:
        wait_for(lambda: "Trying again" in release.log.read_text(), "a try", 40)
        answer = release.call("GET", "/readyz")
        assert answer is not None
        assert answer[0] == 503
        portal.start()
        release.wait_ready("ready")
        assert release.terminate() == 0
    portal.stop()
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    with Release(fresh, spec, "two", "--port", "0", *given) as release:
        wait_for(lambda: "Trying again" in release.log.read_text(), "a try", 40)
        # Told to end, it does not wait any longer.
        assert release.terminate() == 0
    portal.start()


def test_a_model_of_another_graph_stops_the_start(tmp_path: Path, portal: TestPortal) -> None:
    digest = trained(tmp_path, portal, endpoint({}))
    (tmp_path / "spec.json").write_text(json.dumps(endpoint({}, trees=21)))
    done = mlpipe(
        *("serve", "--spec", str(tmp_path / "spec.json"), "--data-dir", str(tmp_path / "data")),
        *("--port", "0", "--model", digest, *portal.arguments(tmp_path)),
    )
    assert done.returncode == 3
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["node"]) == ("model-mismatch", "model")
    assert list((tmp_path / "data/models").glob("[0-9]*")) == []
