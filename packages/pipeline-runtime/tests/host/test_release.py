"""Releases with real processes: first one, the switch, faults before and during it."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
from functools import partial
from pathlib import Path

import pytest
from host.support import Agent, AgentFailure, Traffic, consumers, get, until


def test_first_release_runs_active_and_a_second_call_changes_nothing(agent: Agent) -> None:
    result = agent.release("ssh-anomalies", "r1")
    port = agent.reserve("ssh-anomalies")

    assert result == {
        "pipeline": "ssh-anomalies",
        "release": "r1",
        "revision": 1,
        "endpoint": f"http://127.0.0.1:{port}",
        "changed": True,
        "replaced": None,
    }
    before = get(port)
    assert before["release"] == "r1"
    assert agent.release("ssh-anomalies", "r1")["changed"] is False
    assert get(port) == before

    [found] = agent.run("status")["pipelines"]
    assert (found["pipeline"], found["active"]) == ("ssh-anomalies", "r1")
    [release] = found["releases"]
    assert release["state"] in ("starting", "running")
    assert release["pid"] == before["pid"]
    assert release["restarts"] == 0
    assert release["rssBytes"] > 1_000_000
    assert release["runtime"]["phase"] == "running"
    assert release["lastError"] is None


def test_switch_loses_no_request_and_has_one_consumer_at_a_time(agent: Agent) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")

    with Traffic(port) as traffic:
        for number in range(2, 5):
            result = agent.release("p", f"r{number}")
            assert result["replaced"] == f"r{number - 1}"
            count = len(traffic.answers)
            until(partial(more_than, traffic.answers, count + 8))

    assert traffic.failures == []
    assert set(traffic.answers) == {"r1", "r2", "r3", "r4"}
    assert traffic.answers[-1] == "r4"
    assert agent.running("p") == ["r4"]
    assert consumers(agent.journal("p")) == 1
    assert not list((agent.root / "conf.d").glob("p--r[123].conf"))


@pytest.mark.parametrize(
    ("fake", "code", "text"),
    [
        ({"crashAtStart": "no such model"}, "runtime-crashed", "RuntimeError: no such model"),
        (
            {"refuse": {"code": "file-missing", "message": "no /x", "hint": "h", "node": "logs"}},
            "file-missing",
            "no /x",
        ),
        ({"neverReady": True}, "not-ready", "still loading"),
        ({"crashOnActivate": True}, "activate-failed", "did not answer the request to activate"),
    ],
)
def test_failed_release_leaves_the_old_one_active(
    agent: Agent, fake: dict[str, object], code: str, text: str
) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    pid = get(port)["pid"]

    with Traffic(port) as traffic, pytest.raises(AgentFailure) as failure:
        agent.release("p", "r2", fake=fake, readyTimeoutSeconds=3)

    assert traffic.failures == []
    assert failure.value.code == code
    assert text in failure.value.error["message"]
    outcome = json.loads((agent.root / "pipelines/p/releases/r2/outcome.json").read_text())
    assert outcome["state"] == "failed"
    assert outcome["code"] == code
    assert outcome["node"] == failure.value.error["node"]
    assert any("release r2 starts" in line for line in outcome["log"]) or code == "activate-failed"
    assert agent.active("p") == "r1"
    assert agent.running("p") == ["r1"]
    assert agent.releases("p")["r2"]["state"] == "fatal"
    assert text in agent.releases("p")["r2"]["lastError"]
    assert get(port) == {"release": "r1", "pid": pid}
    # It consumes, whether or not the switch had begun.
    assert [event for release, event, *_ in agent.journal("p") if release == "r1"][-1] == "consume"
    assert agent.release("p", "r2")["replaced"] == "r1"
    assert get(port)["release"] == "r2"


def test_first_release_that_fails_leaves_nothing_running(agent: Agent) -> None:
    with pytest.raises(AgentFailure) as failure:
        agent.release("p", "r1", fake={"crashAtStart": "no"})
    assert "RuntimeError: no" in failure.value.stderr
    assert agent.active("p") is None
    assert agent.running("p") == []
    assert list((agent.root / "conf.d").iterdir()) == []


def test_old_runtime_that_dies_while_it_is_asked_to_pause(agent: Agent) -> None:
    agent.release("p", "r1", fake={"deafToDeactivate": True})
    port = agent.reserve("p")
    pid = get(port)["pid"]
    process = agent.start_release("p", "r2")
    until(lambda: ["r1", "pausing"] in agent.journal("p"))
    os.kill(pid, signal.SIGKILL)
    assert process.wait(60) == 0
    assert agent.running("p") == ["r2"]
    assert get(port)["release"] == "r2"


def test_port_that_another_program_takes(agent: Agent) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(AgentFailure) as failure:
            agent.reserve("p", "--port", str(taken))
        assert failure.value.code == "port-taken"
        with pytest.raises(AgentFailure) as failure:
            agent.release("p", "r1", port=taken)
        assert failure.value.code == "port-taken"
        assert agent.running("p") == []


def test_reserved_port_is_kept_until_another_program_has_it(agent: Agent) -> None:
    first = agent.reserve("p")
    assert agent.reserve("p") == first
    assert agent.reserve("q") != first
    agent.release("p", "r1")
    assert agent.reserve("p") == first
    agent.run("down")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", first))
        other.listen()
        second = agent.reserve("p")
    assert second != first
    assert agent.reserve("p") == second
    with pytest.raises(AgentFailure) as failure:
        agent.reserve("q", "--port", str(second))
    assert "'p'" in failure.value.error["message"]


def test_new_port_is_bound_beside_the_old_one(agent: Agent) -> None:
    agent.release("p", "r1")
    first = agent.reserve("p")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        wanted = probe.getsockname()[1]
    assert agent.reserve("p", "--port", str(wanted)) == wanted
    agent.release("p", "r2", port=wanted)
    assert get(wanted)["release"] == "r2"
    with pytest.raises(OSError):
        get(first)


def test_secrets_reach_the_runtime_and_nothing_of_the_portal_does(agent: Agent) -> None:
    digest = hashlib.sha256(b"key").hexdigest()
    portal = hashlib.sha256(b"portal").hexdigest()
    given = {
        "env": {"TOKEN": "s3cret '\"$x"},
        "apiKeysSha256": [digest],
        "managementSha256": [portal],
    }
    said = agent.run("secrets", "--pipeline", "p", "--version", "v1", stdin=json.dumps(given))
    assert said == {"pipeline": "p", "version": "v1", "names": ["TOKEN"], "apiKeys": 1}

    spec = {
        "metadata": {"name": "p"},
        "spec": {
            "compute": {"cpu": 1.5},
            "environment": [
                {"name": "LOG_LEVEL", "value": "info; $(id)"},
                {"name": "LD_PRELOAD", "value": "/x.so"},
                {"name": "PATH", "value": "/x"},
            ],
        },
    }
    document = agent.document("p", "r1", spec=spec, secretsVersion="v1")
    agent.run("release", "--pipeline", "p", env={**document, "PORTAL_TOKEN": "x"})

    seen = get(agent.reserve("p"), "/environment")
    assert seen["TOKEN"] == "s3cret '\"$x"
    assert seen["LOG_LEVEL"] == "info; $(id)"
    assert seen["OMP_NUM_THREADS"] == "2"
    assert "LD_PRELOAD" not in seen
    assert "/x" not in seen["PATH"].split(":")
    assert not {"PORTAL_TOKEN", "MLPIPE_RELEASE", "VIRTUAL_ENV"} & set(seen)

    folder = agent.root / "pipelines/p"
    assert (folder / "secrets/v1.json").stat().st_mode & 0o777 == 0o600
    keys = json.loads((folder / "api-keys.json").read_text())
    assert keys == {"sha256": [digest], "management": [portal]}
    files = [path for path in agent.root.rglob("*") if path.is_file()]
    holders = [path.name for path in files if "s3cret" in path.read_text(errors="replace")]
    assert holders == ["v1.json"]

    with pytest.raises(AgentFailure) as failure:
        agent.release("p", "r2", secretsVersion="v2")
    assert failure.value.code == "secrets-missing"
    newer = {"env": {"TOKEN": "new"}, "apiKeysSha256": []}
    agent.run("secrets", "--pipeline", "p", "--version", "v2", stdin=json.dumps(newer))
    agent.release("p", "r2", secretsVersion="v2")
    assert get(agent.reserve("p"), "/environment")["TOKEN"] == "new"
    assert [path.name for path in (folder / "secrets").iterdir()] == ["v2.json"]
    removal = ("secrets", "--pipeline", "p", "--remove")
    assert agent.run(*removal)["removed"] is True
    assert agent.run(*removal)["removed"] is False
    assert not (folder / "api-keys.json").exists()


def test_remove_is_idempotent_and_can_keep_data(agent: Agent) -> None:
    agent.release("p", "r1")
    port = agent.reserve("p")
    assert agent.run("remove", "--pipeline", "p", "--keep-data")["dataKept"] is True
    with pytest.raises(OSError):
        get(port)
    assert [path.name for path in (agent.root / "pipelines/p").iterdir()] == ["data"]
    agent.release("p", "r2")
    assert agent.run("remove", "--pipeline", "p")["removed"] is True
    assert agent.run("remove", "--pipeline", "p")["removed"] is False
    assert not (agent.root / "pipelines/p").exists()
    assert agent.run("up")["pipelines"] == []


def test_reservation_without_a_release_is_forgotten_with_the_secrets(agent: Agent) -> None:
    agent.reserve("p")
    agent.run("secrets", "--pipeline", "p", "--version", "v1", stdin="{}")
    agent.run("secrets", "--pipeline", "p", "--remove")
    assert not (agent.root / "pipelines/p").exists()


@pytest.mark.parametrize("name", ["../x", "A", "a--", "", "a/b", "-a", "a" * 64])
def test_names_that_could_leave_the_folder_are_refused(agent: Agent, name: str) -> None:
    with pytest.raises(AgentFailure) as failure:
        agent.run("reserve", f"--pipeline={name}")
    assert failure.value.code == "invalid-name"


def test_old_folders_are_pruned(agent: Agent) -> None:
    folder = agent.root / "pipelines/p/releases"
    for number in range(8):
        (folder / f"old{number}").mkdir(parents=True)
    agent.release("p", "r1")
    left = {path.name for path in folder.iterdir()}
    assert "r1" in left
    assert len(left) == 6


def test_document_in_several_variables_and_any_text_survives(agent: Agent) -> None:
    text = "\ud800 ${x} %{y} e\u0301 \0 '\"\\" + "\U0001f600" * 60_000
    spec = {"metadata": {"name": "p", "title": text}, "spec": {}}
    whole = agent.document("p", "r1", spec=spec)["MLPIPE_RELEASE"]
    parts = [whole[at : at + 100_000] for at in range(0, len(whole), 100_000)]
    names = ["MLPIPE_RELEASE", *(f"MLPIPE_RELEASE_{number}" for number in range(1, len(parts)))]
    agent.run("release", "--pipeline", "p", env=dict(zip(names, parts, strict=True)))
    written = json.loads((agent.root / "pipelines/p/releases/r1/spec.json").read_text())
    assert written == spec


def test_root_that_supervisord_cannot_use_is_refused(tmp_path: Path) -> None:
    for name in ("a;b", "a%b", "x" * 120):
        with pytest.raises(AgentFailure) as failure:
            Agent(tmp_path / name, "").run("status")
        assert failure.value.code == "root-unusable"


def more_than(values: list[str], count: int) -> bool:
    return len(values) > count
