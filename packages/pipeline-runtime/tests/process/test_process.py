"""What only real processes can prove."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from engines import recorded, write_lines
from pipelines import document
from processes import Release, free_port, mlpipe
from sshd_log import sshd_log
from waiting import wait_for

LINES = [line for line, _ in sshd_log(6000, seed=21, attack_share=0.1)]
MODEL: dict[str, Any] = {"trainingEvents": 500, "contamination": 0.05, "trees": 20}


def test_killed_at_any_moment_it_counts_every_event_once(tmp_path: Path) -> None:
    log = tmp_path / "auth"
    log.touch()
    spec = document(log, **MODEL)
    random_ = random.Random(4)
    written = 0
    for kill in range(4):
        with Release(tmp_path, spec, f"r{kill}", "--port", "0") as release:
            for _ in range(4):
                write_lines(log, LINES[written : written + 350])
                written += 350
                time.sleep(0.02)
            if kill:
                release.wait_ready("ready")
            time.sleep(random_.random() * 0.3)
            release.kill()
    with Release(tmp_path, spec, "last", "--port", "0") as release:
        release.wait_events(written)
        anomalies = release.status()["counters"]["anomalies"]
        assert release.terminate() == 0
    whole = tmp_path / "whole"
    whole.mkdir()
    log_again = whole / "auth"
    write_lines(log_again, LINES[:written])
    with Release(whole, document(log_again, **MODEL), "r", "--port", "0") as release:
        release.wait_events(written)
        assert release.terminate() == 0
    # The same anomalies with the same reasons, as if it had never been killed.
    found = recorded(tmp_path / "data")
    assert found == recorded(whole / "data")
    assert len(found) == anomalies


def test_a_hand_over_under_load_drops_no_request_and_no_event(tmp_path: Path) -> None:
    port = free_port()
    common = ("--port", str(port), "--listener-socket", str(tmp_path / "listener.sock"))
    spec = document({}, **MODEL)
    sent = 0
    failures: list[str] = []
    stop = threading.Event()
    lock = threading.Lock()

    def load(number: int, keep: bool) -> None:
        nonlocal sent
        limits = httpx.Limits(max_keepalive_connections=5 if keep else 0)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=20) as client:
            count = 0
            while not stop.is_set():
                line = LINES[count % len(LINES)]
                try:
                    answer = client.post(
                        "/events", json=[{"line": line, "id": f"{number}-{count}"}]
                    )
                    if answer.status_code != 202:
                        failures.append(answer.text)
                except httpx.TransportError as error:
                    failures.append(repr(error))
                count += 1
            with lock:
                sent += count

    with Release(tmp_path, spec, "one", *common) as old:
        old.wait_ready("learning")
        clients = [threading.Thread(target=load, args=(i, i % 2 == 0)) for i in range(4)]
        for client in clients:
            client.start()
        try:
            old.wait_ready("ready")
            for name in ("two", "three"):
                with_changes = document({}, **MODEL, threshold=0.6)
                new = Release(tmp_path, with_changes, name, *common, "--standby")
                new.wait_ready("standby")
                assert old.control_call("deactivate") == {"status": "standby"}
                assert new.control_call("activate")["port"] == port
                assert old.terminate() == 0
                old = new
            time.sleep(0.3)
        finally:
            stop.set()
            for client in clients:
                client.join()
        assert failures == []
        with old:
            old.wait_events(sent)
            assert old.status()["release"] == "three"
            assert old.terminate() == 0
    assert sent > 500


def test_a_successor_that_fails_gives_way_to_the_old_release(tmp_path: Path) -> None:
    port = free_port()
    common = ("--port", str(port), "--listener-socket", str(tmp_path / "listener.sock"))
    log = tmp_path / "auth"
    write_lines(log, LINES[:600])
    with Release(tmp_path, document(log, **MODEL), "one", *common) as old:
        old.wait_events(600)
        with Release(tmp_path, document(log, **MODEL), "two", *common, "--standby") as new:
            new.wait_ready("standby")
            old.control_call("deactivate")
            new.kill()
        write_lines(log, LINES[600:700])
        old.control_call("activate")
        old.wait_events(700)
        # It gives its listener away again.
        with Release(tmp_path, document(log, **MODEL), "three", *common, "--standby") as new:
            new.wait_ready("standby")
            old.control_call("deactivate")
            assert new.control_call("activate")["port"] == port
            assert old.terminate() == 0
            answer = httpx.get(f"http://127.0.0.1:{port}/status").json()
            assert (answer["release"], answer["counters"]["events"]) == ("three", 700)


def _port_of(release: Release) -> int | None:
    lines = release.log.read_text().splitlines()
    ports = [entry["port"] for entry in map(json.loads, lines) if "port" in entry]
    return ports[0] if ports else None


def test_a_taken_port_is_told_with_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "auth").touch()
    (tmp_path / "spec.json").write_text(json.dumps(document(tmp_path / "auth")))
    with Release(tmp_path, document(tmp_path / "auth"), "one", "--port", "0") as first:
        first.wait_ready("learning")
        port = wait_for(lambda: _port_of(first), "the port in the log")
        done = mlpipe(
            *("stream", "--spec", str(tmp_path / "spec.json"), "--port", str(port)),
            *("--data-dir", str(tmp_path / "other")),
        )
        assert first.terminate() == 0
    assert done.returncode == 3
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert error["code"] == "port-taken"
    assert str(port) in error["message"]
    assert error["hint"]


def test_a_missing_file_is_told_with_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(document(tmp_path / "none")))
    done = mlpipe(
        *("stream", "--spec", str(tmp_path / "spec.json"), "--port", "0"),
        *("--data-dir", str(tmp_path / "data"), "--standby"),
    )
    assert done.returncode == 3
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["node"]) == ("source-missing", "logs")


def names_a_pipe(descriptor: Path) -> bool:
    """Whether the descriptor is an open pipe; a server opens and closes its number at will."""
    try:
        return str(descriptor.readlink()).startswith("pipe:")
    except FileNotFoundError:
        return False


def test_secrets_come_by_descriptor_and_go_nowhere(tmp_path: Path) -> None:
    log = tmp_path / "auth"
    write_lines(log, LINES[:600])
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"sha256": [hashlib.sha256(b"right").hexdigest()]}))
    read, write = os.pipe()
    os.write(write, json.dumps({"env": {"TOKEN": "top-secret-value"}}).encode())
    os.close(write)
    spec = document(log, deploy_parameters={"authentication": "api-key"}, **MODEL)
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    port = free_port()
    command = [sys.executable, "-m", "pipeline_runtime", "stream"]
    command += ["--spec", str(tmp_path / "spec.json"), "--data-dir", str(tmp_path / "data")]
    command += ["--port", str(port), "--secrets-fd", str(read), "--api-keys", str(keys)]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, pass_fds=(read,))
    os.close(read)
    try:

        def answers() -> bool:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/readyz")
                return bool(answer.json()["status"] == "ready")
            except httpx.TransportError:
                assert process.poll() is None, (tmp_path / "out").read_text()
                return False

        wait_for(answers, "ready", 40)
        url = f"http://127.0.0.1:{port}/status"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"authorization": "Bearer right"}).status_code == 200
        assert not names_a_pipe(Path(f"/proc/{process.pid}/fd/{read}"))
        process.terminate()
        assert process.wait(12) == 0
    finally:
        process.kill()
        process.wait()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"top-secret-value" not in path.read_bytes(), path


@pytest.mark.parametrize("content", [b"", b"{}", b'{"env": []}'])
def test_unreadable_secrets_are_told_without_their_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "auth").touch()
    (tmp_path / "spec.json").write_text(json.dumps(document(tmp_path / "auth")))
    read, write = os.pipe()
    os.write(write, content)
    os.close(write)
    done = mlpipe(
        *("stream", "--spec", str(tmp_path / "spec.json"), "--data-dir", str(tmp_path / "data")),
        *("--secrets-fd", str(read)),
        pass_fds=(read,),
    )
    os.close(read)
    assert done.returncode == 3
    assert json.loads(done.stderr.splitlines()[-1])["error"]["code"] == "secrets-unreadable"
