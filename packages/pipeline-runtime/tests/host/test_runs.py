"""Runs through the agent, as the portal drives them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from host.support import Agent, AgentFailure
from pipelines import document
from sshd_log import sshd_log

from pipeline_runtime.host.rotating_log import RotatingLog

# Says its arguments, then does what its spec says.
FAKE = """
import json, os, signal, sys, time
arguments = sys.argv[1:]
value = lambda name: arguments[arguments.index(name) + 1]
spec = json.load(open(value("--spec")))["fake"]
print(json.dumps({"time": "2026-11-24T00:00:00Z", "level": "info", "message": "begun"}), flush=True)
if spec.get("stubborn"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if spec.get("secret"):
    with os.fdopen(int(value("--secrets-fd"))) as file:
        found = json.load(file)["env"]
    open("secret-length", "w").write(str(len(found["TOKEN"])))
    open("environment", "w").write(json.dumps(dict(os.environ)))
json.dump({"done": 1, "total": 2, "unit": "events"}, open(value("--progress"), "w"))
while spec.get("wait") and not os.path.exists("go"):
    time.sleep(0.02)
if spec.get("fail"):
    print(json.dumps({"error": spec["fail"]}), file=sys.stderr)
    sys.exit(3)
os.makedirs(value("--output"), exist_ok=True)
open(os.path.join(value("--output"), "scores.csv"), "w").write("line,score\\n")
os.symlink("/etc/passwd", os.path.join(value("--output"), "stolen.csv"))
json.dump({"metrics": {"events": 2}, "model": "1"}, open(value("--result"), "w"))
"""

Body = dict[str, Any]


def eventually(what: str, check: Callable[[], Any]) -> Any:
    """The first true answer."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


class Runs:
    """Runs of one pipeline; `fake` says what they do."""

    def __init__(self, agent: Agent, script: Path) -> None:
        self._agent = agent
        self._command = [sys.executable, str(script)]

    def start(self, run: str, fake: Body | None = None, **more: Any) -> Body:
        body = {
            "kind": "batch",
            "revision": 1,
            "mode": "batch",
            "spec": {"spec": {}, "fake": fake or {}},
            "memoryMiB": 512,
            "command": self._command,
            **more,
        }
        return self.call("start", run, stdin=json.dumps(body))

    def call(self, action: str, run: str, stdin: str = "") -> Body:
        arguments = ("run", action, "--pipeline", "p", "--run", run)
        found: Body = self._agent.run(*arguments, stdin=stdin)
        return found

    def status(self, run: str) -> Body:
        return self.call("status", run)

    def end(self, run: str) -> Body:
        def ended() -> Body | None:
            status = self.status(run)
            return status if status["state"] != "running" else None

        found: Body = eventually(f"the end of run {run}", ended)
        return found

    def dir(self, run: str) -> Path:
        return self._agent.root / "pipelines/p/runs" / run

    def keeper(self, run: str) -> psutil.Process:
        record = json.loads((self.dir(run) / "process.json").read_text())
        return psutil.Process(record["pid"])


@pytest.fixture
def runs(agent: Agent, tmp_path: Path) -> Runs:
    script = tmp_path / "fake_run.py"
    script.write_text(FAKE)
    return Runs(agent, script)


def test_a_run_outlives_its_starter_and_leaves_files(runs: Runs, tmp_path: Path) -> None:
    assert runs.status("one")["state"] == "absent"
    given = tmp_path / "input.csv"
    given.write_text("a,b\n")
    started = runs.start("one", {"wait": True}, input=str(given))
    assert started["state"] == "running"
    assert runs.keeper("one").ppid() != os.getpid()
    eventually("progress", lambda: runs.status("one")["progress"])
    assert runs.status("one")["progress"] == {"done": 1, "total": 2, "unit": "events"}
    keeper = runs.keeper("one").pid
    # A second start changes nothing.
    given.unlink()
    assert runs.start("one", {"wait": True})["state"] == "running"
    assert runs.keeper("one").pid == keeper
    (runs.dir("one") / "work/go").touch()
    ended = runs.end("one")
    assert ended["state"] == "succeeded"
    assert (ended["metrics"], ended["model"]) == ({"events": 2}, "1")
    # A link could show what the run itself may not read.
    assert [file["name"] for file in ended["files"]] == ["scores.csv"]
    assert Path(ended["files"][0]["path"]).read_text() == "line,score\n"
    assert '"begun"' in (runs.dir("one") / "runtime.log").read_text()
    assert runs.start("one")["state"] == "succeeded"
    assert runs.call("remove", "one")["removed"] is True
    assert runs.call("remove", "one")["removed"] is False
    assert not runs.dir("one").parent.parent.exists()


def test_keeps_secrets_off_the_disk_and_the_portal_out_of_the_environment(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_PASSWORD", "portal-password")
    runs.start("one", {"secret": True}, environment={"TOKEN": "top-secret"})
    assert runs.end("one")["state"] == "succeeded"
    work = runs.dir("one") / "work"
    assert (work / "secret-length").read_text() == "10"
    assert "portal-password" not in (work / "environment").read_text()
    texts = [path.read_bytes() for path in runs.dir("one").rglob("*") if path.is_file()]
    assert not any(b"top-secret" in text for text in texts)


def test_a_run_that_fails_says_why(runs: Runs) -> None:
    failure = {"code": "source-missing", "message": "No file.", "hint": "Make one.", "node": "logs"}
    runs.start("one", {"fail": failure})
    ended = runs.end("one")
    assert (ended["state"], ended["failure"]) == ("failed", failure)
    assert ended["files"] == []


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_run_that_is_cancelled_ends_with_all_its_processes(runs: Runs, *, stubborn: bool) -> None:
    runs.start("one", {"wait": True, "stubborn": stubborn})
    family = eventually("the command", lambda: runs.keeper("one").children())
    eventually("progress", lambda: runs.status("one")["progress"])
    assert runs.call("cancel", "one")["state"] == "cancelled"
    assert not any(process.is_running() for process in family)
    assert runs.call("cancel", "one")["state"] == "cancelled"


def test_nothing_goes_on_without_its_keeper(runs: Runs) -> None:
    runs.start("one", {"wait": True})
    (child,) = eventually("the command", lambda: runs.keeper("one").children())
    runs.keeper("one").send_signal(signal.SIGKILL)
    eventually("the end of the command", lambda: not child.is_running())
    ended = runs.end("one")
    assert (ended["state"], ended["failure"]["code"]) == ("failed", "run-killed")


def test_the_command_is_killed(runs: Runs) -> None:
    runs.start("one", {"wait": True})
    (child,) = eventually("the command", lambda: runs.keeper("one").children())
    child.kill()
    assert runs.end("one")["failure"]["code"] == "run-killed"


def test_down_stops_runs_and_says_so(agent: Agent, runs: Runs) -> None:
    runs.start("one", {"wait": True})
    agent.run("down")
    ended = runs.status("one")
    assert (ended["state"], ended["failure"]["code"]) == ("failed", "run-stopped")


def test_removing_a_pipeline_ends_its_runs(agent: Agent, runs: Runs) -> None:
    runs.start("one", {"wait": True})
    keeper = runs.keeper("one")
    agent.run("remove", "--pipeline", "p")
    assert not keeper.is_running()
    assert runs.status("one")["state"] == "absent"
    assert not runs.dir("one").parent.parent.exists()


def test_refuses_what_is_no_run(agent: Agent, runs: Runs) -> None:
    for wrong in ({"kind": "other"}, {"revision": "1"}, {"environment": {"A": 1}}):
        with pytest.raises(AgentFailure) as refused:
            runs.start("one", **wrong)
        assert refused.value.code == "invalid-run"
    with pytest.raises(AgentFailure) as refused:
        runs.start("one", input="/none/input.csv")
    assert refused.value.code == "input-unreadable"
    assert not runs.dir("one").exists()
    with pytest.raises(AgentFailure) as refused:
        agent.run("run", "status", "--pipeline", "p", "--run", "../x")
    assert refused.value.code == "invalid-name"


def batch_spec(log: Path) -> Body:
    """A batch pipeline of the real runtime."""
    spec = document(log, deploy="scores-file")
    spec["spec"]["nodes"][-1]["parameters"] = {}
    return spec


def test_a_batch_release_stands_ready_without_a_process(agent: Agent, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.write_text("\n".join(line for line, _ in sshd_log(1500, seed=2)) + "\n")
    asked = {"mode": "batch", "spec": batch_spec(log), "command": None, "host": None}

    def release(name: str) -> Body:
        answer: Body = agent.release("p", name, **asked, port=1)
        return answer

    with pytest.raises(AgentFailure) as refused:
        agent.release("p", "r0", **(asked | {"spec": batch_spec(tmp_path / "none.log")}), port=1)
    assert (refused.value.code, refused.value.error["node"]) == ("source-missing", "logs")
    assert agent.active("p") is None
    answer = release("r1")
    assert (answer["endpoint"], answer["changed"], answer["replaced"]) == (None, True, None)
    assert release("r1")["changed"] is False
    assert release("r2")["replaced"] == "r1"
    assert agent.releases("p")["r2"]["state"] == "ready"
    assert agent.releases("p")["r2"]["pid"] is None
    agent.run("up")
    assert agent.releases("p")["r2"]["state"] == "ready"

    real = Runs(agent, Path(sys.executable))
    real.start("one", command=None, spec=asked["spec"])
    ended = real.end("one")
    assert ended["state"] == "succeeded", ended
    assert [file["name"] for file in ended["files"]] == ["report.json", "scores.csv"]
    assert ended["metrics"]["events"] == 1500
    assert ended["progress"]["unit"] == "bytes"
    real.start("two", kind="training", command=None, spec=asked["spec"])
    assert [file["name"] for file in real.end("two")["files"]] == ["model.tar.gz"]
    real.start("three", kind="test", command=None, spec=asked["spec"], input=str(log))
    assert [file["name"] for file in real.end("three")["files"]] == ["report.json"]
    # Models stay for later runs, unless the pipeline goes.
    for run in ("one", "two", "three"):
        real.call("remove", run)
    assert (agent.root / "pipelines/p/data/models").is_dir()
    agent.run("remove", "--pipeline", "p")
    assert not (agent.root / "pipelines/p").exists()


def test_a_log_is_cut_into_pieces(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "run.log", max_bytes=100, backups=2)
    for number in range(100):
        log.write(f"line {number}".encode())
    log.close()
    pieces = sorted(path.name for path in tmp_path.iterdir())
    assert pieces == ["run.log", "run.log.1", "run.log.2"]
    assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
    assert (tmp_path / "run.log").read_text().endswith("line 99\n")
    shutil.rmtree(tmp_path)
