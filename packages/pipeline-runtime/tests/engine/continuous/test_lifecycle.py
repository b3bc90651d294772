"""Retraining, shadow, gate, promotion, roll-back on a real engine with real training processes."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from engines import engine, recorded, wait_events, write_lines
from pipelines import document
from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.errors import CannotDo, NoSuchVersion

LINES = [line for line, _ in sshd_log(6000, seed=5, attack_share=0.05)]
MODEL: dict[str, Any] = {
    "trainingEvents": 500,
    "contamination": 0.05,
    "trees": 20,
    "windowEvents": 1000,
    "shadowEvents": 200,
}
CONTINUOUS: dict[str, Any] = MODEL | {"learning": "continuous", "driftThreshold": 10}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "auth"
    path.touch()
    return path


def states(running: Engine) -> dict[str, str]:
    return {version["version"]: version["state"] for version in running.models()["versions"]}


def wait_trained(running: Engine, version: str) -> None:
    """Until that version is in the shadow."""
    wait_for(lambda: running.models().get("challenger") == version, f"challenger {version}", 60)
    wait_for(lambda: running.lifecycle.shadow is not None, "the shadow")


def test_a_challenger_that_proves_itself_takes_over(log: Path, tmp_path: Path) -> None:
    write_lines(log, LINES[:1500])
    with engine(document(log, **CONTINUOUS), tmp_path / "data") as running:
        wait_events(running, 1500)
        running.lifecycle.retrain("manual", "user:default/ada")
        wait_trained(running, "2")
        assert running.model_version == "1"
        write_lines(log, LINES[1500:2000])
        wait_for(lambda: running.model_version == "2", "the promotion")
        wait_events(running, 2000)
        view = running.models()
        first, second = view["versions"][1], view["versions"][0]
        assert (first["state"], first["trigger"]) == ("archived", "start")
        assert second["state"] == "champion"
        assert second["promotedBy"] == "gate"
        assert second["parent"] == "1"
        assert second["events"] == 1000
        assert [check["name"] for check in second["gate"]["checks"]] == [
            "anomaly-ratio",
            "agreement",
            "drift",
            "latency",
        ]
        (run,) = view["runs"]
        assert (run["state"], run["model"], run["id"]) == ("succeeded", "2", second["run"])
        assert run["metrics"]["events"] == 1000
        archive = running.runs.artifact(run["id"], "model.tar.gz")
        assert archive is not None
        with tarfile.open(archive) as file:
            assert "model/MLmodel" in file.getnames()
        assert any("latest 1000 events" in line["message"] for line in running.runs.log(run["id"], 0, 99))
