"""`mlpipe train`: trains on a file or on the source, and writes an MLflow model directory."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

from pipeline_runtime.commands.batch_model import (
    exclusive_store,
    keep_newest,
    training_events,
)
from pipeline_runtime.commands.data_file import read_data
from pipeline_runtime.commands.run import apply_environment
from pipeline_runtime.commands.run_files import RunFiles
from pipeline_runtime.commands.whole_source import require_end
from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.spec import read_spec
from pipeline_runtime.storage.atomic import sync_directory
from pipeline_runtime.storage.model_directory import ModelInfo, write_model


def run(arguments: argparse.Namespace) -> int:
    """Train on all events of the file, or on the first ones of the source; say what came out."""
    spec = read_spec(Path(arguments.spec))
    apply_environment(spec, arguments.secrets_fd)
    graph = Graph.build(spec)
    files = RunFiles.of(arguments)
    # What a run prints is its log; without one it prints what came out.
    log = JsonLog(None if arguments.result else sys.stderr)
    importlib.import_module("sklearn.ensemble")
    if arguments.data is not None:
        events, malformed = _events_of_file(graph, Path(arguments.data))
    else:
        require_end(graph.source, "A pipeline that follows a stream is retrained while it runs.")
        graph.source.check()
        events, malformed = training_events(graph, files, log), 0
    start = time.perf_counter()
    files.progress(0, len(events), "events", "Training")
    runner = Runner(graph)
    scores = runner.learn(events)
    files.progress(len(events), len(events), "events", "Trained")
    output = Path(arguments.output)
    trained_at = rfc3339(time.time())

    def describe(version: str) -> ModelInfo:
        return ModelInfo(version, trained_at, len(events), graph.fingerprint())

    info = describe("1")
    states, example = runner.save(), events.lines[:5]
    if arguments.data_dir is not None:
        with exclusive_store(Path(arguments.data_dir)) as store:
            info = store.write(describe, states, spec.document, example)
            keep_newest(store, info)
    write_model(output, info, states, spec.document, example)
    if arguments.archive is not None:
        _archive(output, Path(arguments.archive))
    report: dict[str, Any] = {
        "model": str(output),
        "version": info.version,
        "events": len(events),
        "malformed": malformed,
        "anomalies": int(scores.anomalies.sum()),
        "threshold": scores.threshold,
        "seconds": round(time.perf_counter() - start, 3),
    }
    if arguments.result is None:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        log.info("Model trained", node=graph.model.id, events=report["events"])
    figures = ("events", "malformed", "anomalies", "threshold")
    files.result({name: report[name] for name in figures}, info.version)
    return 0


def _events_of_file(graph: Graph, path: Path) -> tuple[LogEvents, int]:
    events, malformed = read_data(path, graph.source)
    if len(events) < FEWEST_EVENTS:
        raise CannotStart(
            "too-few-events",
            f"{len(events)} events are too few to learn from.",
            f"Give at least {FEWEST_EVENTS}.",
            graph.model.id,
        )
    return events, malformed


def _archive(directory: Path, path: Path) -> None:
    """The directory as one file that appears once it is complete, the folder `model` in it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with tarfile.open(temporary, "w:gz") as archive:
            archive.add(directory, "model")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(path.parent)
