"""Syslog by real sockets and processes: what was received counts once, what was lost is told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pipelines import document
from processes import Release, free_port, mlpipe
from waiting import wait_for

MODEL: dict[str, Any] = {"trainingEvents": 200, "contamination": 0.05, "trees": 10}


def syslog(port: int, **parameters: Any) -> dict[str, Any]:
    """The security scenario with a syslog source."""
    spec = document({}, **MODEL)
    spec["spec"]["nodes"][0] = {
        "id": "logs",
        "type": "syslog",
        "parameters": {"port": port, **parameters},
    }
    return spec


def message(number: int) -> bytes:
    return (
        f"<38>Oct 11 22:14:15 web sshd[{number}]: Accepted password for user{number % 7}".encode()
    )


def by_udp(port: int, numbers: range) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in numbers:
            sender.sendto(message(number), ("127.0.0.1", port))


def by_tcp(port: int, numbers: range, counted: bool) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sender:
        for number in numbers:
            body = message(number)
            sender.sendall(b"%d %s" % (len(body), body) if counted else body + b"\n")


def until_broken(port: int, numbers: range) -> None:
    """As a sender whose receiver is killed."""
    with contextlib.suppress(OSError):
        by_tcp(port, numbers, False)


def source_of(release: Release) -> dict[str, Any]:
    found: dict[str, Any] = release.status()["source"]
    return found


def wait_received(release: Release, least: int) -> int:
    """How many there are once there are that many."""
    wait_for(lambda: source_of(release)["received"] >= least, f"{least} messages on disk")
    return int(source_of(release)["received"])


def settled(release: Release) -> dict[str, Any]:
    """The source once nothing more comes."""
    before: list[Any] = [None]

    def still() -> dict[str, Any] | None:
        status = release.status()
        now = (status["source"]["received"], status["source"]["lost"], status["counters"])
        same = before[0] == now and status["source"]["lagBytes"] == 0
        before[0] = now
        time.sleep(1.1)  # Drops of the kernel are looked at once a second.
        return status if same else None

    found = wait_for(still, "the end of what was sent", 60)
    assert found is not None
    return found


def test_many_senders_by_every_way(tmp_path: Path) -> None:
    port = free_port()
    with Release(tmp_path, syslog(port), "one", "--port", "0") as release:
        release.wait_ready("learning")
        assert sorted(source_of(release)["listening"]) == [
            f"tcp://127.0.0.1:{port}",
            f"udp://127.0.0.1:{port}",
        ]
        senders = [
            *(threading.Thread(target=by_udp, args=(port, range(300))) for _ in range(4)),
            *(
                threading.Thread(target=by_tcp, args=(port, range(300), bool(i % 2)))
                for i in range(6)
            ),
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        status = settled(release)
        assert release.terminate() == 0
    assert status["source"]["received"] + status["source"]["lost"] == 3000
    assert status["counters"]["events"] == status["source"]["received"]
    assert status["source"]["refused"] == 0
    assert status["source"]["malformed"] == {"count": 0, "samples": []}


def test_datagrams_that_a_busy_receiver_misses_are_counted(tmp_path: Path) -> None:
    port = free_port()
    with Release(tmp_path, syslog(port, protocol="udp"), "one", "--port", "0") as release:
        release.wait_ready("learning")
        os.kill(release.process.pid, signal.SIGSTOP)
        # More than any buffer of the kernel takes while nobody reads.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(60_000):
                sender.sendto(message(number) + b"x" * 900, ("127.0.0.1", port))
        os.kill(release.process.pid, signal.SIGCONT)
        status = settled(release)
        assert release.terminate() == 0
    assert status["source"]["lost"] > 0
    assert status["source"]["received"] + status["source"]["lost"] == 60_000
    # Counts outlive the process.
    with Release(tmp_path, syslog(port, protocol="udp"), "two", "--port", "0") as release:
        release.wait_ready("ready")
        again = source_of(release)
        assert (again["received"], again["lost"]) == (
            status["source"]["received"],
            status["source"]["lost"],
        )
        assert release.terminate() == 0


def test_senders_that_are_not_allowed_are_refused_and_counted(tmp_path: Path) -> None:
    port = free_port()
    spec = syslog(port, allowedSources=["192.0.2.0/24"])
    with Release(tmp_path, spec, "one", "--port", "0") as release:
        release.wait_ready("learning")
        by_udp(port, range(5))
        with socket.create_connection(("127.0.0.1", port)) as sender:
            assert sender.recv(1) == b""
        wait_for(lambda: source_of(release)["refused"] == 6, "six refusals")
        assert source_of(release)["received"] == 0
        assert release.terminate() == 0


def test_a_hand_over_loses_no_message(tmp_path: Path) -> None:
    port = free_port()
    stop = threading.Event()
    sent = [0, 0, 0]

    def udp() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not stop.is_set():
                sender.sendto(message(sent[0]), ("127.0.0.1", port))
                sent[0] += 1
                time.sleep(0.0005)

    def tcp(place: int) -> None:
        # One connection over all releases, with messages that come in pieces.
        with socket.create_connection(("127.0.0.1", port)) as sender:
            while not stop.is_set():
                body = message(sent[place])
                whole = body + b"\n" if place == 1 else b"%d %s" % (len(body), body)
                sender.sendall(whole[:20])
                time.sleep(0.0003)
                sender.sendall(whole[20:])
                sent[place] += 1

    senders = [
        threading.Thread(target=udp),
        threading.Thread(target=tcp, args=(1,)),
        threading.Thread(target=tcp, args=(2,)),
    ]
    http = ("--port", str(free_port()), "--listener-socket", str(tmp_path / "listener.sock"))
    with Release(tmp_path, syslog(port), "one", *http) as old:
        old.wait_ready("learning")
        for sender in senders:
            sender.start()
        try:
            old.wait_ready("ready")
            for name in ("two", "three"):
                new = Release(tmp_path, syslog(port), name, *http, "--standby")
                new.wait_ready("standby")
                old.control_call("deactivate")
                new.control_call("activate")
                assert old.terminate() == 0
                old = new
            time.sleep(0.3)
        finally:
            stop.set()
            for sender in senders:
                sender.join()
        with old:
            old.wait_events(sum(sent))
            assert source_of(old)["lost"] == 0
            assert old.terminate() == 0
    assert min(sent) > 500


def test_an_old_release_goes_on_when_its_successor_fails(tmp_path: Path) -> None:
    port = free_port()
    http = ("--port", str(free_port()), "--listener-socket", str(tmp_path / "listener.sock"))
    with Release(tmp_path, syslog(port), "one", *http) as old:
        old.wait_ready("learning")
        by_udp(port, range(300))
        old.wait_events(300)
        with Release(tmp_path, syslog(port), "two", *http, "--standby") as new:
            new.wait_ready("standby")
            old.control_call("deactivate")
            new.control_call("activate")
            by_udp(port, range(50))
            new.wait_events(350)
            new.kill()
        # The sockets outlived the successor, with what came meanwhile.
        by_udp(port, range(50))
        old.control_call("activate")
        old.wait_events(400)
        by_tcp(port, range(50), True)
        old.wait_events(450)
        assert old.terminate() == 0


def test_killed_at_any_moment_what_was_on_disk_counts_once(tmp_path: Path) -> None:
    port = free_port()
    stored = 0
    for kill in range(3):
        with Release(tmp_path, syslog(port), f"r{kill}", "--port", "0") as release:
            wait_for(lambda: source_of(release)["listening"], "listening", 40)
            sender = threading.Thread(target=until_broken, args=(port, range(20_000)))
            sender.start()
            stored = wait_received(release, stored + 1)
            release.kill()
            sender.join(20)
    with Release(tmp_path, syslog(port), "last", "--port", "0") as release:
        release.wait_ready("ready")
        wait_for(lambda: source_of(release)["lagBytes"] == 0, "all read", 40)
        received = source_of(release)["received"]
        assert received >= stored
        release.wait_events(received)
        assert release.terminate() == 0


def test_what_waits_in_the_sockets_is_taken_at_the_end(tmp_path: Path) -> None:
    port = free_port()
    with Release(tmp_path, syslog(port), "one", "--port", "0") as release:
        release.wait_ready("learning")
        by_udp(port, range(100))
        with socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(message(1) + b"\n" + message(2))
            assert release.terminate() == 0
    with Release(tmp_path, syslog(port), "two", "--port", "0") as release:
        release.wait_ready("learning")
        assert source_of(release)["received"] == 102
        assert release.terminate() == 0


@pytest.mark.parametrize(
    ("kind", "name"), [(socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")]
)
def test_a_taken_port_is_told_with_exit_code_3(tmp_path: Path, kind: int, name: str) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        port = other.getsockname()[1]
        (tmp_path / "spec.json").write_text(json.dumps(syslog(port, protocol=name.lower())))
        done = mlpipe(
            *("stream", "--spec", str(tmp_path / "spec.json"), "--port", "0"),
            *("--data-dir", str(tmp_path / "data"), "--standby"),
        )
    assert done.returncode == 3
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["node"]) == ("port-taken", "logs")
    assert f"{port} ({name})" in error["message"]
