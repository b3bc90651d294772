"""`mlpipe train`: trains on a file or on the source, and writes an MLflow model directory."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from dataclasses import dataclass
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
from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.node import NodeState
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.spec import read_spec
from pipeline_runtime.storage.model_archive import pack_model
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
    data = None if arguments.data is None else Path(arguments.data)
    events, malformed = events_to_train_on(graph, data, files, log)
    start = time.perf_counter()
    trained = Trained.on(graph, events, malformed, files)
    output = Path(arguments.output)
    info = trained.describe("1")
    if arguments.data_dir is not None:
        with exclusive_store(Path(arguments.data_dir)) as store:
            info = store.write(
                trained.describe,
                trained.states,
                spec.document,
                trained.example,
                trained.reference,
            )
            keep_newest(store)
    trained.write(output, info)
    if arguments.archive is not None:
        pack_model(output, Path(arguments.archive))
    report: dict[str, Any] = {
        "model": str(output),
        "version": info.version,
        **trained.metrics,
        "seconds": round(time.perf_counter() - start, 3),
    }
    if arguments.result is None:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        log.info("Model trained", node=graph.model.id, events=report["events"])
    files.result(trained.metrics, info.version)
    return 0


def events_to_train_on(
    graph: Graph, data: Path | None, files: RunFiles, log: JsonLog
) -> tuple[LogEvents, int]:
    """All events of a file, or the first ones of the source; and how many were malformed.

    Raises:
        CannotStart: there are too few, or the source has no end.
    """
    if data is None:
        require_end(graph.source, "Give a file with events, or retrain while the pipeline runs.")
        graph.source.check()
        return training_events(graph, files, log), 0
    events, malformed = read_data(data, graph.source)
    if len(events) < FEWEST_EVENTS:
        raise CannotStart(
            "too-few-events",
            f"{len(events)} events are too few to learn from.",
            f"Give at least {FEWEST_EVENTS}.",
            graph.model.id,
        )
    return events, malformed


@dataclass(frozen=True)
class Trained:
    """What came out of a training."""

    graph: Graph
    states: dict[str, NodeState]
    metrics: dict[str, Any]
    #: RFC 3339.
    at: str
    example: list[str]
    #: Bins of the training events, against which drift is measured.
    reference: dict[str, Any] | None

    @classmethod
    def on(cls, graph: Graph, events: LogEvents, malformed: int, files: RunFiles) -> Trained:
        """Train all nodes of the graph."""
        files.progress(0, len(events), "events", "Training")
        runner = Runner(graph)
        scores = runner.learn(events)
        reference = Reference.of(scores.features)
        files.progress(len(events), len(events), "events", "Trained")
        metrics = {
            "events": len(events),
            "malformed": malformed,
            "anomalies": int(scores.anomalies.sum()),
            "threshold": scores.threshold,
        }
        return cls(
            graph,
            runner.save(),
            metrics,
            rfc3339(time.time()),
            events.lines[:5],
            reference.as_json() if reference else None,
        )

    def describe(self, version: str) -> ModelInfo:
        """What is known about it as that version."""
        return ModelInfo(version, self.at, self.metrics["events"], self.graph.fingerprint())

    def write(self, directory: Path, info: ModelInfo) -> None:
        """Write it as an MLflow model."""
        document = self.graph.spec.document
        write_model(directory, info, self.states, document, self.example, self.reference)
