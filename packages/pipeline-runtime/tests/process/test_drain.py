"""The end of a process in a cluster: it answers on until load balancers look elsewhere."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
from engines import write_lines
from pipelines import document
from processes import Release, free_port
from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.storage.state_store import StateStore

LINES = [line for line, _ in sshd_log(1500, seed=21, attack_share=0.1)]
MODEL: dict[str, Any] = {"trainingEvents": 500, "contamination": 0.05, "trees": 20}


def options(port: int, seconds: float) -> tuple[str, ...]:
    """As in a pod."""
    return ("--host", "0.0.0.0", "--port", str(port), "--drain-seconds", str(seconds))


def score(url: str) -> httpx.Response:
    """A request over a connection of its own."""
    inputs = [{"name": "lines", "shape": [1], "datatype": "BYTES", "data": [LINES[7]]}]
    return httpx.post(f"{url}/v2/models/ssh-anomalies/infer", json={"inputs": inputs}, timeout=10)


def test_requests_are_answered_until_nobody_asks_any_more(tmp_path: Path) -> None:
    log = tmp_path / "auth"
    write_lines(log, LINES[:600])
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    spec = document(log, deploy="api-endpoint", **MODEL)
    with Release(tmp_path, spec, "one", *options(port, 60)) as release:
        release.wait_ready("ready")
        assert score(url).headers.get("connection") != "close"
        release.process.terminate()
        begun = time.monotonic()
        wait_for(lambda: httpx.get(f"{url}/readyz").status_code == 503, "not ready")
        assert httpx.get(f"{url}/readyz").json()["status"] == "ending"
        # Far longer than an end without draining takes.
        while time.monotonic() - begun < 4:
            answer = score(url)
            assert answer.status_code == 200, answer.text
            assert answer.headers["connection"] == "close"
            assert httpx.get(f"{url}/healthz").status_code == 200
        assert release.process.poll() is None
        # Whoever tells it once more does not want to wait.
        release.process.terminate()
        assert release.process.wait(12) == 0


def test_it_ends_early_when_nobody_asks(tmp_path: Path) -> None:
    log = tmp_path / "auth"
    write_lines(log, LINES[:600])
    port = free_port()
    spec = document(log, deploy="api-endpoint", **MODEL)
    with Release(tmp_path, spec, "one", *options(port, 600)) as release:
        release.wait_ready("ready")
    # Ended at a third of the time; probes and scrapers do not count as traffic.
    with Release(tmp_path, spec, "two", *options(port, 6)) as release:
        release.wait_ready("ready")
        release.process.terminate()
        begun = time.monotonic()

        def ended() -> bool:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
            except httpx.TransportError:
                return True
            return False

        wait_for(ended, "the end")
        assert release.process.wait(12) == 0
        assert 1.9 < time.monotonic() - begun < 5.5


def test_a_stream_stops_consuming_at_once(tmp_path: Path) -> None:
    log = tmp_path / "auth"
    write_lines(log, LINES[:600])
    port = free_port()
    spec = document(log, **MODEL)
    with Release(tmp_path, spec, "one", *options(port, 60)) as release:
        release.wait_events(600)
        release.process.terminate()
        url = f"http://127.0.0.1:{port}"

        def stopped() -> bool:
            return bool(httpx.get(f"{url}/status").json()["phase"] == "standby")

        wait_for(stopped, "standby")
        write_lines(log, LINES[600:700])
        # Durable already, while it still answers.
        store = StateStore(tmp_path / "data/state.db")
        progress = store.progress()
        store.close()
        assert progress is not None
        assert progress.counters["events"] == 600
        assert (tmp_path / "data/live.json").exists()
        assert httpx.get(f"{url}/anomalies").status_code == 200
        release.process.terminate()
        assert release.process.wait(12) == 0
    assert json.loads(release.log.read_text().splitlines()[-1])["message"] == "Stopped"
    with Release(tmp_path, spec, "two", *options(port, 0)) as release:
        release.wait_events(700)
        assert release.terminate() == 0
