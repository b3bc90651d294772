"""Median latency of one inference request, against a bare FastAPI app with the same model.

The bare app scores a ready row of features with scikit-learn and answers the score; `mlpipe
serve` reads the line, computes features, scores, and explains. Both are processes of their own,
asked in turn over a kept connection. Run: `uv run bench/endpoint_latency.py`.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI, Request
from sklearn.ensemble import IsolationForest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from pipelines import document, graph
from sshd_log import sshd_log

from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.ports import LogEvents

TRAINING = 1_000
REQUESTS = 400
GOAL_MS = 2.0


def endpoint(path: Path) -> dict[str, Any]:
    """An endpoint that learns from a file."""
    limit = {"rateLimitPerMinute": 1_000_000}
    found = document(path, deploy="api-endpoint", deploy_parameters=limit)
    found["metadata"]["name"] = "bench"
    return found


def bare_app(matrix_file: str, port: int) -> None:
    """The reference, in a process of its own."""
    matrix = np.load(matrix_file)
    model = IsolationForest(n_estimators=100, max_samples=256, random_state=42)
    model.fit(matrix[:TRAINING])
    app = FastAPI()

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/infer")
    async def infer(request: Request) -> dict[str, float]:
        row = (await request.json())["row"]
        return {"score": float(-model.score_samples(matrix[row : row + 1])[0])}

    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_ready(client: httpx.Client, wanted: str) -> None:
    """Until `/readyz` says so."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").json()["status"] == wanted:
                return
        except (httpx.TransportError, ValueError):
            pass
        time.sleep(0.05)
    raise SystemExit("a server did not become ready")


def main() -> None:
    """Measure, and print the difference."""
    lines = [line for line, _ in sshd_log(TRAINING + REQUESTS)]
    ports = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        log, spec = Path(folder) / "auth", Path(folder) / "spec.json"
        log.write_text("".join(f"{line}\n" for line in lines[:TRAINING]))
        spec.write_text(json.dumps(endpoint(log)))
        runner = Runner(graph(endpoint(log)))
        learned = runner.learn(LogEvents(lines[:TRAINING], ["x"] * TRAINING, 0.0))
        more = runner.process(LogEvents(lines[TRAINING:], ["x"] * REQUESTS, 0.0))
        matrix = Path(folder) / "matrix.npy"
        np.save(matrix, np.concatenate([learned.features.values, more.features.values]))
        ours = [sys.executable, "-m", "pipeline_runtime", "serve", "--spec", str(spec)]
        ours += ["--data-dir", folder, "--port", str(ports[0])]
        bare = [sys.executable, __file__, "--bare", str(matrix), str(ports[1])]
        processes = [subprocess.Popen(c, stdout=subprocess.DEVNULL) for c in (ours, bare)]
        try:
            times: tuple[list[float], list[float]] = ([], [])
            with (
                httpx.Client(base_url=f"http://127.0.0.1:{ports[0]}") as client,
                httpx.Client(base_url=f"http://127.0.0.1:{ports[1]}") as reference,
            ):
                wait_ready(client, "ready")
                wait_ready(reference, "ready")
                for number in range(REQUESTS):
                    line = {"name": "lines", "shape": [1], "datatype": "BYTES"}
                    body = {"inputs": [{**line, "data": [lines[TRAINING + number]]}]}
                    start = time.perf_counter()
                    client.post("/v2/models/bench/infer", json=body).raise_for_status()
                    middle = time.perf_counter()
                    reference.post("/infer", json={"row": TRAINING + number}).raise_for_status()
                    times[0].append(middle - start)
                    times[1].append(time.perf_counter() - middle)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(10)
    p50 = [statistics.median(part) * 1000 for part in times]
    more_ms = p50[0] - p50[1]
    print(f"endpoint p50: {p50[0]:.2f} ms, bare app p50: {p50[1]:.2f} ms")
    print(f"endpoint_latency_ratio: {p50[0] / p50[1]:.2f} (goal: at most {GOAL_MS:.0f} ms more)")
    print(f"endpoint_latency_more_ms: {more_ms:.2f} (goal <= {GOAL_MS})")
    sys.exit(0 if more_ms <= GOAL_MS else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        bare_app(sys.argv[2], int(sys.argv[3]))
    else:
        main()
