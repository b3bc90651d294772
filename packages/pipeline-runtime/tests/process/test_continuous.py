"""Continuous learning in real processes that are killed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from continuous import CONTINUOUS, LINES
from engines import write_lines
from pipelines import document
from processes import Release, free_port
from waiting import wait_for

KEY = {"authorization": "Bearer portal"}


class Portal:
    """The management routes of one release."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    def models(self) -> dict[str, Any]:
        """The body of `/models`."""
        answer = httpx.get(f"{self._url}/models", headers=KEY, timeout=20)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def post(self, path: str) -> dict[str, Any]:
        """Ask for something once the stream listens."""

        def asked() -> httpx.Response | None:
            answer = httpx.post(f"{self._url}{path}", headers=KEY, json={}, timeout=40)
            return None if "does not consume" in answer.text else answer

        answer = wait_for(asked, path)
        assert answer is not None
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def wait(self, condition: Callable[[dict[str, Any]], object], what: str) -> None:
        """Until the models look like that."""
        wait_for(lambda: condition(self.models()), what, 60)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    digest = hashlib.sha256(b"portal").hexdigest()
    path.write_text(json.dumps({"sha256": [], "management": [digest]}))
    return path


def test_killed_while_models_change_it_counts_every_event_once(tmp_path: Path, keys: Path) -> None:
    log = tmp_path / "auth"
    spec = document(log, **CONTINUOUS | {"promotion": "manual", "windowEvents": 500})
    written = 0
    port = free_port()
    portal = Portal(port)

    def write(count: int) -> None:
        nonlocal written
        write_lines(log, LINES[written : written + count])
        written += count

    def started(name: str) -> Release:
        arguments = ("--port", str(port), "--api-keys", str(keys))
        return Release(tmp_path, spec, name, *arguments)

    write(700)
    with started("training") as release:
        release.wait_events(written)
        portal.post("/models/retrain")
        portal.wait(lambda v: v.get("training", {}).get("state") == "running", "a training")
        write(150)
        children = psutil.Process(release.process.pid).children(recursive=True)
        release.kill()
        # Nothing goes on without the pipeline.
        psutil.wait_procs(children, 20)
        assert not any(child.is_running() for child in children)
    with started("shadow") as release:
        release.wait_ready("ready")
        portal.wait(lambda v: v.get("challenger") == "2", "the challenger of the training before")

        def scoring(view: dict[str, Any]) -> bool:
            # Its record is there a moment before the stream takes it up.
            if not view["shadow"]["events"]:
                write(5)
            return bool(view["shadow"]["events"])

        portal.wait(scoring, "the shadow")
        write(200)
        release.kill()
    with started("promotion") as release:
        release.wait_ready("ready")
        portal.wait(lambda v: v["challenger"] == "2", "the challenger")
        write(120)
        assert portal.post("/models/2/promote")["champion"] == "2"
        write(60)
        release.kill()
    with started("last") as release:
        release.wait_ready("ready")
        release.wait_events(written)
        view = portal.models()
        assert view["champion"] == "2"
        assert [run["state"] for run in view["runs"]] == ["succeeded"]
        assert release.status()["counters"]["malformed"] == 0
        assert release.terminate() == 0
    connection = sqlite3.connect(tmp_path / "data" / "state.db")
    (progress,) = connection.execute("SELECT value FROM meta WHERE key = 'progress'").fetchone()
    rows, places = connection.execute(
        "SELECT count(*), count(DISTINCT position) FROM anomaly"
    ).fetchone()
    connection.close()
    counters = json.loads(progress)["counters"]
    assert counters["events"] == written
    assert counters["anomalies"] == rows == places


def test_a_hand_over_goes_on_with_the_training(tmp_path: Path, keys: Path) -> None:
    log = tmp_path / "auth"
    write_lines(log, LINES[:700])
    port = free_port()
    portal = Portal(port)
    listener = str(tmp_path / "listener.sock")
    common = ("--port", str(port), "--listener-socket", listener, "--api-keys", str(keys))
    with Release(tmp_path, document(log, **CONTINUOUS), "one", *common) as old:
        old.wait_events(700)
        run = portal.post("/models/retrain")["training"]["id"]
        with Release(
            tmp_path, document(log, **CONTINUOUS, threshold=0.7), "two", *common, "--standby"
        ) as new:
            new.wait_ready("standby")
            old.control_call("deactivate")
            new.control_call("activate")
            assert old.terminate() == 0
            portal.wait(lambda v: v.get("challenger") == "2", "the challenger")
            assert portal.models()["runs"][0]["id"] == run
            assert portal.models()["runs"][0]["state"] == "succeeded"
            assert new.terminate() == 0


def test_a_training_has_a_low_priority_and_no_secrets(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "top-secret-value")
    log = tmp_path / "auth"
    write_lines(log, LINES[:2000])
    port = free_port()
    # Long enough to be looked at, also on a busy machine.
    spec = document(log, **{**CONTINUOUS, "trees": 2000})
    with Release(tmp_path, spec, "r", "--port", str(port), "--api-keys", str(keys)) as release:
        release.wait_events(2000)
        Portal(port).post("/models/retrain")
        parent = psutil.Process(release.process.pid)
        (child,) = wait_for(lambda: parent.children(), "the training")
        wait_for(lambda: child.nice() == 10, "the priority")
        assert "DATABASE_PASSWORD" not in child.environ()
        assert "DATABASE_PASSWORD" in parent.environ()
        assert release.terminate() == 0
        assert not child.is_running()
