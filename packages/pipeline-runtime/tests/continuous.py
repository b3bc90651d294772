"""Engines that go on learning, for tests."""

from __future__ import annotations

from typing import Any

from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.engine.engine import Engine

LINES = [line for line, _ in sshd_log(6000, seed=5, attack_share=0.05)]
MODEL: dict[str, Any] = {
    "trainingEvents": 500,
    "contamination": 0.05,
    "trees": 20,
    "windowEvents": 1000,
    "shadowEvents": 200,
}
#: Nothing begins by itself.
CONTINUOUS: dict[str, Any] = MODEL | {
    "learning": "continuous",
    "driftThreshold": 10,
    "retrainEveryMinutes": None,
}
ADA = "user:default/ada"


def states(running: Engine) -> dict[str, str]:
    """State of each version."""
    return {version["version"]: version["state"] for version in running.models()["versions"]}


def version(running: Engine, number: str) -> dict[str, Any]:
    """One version as the API tells it."""
    found: dict[str, Any] = next(v for v in running.models()["versions"] if v["version"] == number)
    return found


def wait_shadow(running: Engine, number: str) -> None:
    """Until that version is in the shadow."""
    wait_for(
        lambda: (shadow := running.lifecycle.shadow) and shadow.version == number,
        f"challenger {number}; {running.models()}",
        60,
    )


def wait_run(running: Engine, state: str) -> dict[str, Any]:
    """Until the latest run is in that state."""

    def latest() -> dict[str, Any] | None:
        runs = running.models()["runs"]
        return runs[0] if runs and runs[0]["state"] == state else None

    found = wait_for(latest, f"a run that {state}", 60)
    assert found is not None
    return found


def retrain(running: Engine) -> None:
    """Have a challenger trained."""
    running.requests.retrain("manual", ADA)
    wait_run(running, "succeeded")
