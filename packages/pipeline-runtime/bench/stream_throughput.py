"""Events per second of the whole stream, against scikit-learn's scoring alone.

End to end: tail, features, normalisation, forest (100 trees, 256 samples), anomalies with their
reasons, durable offsets, in batches of 256. Reference: `IsolationForest.score_samples` on the
ready matrix of the same features in the same batches. Both run in this process, one after the
other, several times; the best of each counts. Run: `uv run bench/stream_throughput.py`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from pipelines import document, graph
from sshd_log import sshd_log

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.json_log import JsonLog
from pipeline_runtime.ports import Features, LogEvents

EVENTS = 40_000
TRAINING = 1_000
BATCH = 256
GOAL = 0.5
ROUNDS = 3


def stream_seconds(path: Path, data_dir: Path) -> float:
    """Seconds for all events behind the training, with a model that is there already."""
    pipeline = graph(document(path, contamination=0.02))
    with Path("/dev/null").open("w") as nothing:
        engine = Engine(pipeline, data_dir, JsonLog(nothing))
        engine.load()
        start = time.perf_counter()
        engine.activate()
        while (events := engine.state.counters["events"]) < EVENTS:
            time.sleep(0.002)
        seconds = time.perf_counter() - start
        engine.close()
    if events != EVENTS:
        raise SystemExit(f"{events} events were counted instead of {EVENTS}")
    return seconds


def train(path: Path, data_dir: Path, lines: list[str]) -> None:
    """Let the pipeline learn from the first lines, and come to rest behind them."""
    short = path.with_name("training.txt")
    short.write_text("".join(f"{line}\n" for line in lines[:TRAINING]))
    shutil.copy(short, path)
    pipeline = graph(document(path, contamination=0.02))
    with Path("/dev/null").open("w") as nothing:
        engine = Engine(pipeline, data_dir, JsonLog(nothing))
        engine.load()
        engine.activate()
        while engine.state.counters["events"] < TRAINING:
            time.sleep(0.01)
        engine.close()


def reference_seconds(lines: list[str]) -> float:
    """Seconds of scikit-learn for the same rows in the same batches."""
    pipeline = graph(document(Path("/none"), contamination=0.02))
    runner = Runner(pipeline)
    rows: list[Any] = []
    for part in (lines[:TRAINING], lines[TRAINING:]):
        events = LogEvents(part, ["bench"] * len(part), 0.0)
        scores = runner.learn(events) if not rows else runner.process(events)
        features: Features = scores.features
        rows.append(features.values)
    model = IsolationForest(n_estimators=100, max_samples=256, random_state=42).fit(rows[0])
    matrix = np.ascontiguousarray(rows[1])
    start = time.perf_counter()
    for first in range(0, len(matrix), BATCH):
        model.score_samples(matrix[first : first + BATCH])
    return time.perf_counter() - start


def main() -> None:
    """Measure, and print the ratio."""
    lines = [line for line, _ in sshd_log(EVENTS)]
    scored = EVENTS - TRAINING
    streams, references = [], []
    with tempfile.TemporaryDirectory() as folder:
        path, trained = Path(folder) / "auth", Path(folder) / "trained"
        train(path, trained, lines)
        with path.open("a") as file:
            file.writelines(f"{line}\n" for line in lines[TRAINING:])
        for number in range(ROUNDS):
            data_dir = Path(folder) / f"round-{number}"
            shutil.copytree(trained, data_dir)
            streams.append(scored / stream_seconds(path, data_dir))
            references.append(scored / reference_seconds(lines))
    ratio = max(streams) / max(references)
    print(f"stream: {max(streams):.0f} events/s, scikit-learn: {max(references):.0f} events/s")
    print(f"stream_throughput: {ratio:.2f} (goal >= {GOAL})")
    sys.exit(0 if ratio >= GOAL else 1)


if __name__ == "__main__":
    main()
