"""What continuous learning costs a stream while nothing trains.

The same events are scored with `learning: once` and `learning: continuous`, in turns; the ratio
of both throughputs must be at least 0.8. Then once more while a model is trained beside it, which
is told and not judged: a training takes what the stream leaves.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from pipelines import document, graph
from sshd_log import sshd_log

from pipeline_runtime.engine.engine import Engine
from pipeline_runtime.json_log import JsonLog

EVENTS = 40_000
TRAINING = 1_000
GOAL = 0.8
ROUNDS = 4
ONCE: dict[str, Any] = {"contamination": 0.02, "driftThreshold": 10}
CONTINUOUS = ONCE | {"learning": "continuous"}


def engine_of(path: Path, data_dir: Path, model: dict[str, Any]) -> Engine:
    """A loaded engine."""
    with Path("/dev/null").open("w") as nothing:
        engine = Engine(graph(document(path, **model)), data_dir, JsonLog(nothing))
        engine.load()
    return engine


def wait(engine: Engine, events: int) -> None:
    """Until that many are counted."""
    while engine.state.counters["events"] < events:
        time.sleep(0.002)


def throughput(path: Path, data_dir: Path, model: dict[str, Any], *, train: bool = False) -> float:
    """Events per second behind the training events."""
    engine = engine_of(path, data_dir, model)
    begun = time.perf_counter()
    engine.activate()
    if train:
        while not engine.lifecycle.active:
            time.sleep(0.002)
        engine.requests.retrain("manual", None)
    wait(engine, EVENTS)
    seconds = time.perf_counter() - begun
    engine.close()
    return (EVENTS - TRAINING) / seconds


def main() -> None:
    """Measure, and print the ratio."""
    lines = [line for line, _ in sshd_log(EVENTS)]
    rates: dict[str, list[float]] = {"once": [], "continuous": [], "training": []}
    with tempfile.TemporaryDirectory() as folder:
        path, trained = Path(folder) / "auth", Path(folder) / "trained"
        path.write_text("".join(f"{line}\n" for line in lines[:TRAINING]))
        engine = engine_of(path, trained, ONCE)
        engine.activate()
        wait(engine, TRAINING)
        engine.close()
        with path.open("a") as file:
            file.writelines(f"{line}\n" for line in lines[TRAINING:])
        for number in range(ROUNDS):
            for name, model in (("once", ONCE), ("continuous", CONTINUOUS)):
                data_dir = Path(folder) / f"{name}-{number}"
                shutil.copytree(trained, data_dir)
                rates[name].append(throughput(path, data_dir, model))
        data_dir = Path(folder) / "training"
        shutil.copytree(trained, data_dir)
        rates["training"].append(throughput(path, data_dir, CONTINUOUS, train=True))
    once, continuous = median(rates["once"]), median(rates["continuous"])
    print(f"once: {once:.0f} events/s, continuous: {continuous:.0f} events/s")
    print(f"while a model is trained: {rates['training'][0] / once:.2f} of once")
    ratio = continuous / once
    print(f"continuous_overhead: {ratio:.2f} (goal >= {GOAL})")
    sys.exit(0 if ratio >= GOAL else 1)


if __name__ == "__main__":
    main()
