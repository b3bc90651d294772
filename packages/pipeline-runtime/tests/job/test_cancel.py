"""The end of a run before it is done, in real processes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pipelines import document
from portal import TestPortal
from sshd_log import sshd_log
from waiting import wait_for

LOG = "\n".join(line for line, _ in sshd_log(2000, seed=3)).encode()


@pytest.fixture
def portal() -> Iterator[TestPortal]:
    with TestPortal() as portal:
        yield portal


@contextlib.contextmanager
def worker(folder: Path, portal: TestPortal, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`mlpipe job` as a process."""
    value = document(folder / "none.log", deploy="scores-file", trees=20)
    value["spec"]["nodes"][-1]["parameters"] = {}
    (folder / "spec.json").write_text(json.dumps(value))
    (folder / "end").touch()
    command = [sys.executable, "-m", "pipeline_runtime", "job", "--kind", "batch", "--run", "run"]
    command += ["--spec", str(folder / "spec.json"), "--data-dir", str(folder / "data")]
    command += [*portal.arguments(folder), "--input", portal.add(LOG), *more]
    environment = {**os.environ, "MLPIPE_TERMINATION_LOG": str(folder / "end")}
    with (folder / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def ended(folder: Path) -> dict[str, Any]:
    """The error of the termination message."""
    value: dict[str, Any] = json.loads((folder / "end").read_text())["error"]
    return value


def test_sigterm_cancels_without_leaving_anything(tmp_path: Path, portal: TestPortal) -> None:
    portal.fault = lambda request: (503, {}) if request.path.endswith("scores.csv") else None
    with worker(tmp_path, portal) as process:
        wait_for(lambda: "upload scores.csv" in (tmp_path / "out").read_text(), "an upload", 40)
        process.terminate()
        assert process.wait(10) == 143
    assert ended(tmp_path)["code"] == "cancelled"
    assert portal.of("run") == {}
    assert list((tmp_path / "data/tmp").iterdir()) == []


def test_a_run_that_ended_at_the_portal_stops_by_itself(tmp_path: Path, portal: TestPortal) -> None:
    portal.fault = lambda request: (503, {}) if request.path.startswith("/artifacts/") else None
    with worker(tmp_path, portal) as process:
        wait_for(lambda: "fetch the input" in (tmp_path / "out").read_text(), "a try", 40)
        portal.ended.add("run")
        portal.fault = None
        assert process.wait(30) == 3
    assert ended(tmp_path)["code"] == "run-ended"
    assert portal.of("run") == {}


def test_slow_progress_holds_nothing_up(tmp_path: Path, portal: TestPortal) -> None:
    # The portal never answers to progress; the run is done all the same.
    portal.silent = True
    with worker(tmp_path, portal) as process:
        wait_for(lambda: "result.json" in portal.of("run"), "the last file", 40)
        portal.silent = False
        assert process.wait(15) == 0
    assert json.loads(portal.of("run")["report.json"])["events"] == 2000


def test_progress_comes_every_two_seconds_at_most(tmp_path: Path, portal: TestPortal) -> None:
    with worker(tmp_path, portal, "--of", "2", "--shard", "1") as process:
        assert process.wait(40) == 0
    told = [value for run, index, value in portal.progress if (run, index) == ("run", 1)]
    # A run of few seconds, with hundreds of chances to tell something.
    assert 1 <= len(told) <= 8
    assert all(value["done"] <= value["total"] for value in told)
