"""Sources in real processes: each event counts once, in bounded memory."""

from __future__ import annotations

import gzip
import itertools
import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from brokers import broker
from engines import write_lines
from pipelines import document
from processes import Release, free_port
from sshd_log import sshd_log
from waiting import wait_for

LINES = [line for line, _ in sshd_log(4000, seed=3, attack_share=0.1)]
MODEL: dict[str, Any] = {"trainingEvents": 300, "contamination": 0.05, "trees": 10}


def wait_reached(release: Release, count: int) -> None:
    """Until at least that many events are counted."""
    wait_for(lambda: release.status()["counters"]["events"] >= count, f"{count} events", 40)


def wait_grown(events: set[str], by: int) -> None:
    """Until a set has that many more members."""
    least = len(events) + by
    wait_for(lambda: len(events) >= least, f"{by} more events", 40)


@pytest.mark.parametrize("partitions", [1, 3])
def test_a_topic_is_counted_once_though_the_process_is_killed(
    tmp_path: Path, partitions: int
) -> None:
    with broker(tmp_path / "broker") as kafka:
        kafka.create_topic("logs", partitions)
        spec = document({}, **MODEL)
        spec["spec"]["nodes"][0] = {
            "id": "logs",
            "type": "kafka",
            "parameters": {"bootstrapServers": kafka.address, "topic": "logs"},
        }
        chance = random.Random(8)
        sent = 0
        for kill in range(3):
            for partition in range(3):
                kafka.send("logs", list(LINES[sent : sent + 200]), partition % partitions)
                sent += 200
            with Release(tmp_path, spec, f"r{kill}", "--port", "0") as release:
                wait_reached(release, sent - 500 if kill else 300)
                time.sleep(chance.random() * 0.1)
                release.kill()
        with Release(tmp_path, spec, "last", "--port", "0") as release:
            release.wait_events(sent)
            # The broker goes away, and comes back.
            kafka.stop()
            wait_for(lambda: release.status()["phase"] == "degraded", "the reason", 40)
            assert "logs" in release.status()["reason"]
            kafka.start()
            kafka.send("logs", list(LINES[:50]))
            release.wait_events(sent + 50)
            wait_for(lambda: release.status()["phase"] == "running", "recovery", 20)
            source = release.status()["source"]
            assert (source["received"], source["lost"], source["lagEvents"]) == (sent + 50, 0, 0)
            assert release.terminate() == 0


def test_acknowledged_events_outlive_a_kill_and_repeats_count_once(tmp_path: Path) -> None:
    port = free_port()
    spec = document({}, **MODEL)
    acknowledged: set[str] = set()
    numbers = itertools.count()
    pending: list[int] = []
    stop = threading.Event()

    def send() -> None:
        """Sends again whatever was not acknowledged, as a good sender does."""
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
            while not (stop.is_set() and not pending):
                if not pending and not stop.is_set():
                    pending.extend(itertools.islice(numbers, 20))
                body = [{"id": str(n), "line": LINES[n % len(LINES)]} for n in pending]
                try:
                    answer = client.post("/events", json=body)
                except httpx.TransportError:
                    time.sleep(0.02)
                    continue
                if answer.status_code == 202:
                    acknowledged.update(str(n) for n in pending)
                    pending.clear()

    sender = threading.Thread(target=send)
    sender.start()
    try:
        for kill in range(3):
            with Release(tmp_path, spec, f"r{kill}", "--port", str(port)) as release:
                wait_grown(acknowledged, 400)
                release.kill()
        with Release(tmp_path, spec, "last", "--port", str(port)) as release:
            stop.set()
            sender.join(40)
            release.wait_ready("ready")
            release.wait_events(len(acknowledged))
            assert release.status()["source"]["received"] == len(acknowledged)
            # The same request once more changes nothing.
            body = [{"id": str(n), "line": LINES[n % len(LINES)]} for n in range(20)]
            answer = httpx.post(f"http://127.0.0.1:{port}/events", json=body)
            assert answer.json() == {"accepted": 0, "duplicates": 20}
            assert release.terminate() == 0
    finally:
        stop.set()


def test_a_file_with_all_that_can_be_in_it_in_bounded_memory(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    write_lines(log, LINES[:400])
    with Release(tmp_path, document(log, **MODEL), "one", "--port", "0") as release:
        release.wait_events(400)
        memory = psutil.Process(release.process.pid)
        before = memory.memory_info().rss
        most = [before]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.02):
                most[0] = max(most[0], memory.memory_info().rss)

        watching = threading.Thread(target=watch)
        watching.start()
        # A line of 100 MB, binary data, nothing, a burst, and a rotation.
        with log.open("ab") as file:
            for _ in range(100):
                file.write(b"A long line goes on. " * 49_932)
            file.write(b"\n\n\x00\x01\x02\x03\x04\x05\n")
        write_lines(log, LINES[400:3400])
        log.rename(tmp_path / "auth.log.1")
        write_lines(log, LINES[3400:3500])
        release.wait_events(3501)
        done.set()
        watching.join()
        status = release.status()
        assert status["counters"]["malformed"] == 1
        assert status["source"]["received"] == 3502
        reasons = [sample["reason"] for sample in status["source"]["malformed"]["samples"]]
        assert len(reasons) == 2
        assert "binary" in reasons[0]
        assert "was cut" in reasons[1]
        # Far less than the line, whose pieces are kept and decoded for a moment.
        assert most[0] - before < 64 * 1024**2
        assert release.terminate() == 0


def test_rotations_and_compression_while_the_process_is_down(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    write_lines(log, LINES[:400])
    spec = document(log, **MODEL)
    with Release(tmp_path, spec, "one", "--port", "0") as release:
        release.wait_events(400)
        release.kill()
    write_lines(log, LINES[400:500])
    with gzip.open(tmp_path / "auth.log.2.gz", "wb") as packed:
        packed.write(log.read_bytes())
    log.unlink()
    write_lines(tmp_path / "auth.log.1", LINES[500:600])
    write_lines(log, LINES[600:700])
    for number, name in enumerate(("auth.log.2.gz", "auth.log.1", "auth.log")):
        os.utime(tmp_path / name, (2_000_000_000 + number,) * 2)
    with Release(tmp_path, spec, "two", "--port", "0") as release:
        release.wait_events(700)
        assert release.status()["source"]["lost"] == 0
        assert release.terminate() == 0
