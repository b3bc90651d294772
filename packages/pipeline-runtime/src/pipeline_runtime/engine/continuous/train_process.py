"""The process that trains: beside the stream, at a low priority, gone with its parent.

Reads `task.json` of its run, and tells how it goes in JSON lines on stdout. The parent holds the
other end of stdin: when that is closed, nobody wants the result any more.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tarfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.node import Node
from pipeline_runtime.spec import PipelineSpec
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.model_directory import ModelInfo, write_model

#: A tenth of what the stream gets, where both want the same processor.
_NICE = 10


@dataclass(frozen=True)
class Task:
    """What to train on what, and where to put it."""

    document: dict[str, Any]
    #: Directory of the retained events.
    ring: str
    window_events: int
    line_limit: int
    version: str
    #: Directory that is to hold `model/` and `model.tar.gz`.
    output: str

    def write(self, path: Path) -> None:
        """Write the file that the process reads."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Task:
        """What `write` wrote."""
        return cls(**json.loads(path.read_text("utf-8")))


def tell(kind: str, **fields: object) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps({"kind": kind, **fields}) + "\n")
    sys.stdout.flush()


def train(task: Task) -> None:
    """Train, write the model, tell what came out; raises `RuntimeFailure`."""
    graph = Graph.build(PipelineSpec.from_document(task.document))
    ring = EventRing(Path(task.ring), task.window_events, task.line_limit)
    events = ring.last(task.window_events)
    count = len(events)
    if count < FEWEST_EVENTS:
        raise RuntimeFailure(
            "too-few-events",
            f"{count} events are retained, which are too few to learn from.",
            f"Wait until {FEWEST_EVENTS} events have arrived.",
            graph.source.id,
        )
    tell("log", message=f"Training on the latest {count} events.")
    steps = len(graph.steps)
    finished = 0

    def observe(node: Node, events: int, seconds: float) -> None:
        nonlocal finished
        finished += 1
        said = f"{node.type_id} has learned from {events} events in {seconds:.1f} s."
        tell("log", message=said, node=node.id)
        tell("progress", done=count * finished // steps, total=count, message=said)

    tell("progress", done=0, total=count, message="Reading the events.")
    begun = time.perf_counter()
    runner = Runner(graph, observe, times_learning=True)
    scores = runner.learn(events)
    seconds = time.perf_counter() - begun
    reference = Reference.of(scores.features)
    info = ModelInfo(task.version, rfc3339(time.time()), count, graph.fingerprint())
    output = Path(task.output)
    try:
        model = output / "model"
        write_model(
            model,
            info,
            runner.save(),
            task.document,
            events.lines[:5],
            reference.as_json() if reference else None,
        )
        _pack(model, output / "model.tar.gz")
    except OSError as error:
        raise RuntimeFailure(
            "model-not-stored",
            f"The model cannot be stored: {error}.",
            "Free space in the data directory, or give write access to it.",
            graph.model.id,
        ) from error
    tell(
        "result",
        trainedAt=info.trained_at,
        window=scores.window,
        metrics={
            "events": count,
            "seconds": round(seconds, 3),
            "threshold": scores.threshold,
            "anomalies": int(scores.anomalies.sum()),
        },
    )


def _pack(directory: Path, archive: Path) -> None:
    with tarfile.open(archive, "w:gz") as file:
        file.add(directory, arcname="model")


def _end_with_parent() -> None:
    """The parent says nothing on stdin; its end closes it."""
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    os._exit(1)


def _step_back() -> None:
    """Leave processor and disk to the stream."""
    os.nice(_NICE)
    with contextlib.suppress(AttributeError, OSError, psutil.Error):
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)


def main(arguments: list[str]) -> int:
    """Train as the task file says; exit code 0 when a model came out."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _step_back()
    try:
        train(Task.read(Path(arguments[0])))
    except RuntimeFailure as failure:
        tell("failure", **asdict(failure))
        return 1
    except MemoryError:
        tell(
            "failure",
            code="out-of-memory",
            message="The training needs more memory than there is.",
            hint="Lower the training window, or give the pipeline more memory.",
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
