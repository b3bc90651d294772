"""What is killed at any point converges with the next call."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psutil
import pytest
from host.support import (
    AGENT,
    Agent,
    AgentFailure,
    Traffic,
    consumers,
    get,
    kill_all,
    processes_of,
    until,
)

from pipeline_runtime.host.layout import HostLayout
from pipeline_runtime.host.supervisor import Supervisor


def runtimes(agent: Agent) -> list[int]:
    return [x.pid for x in processes_of(agent) if "fake_runtime.py" in " ".join(x.cmdline())]


def test_agent_killed_anywhere_converges_without_loss(agent: Agent) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    with Traffic(port, clients=2) as traffic:
        for number, delay in enumerate((0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0), start=2):
            killed = agent.start_release("p", f"r{number}", fake={"slowActivate": 0.15})
            time.sleep(delay)
            agent.kill_release(killed)
            if number % 2:
                agent.run("up")
                active = agent.active("p")
                assert agent.running("p") == [active]
                until(partial(serves, port, active))
            agent.release("p", f"r{number}", fake={"slowActivate": 0.15})
            assert agent.running("p") == [f"r{number}"]
            assert len(runtimes(agent)) == 1

    assert traffic.failures == []
    assert traffic.answers[-1] == "r8"
    assert consumers(agent.journal("p")) == 1


@pytest.mark.parametrize("then", ["up", "other release", "same release", "remove"])
def test_agent_killed_in_the_middle_of_the_switch(agent: Agent, then: str) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    killed = agent.start_release("p", "r2", fake={"slowActivate": 3})
    until(lambda: ["r2", "activating"] in agent.journal("p"))
    agent.kill_release(killed)
    assert agent.active("p") == "r1"

    expected = {"up": "r1", "other release": "r3", "same release": "r2"}.get(then)
    if then == "up":
        agent.run("up")
    elif then == "other release":
        agent.release("p", "r3")
    elif then == "same release":
        agent.release("p", "r2", fake={"slowActivate": 3})
    else:
        agent.run("remove", "--pipeline", "p")
        assert runtimes(agent) == []
        return
    assert agent.running("p") == [expected]
    assert len(runtimes(agent)) == 1
    assert get(port)["release"] == expected
    journal = agent.journal("p")
    assert consumers(journal) == 1
    assert [entry for entry in journal if entry[1] in ("consume", "pause")][-1] == [
        expected,
        "consume",
    ]


def test_interrupted_agent_rolls_back(agent: Agent) -> None:
    agent.release("p", "r1")
    process = agent.start_release("p", "r2", fake={"neverReady": True}, readyTimeoutSeconds=60)
    until(lambda: "r2" in agent.running("p"))
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 1
    assert agent.running("p") == ["r1"]
    assert agent.releases("p")["r2"]["failure"]["code"] == "interrupted"


@pytest.mark.parametrize("delay", [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.2])
def test_a_release_is_undone_when_terraform_kills_its_agent(agent: Agent, delay: float) -> None:
    agent.release("p", "r1")
    process = agent.start_release("p", "r2", fake={"slowActivate": 3}, readyTimeoutSeconds=60)
    time.sleep(delay)
    # As Terraform does when it is interrupted itself: no moment between the two.
    process.send_signal(signal.SIGINT)
    process.kill()
    process.wait()
    # Nobody has to ask for it.
    until(lambda: agent.running("p") == ["r1"] and len(runtimes(agent)) == 1)
    assert agent.active("p") == "r1"
    port = agent.reserve("p")
    until(partial(serves, port, "r1"))
    failure = agent.releases("p").get("r2", {}).get("failure")
    assert failure is None or failure["code"] == "interrupted"
    # The lock is free again.
    agent.release("p", "r3")
    assert agent.running("p") == ["r3"]


def test_crashed_runtime_is_restarted_as_the_active_one(agent: Agent) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    pid = get(port)["pid"]
    os.kill(pid, signal.SIGKILL)
    release = until(lambda: (x := agent.releases("p")["r1"])["restarts"] == 1 and x["pid"] and x)
    assert release["pid"] != pid
    until(lambda: get_or_none(port) not in (None, pid))


def test_killed_supervisord_comes_back_and_takes_over_its_orphans(agent: Agent) -> None:
    agent.release("p", "r1")
    agent.release("q", "r7")
    orphans = set(runtimes(agent))
    os.kill(agent.run("status")["supervisor"]["pid"], signal.SIGKILL)
    until(lambda: not agent.run("status")["supervisor"]["running"])
    assert agent.run("status")["pipelines"][0]["releases"][0]["state"] == "stopped"
    # Still serving, with nobody who looks after them.
    assert get(agent.reserve("p"))["pid"] in orphans

    result = agent.run("up")
    assert result["supervisor"]["started"] is True
    assert [(x["pipeline"], x["started"]) for x in result["pipelines"]] == [
        ("p", True),
        ("q", True),
    ]
    for name, release in (("p", "r1"), ("q", "r7")):
        port = agent.reserve(name)
        until(partial(get_or_none, port))
        assert get(port)["release"] == release
    assert len(runtimes(agent)) == 2
    assert not orphans & set(runtimes(agent))
    assert [x["started"] for x in agent.run("up")["pipelines"]] == [False, False]


def test_release_with_supervisord_dead_brings_other_pipelines_back_too(agent: Agent) -> None:
    agent.release("p", "r1")
    agent.release("q", "r7")
    os.kill(agent.run("status")["supervisor"]["pid"], signal.SIGKILL)
    assert agent.release("p", "r2")["replaced"] == "r1"
    until(lambda: get_or_none(agent.reserve("q")))
    assert agent.running("p") == ["r2"]
    assert agent.running("q") == ["r7"]
    assert len(runtimes(agent)) == 2


def test_supervisord_that_hangs_is_replaced(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    agent.release("p", "r1")
    pid = agent.run("status")["supervisor"]["pid"]
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr("pipeline_runtime.host.supervisor._SHUTDOWN_SECONDS", 1.0)
    assert Supervisor(HostLayout(agent.root)).ensure_running() is True
    assert not psutil.pid_exists(pid)
    agent.run("up")
    until(lambda: get_or_none(agent.reserve("p")))
    assert len(runtimes(agent)) == 1


def test_machine_restart_brings_back_active_releases_only(agent: Agent) -> None:
    agent.release("p", "r1")
    started = agent.start_release("p", "r2", fake={"neverReady": True}, readyTimeoutSeconds=60)
    until(lambda: "r2" in agent.running("p"))
    started.kill()
    started.wait()
    kill_all(agent)

    agent.run("up")
    port = agent.reserve("p")
    until(lambda: get_or_none(port))
    assert get(port)["release"] == "r1"
    assert agent.running("p") == ["r1"]


def test_down_stops_everything_and_up_brings_it_back(agent: Agent) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    agent.run("down")
    assert processes_of(agent) == []
    assert agent.run("status")["supervisor"] == {"running": False, "pid": None}
    agent.run("down")
    agent.run("up")
    until(lambda: get_or_none(port))
    assert agent.journal("p")[-1] == ["r1", "consume"]


def test_two_agents_at_once_wait_for_each_other(agent: Agent) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    with Traffic(port, clients=2) as traffic, ThreadPoolExecutor() as pool:
        list(pool.map(lambda number: agent.release("p", f"r{number}"), range(2, 6)))
    assert traffic.failures == []
    assert len(agent.running("p")) == 1
    assert consumers(agent.journal("p")) == 1


def test_agent_that_waits_too_long_for_another_says_so(agent: Agent) -> None:
    first = agent.start_release("p", "r1", fake={"neverReady": True}, readyTimeoutSeconds=60)
    until(lambda: "r1" in agent.running("p"))
    with pytest.raises(AgentFailure) as failure:
        agent.run("remove", "--pipeline", "p", "--lock-timeout", "0.2")
    assert failure.value.code == "busy"
    first.terminate()
    assert first.wait(30) == 1


def test_many_pipelines_start_supervisord_once(agent: Agent) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: agent.release(name, "r1"), ["a", "a--b", "b"]))
    daemons = [x for x in processes_of(agent) if "supervisor.supervisord" in x.cmdline()]
    assert len(daemons) == 1
    agent.run("remove", "--pipeline", "a")
    assert agent.running("a--b") == ["r1"]


def get_or_none(port: int) -> int | None:
    try:
        return int(get(port)["pid"])
    except OSError:
        return None


def test_daemon_survives_the_group_of_its_starter_without_its_secrets(agent: Agent) -> None:
    shell = subprocess.Popen(
        ["/bin/sh", "-c", f"{' '.join(_up(agent))} >/dev/null; kill -9 0"],
        start_new_session=True,
        env={**os.environ, "TF_HTTP_PASSWORD": "x"},
    )
    shell.wait(30)
    pid = agent.run("status")["supervisor"]["pid"]
    assert "TF_HTTP_PASSWORD" not in psutil.Process(pid).environ()


def _up(agent: Agent) -> list[str]:
    return [*AGENT, "up", "--root", str(agent.root)]


def serves(port: int, release: str | None) -> bool:
    return bool(get(port)["release"] == release)
