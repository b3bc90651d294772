"""The agent with the runtime that it belongs to: a stream whose releases are switched."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from host.support import Agent, AgentFailure, Traffic, get, until
from pipelines import document
from processes import free_port

TRAINING_EVENTS = 100


def spec(path: Path, **deploy: Any) -> dict[str, Any]:
    parameters = {"rateLimitPerMinute": 1_000_000, **deploy}
    found = document(path, deploy_parameters=parameters, trees=20, trainingEvents=TRAINING_EVENTS)
    found["metadata"]["name"] = "ssh"
    found["spec"]["compute"] = {"cpu": 1, "memoryMiB": 1024, "replicas": 1}
    return found


class Writer(threading.Thread):
    """Appends lines to a log until it is told to stop."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.path = path
        self.lines = 0
        self.end = threading.Event()

    def write(self, count: int) -> None:
        with self.path.open("a") as stream:
            for _ in range(count):
                self.lines += 1
                stream.write(f"Jan  1 00:00:{self.lines % 60:02d} host sshd[{self.lines}]: ok\n")

    def run(self) -> None:
        while not self.end.wait(0.02):
            self.write(5)


class StatusTraffic(Traffic):
    """Requests of `/status`, which every release answers."""

    path = "/status"


@pytest.fixture
def real(agent: Agent) -> Agent:
    agent.command = []
    return agent


def deploy(agent: Agent, release: str, content: dict[str, Any]) -> Any:
    return agent.release(
        "ssh", release, spec=content, command=agent.command or None, readyTimeoutSeconds=60
    )


def events(port: int) -> int:
    return int(get(port, "/status")["counters"]["events"])


def test_switches_lose_no_event_and_no_request(real: Agent, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.touch()
    writer = Writer(log)
    writer.write(TRAINING_EVENTS)
    deploy(real, "r1", spec(log))
    port = real.reserve("ssh")
    until(lambda: get(port, "/status")["phase"] == "running", 60)

    writer.start()
    with StatusTraffic(port, clients=2) as traffic:
        deploy(real, "r2", spec(log, maxWaitMs=100))
        before = len(traffic.answers)
        deploy(real, "r3", spec(log, maxWaitMs=50))
        until(lambda: len(traffic.answers) > before + 10)
    writer.end.set()
    writer.join()

    assert traffic.failures == []
    assert set(traffic.answers) >= {"r1", "r2", "r3"}
    until(lambda: events(port) >= writer.lines, 30)
    assert events(port) == writer.lines
    assert get(port, "/status")["release"] == "r3"
    assert real.running("ssh") == ["r3"]
    assert real.releases("ssh")["r3"]["runtime"]["phase"] == "running"


def test_agent_killed_during_switches_loses_no_event(real: Agent, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    writer = Writer(log)
    writer.write(TRAINING_EVENTS)
    deploy(real, "r1", spec(log))
    port = real.reserve("ssh")
    until(lambda: get(port, "/status")["phase"] == "running", 60)
    writer.start()
    with StatusTraffic(port, clients=2) as traffic:
        for number, delay in enumerate((1.0, 2.0, 3.0), start=2):
            content = spec(log, maxWaitMs=100 + number)
            killed = real.start_release(
                "ssh", f"r{number}", spec=content, command=None, readyTimeoutSeconds=60
            )
            time.sleep(delay)
            killed.kill()
            killed.wait()
            deploy(real, f"r{number}", content)
    writer.end.set()
    writer.join()
    assert traffic.failures == []
    until(lambda: events(port) >= writer.lines, 30)
    assert events(port) == writer.lines
    assert get(port, "/status")["release"] == "r4"


def syslog_spec(port: int, **deploy: Any) -> dict[str, Any]:
    """The same pipeline with a syslog source."""
    found = spec(Path("/not/used"), **deploy)
    found["spec"]["nodes"][0] = {
        "id": "logs",
        "type": "syslog",
        "parameters": {"port": port, "protocol": "udp"},
    }
    return found


def test_switches_lose_no_datagram_and_a_taken_port_is_told(real: Agent) -> None:
    port = free_port()
    deploy(real, "r1", syslog_spec(port))
    sent = 0
    end = threading.Event()

    def send() -> None:
        nonlocal sent
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not end.wait(0.002):
                text = f"<38>Jan  1 00:00:{sent % 60:02d} host sshd[{sent}]: ok"
                sender.sendto(text.encode(), ("127.0.0.1", port))
                sent += 1

    sender = threading.Thread(target=send)
    sender.start()
    try:
        http = real.reserve("ssh")
        until(lambda: get(http, "/status")["phase"] == "running", 60)
        deploy(real, "r2", syslog_spec(port, maxWaitMs=100))
        deploy(real, "r3", syslog_spec(port, maxWaitMs=50))
    finally:
        end.set()
        sender.join()
    until(lambda: events(http) >= sent, 30)
    assert events(http) == sent
    source = real.releases("ssh")["r3"]["runtime"]["source"]
    assert (source["received"], source["lost"]) == (sent, 0)
    assert source["listening"] == [f"udp://127.0.0.1:{port}"]

    with pytest.raises(AgentFailure) as failure:
        real.release("other", "r1", spec=syslog_spec(port), command=None, readyTimeoutSeconds=60)
    assert failure.value.code == "port-taken"
    assert f"{port} (UDP)" in str(failure.value.error)
    # Another port, taken by another program, leaves the running release as it is.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(AgentFailure) as failure:
            deploy(real, "r4", syslog_spec(other.getsockname()[1]))
    assert failure.value.code == "port-taken"
    assert real.running("ssh") == ["r3"]


def test_what_the_runtime_says_about_a_wrong_spec_reaches_the_caller(
    real: Agent, tmp_path: Path
) -> None:
    log = tmp_path / "auth.log"
    log.touch()
    wrong = spec(log, batchSize=0)
    with pytest.raises(AgentFailure) as failure:
        deploy(real, "r1", wrong)
    assert failure.value.code == "spec-invalid"
    assert failure.value.error["node"] == "deploy"
    assert failure.value.error["hint"]
    outcome = json.loads((real.root / "pipelines/ssh/releases/r1/outcome.json").read_text())
    assert outcome["code"] == "spec-invalid"
