"""`mlpipe test`: tries a pipeline on a file."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from pipeline_runtime.commands.data_file import read_data
from pipeline_runtime.commands.run import apply_environment
from pipeline_runtime.commands.run_files import RunFiles
from pipeline_runtime.commands.whole_source import first_events, require_end
from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.engine.recorder import anomaly_document
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import NodeFailure
from pipeline_runtime.graph import Graph
from pipeline_runtime.ports import LogEvents, Scores
from pipeline_runtime.spec import read_spec
from pipeline_runtime.storage.atomic import write_atomically

_BATCH = 256
_SHOWN = 20


def run(arguments: argparse.Namespace) -> int:
    """Learn from the first events and score all, as the deployed pipeline would."""
    spec = read_spec(Path(arguments.spec))
    apply_environment(spec, arguments.secrets_fd)
    graph = Graph.build(spec)
    files = RunFiles.of(arguments)
    # Otherwise its first import, a second or more, would count as time of the model node.
    importlib.import_module("sklearn.ensemble")
    data = None if arguments.data is None else Path(arguments.data)
    events, malformed = sample_of(graph, data, arguments.limit)
    files.progress(0, len(events), "events", "Trying the pipeline on the sample")
    report = report_on(graph, events, malformed)
    files.progress(len(events), len(events), "events", "Tried the pipeline on the sample")
    text = json.dumps(report, indent=2)
    if arguments.report is None:
        sys.stdout.write(text + "\n")
    else:
        write_atomically(Path(arguments.report), text.encode("utf-8"))
    files.result(metrics_of(report))
    return 0


def metrics_of(report: dict[str, Any]) -> dict[str, float]:
    """The figures of the run."""
    return {
        "events": report["events"],
        "anomalies": report["anomalies"],
        "malformed": report["malformed"],
        "problems": len(report["problems"]),
        **({} if report["threshold"] is None else {"threshold": report["threshold"]}),
    }


def sample_of(graph: Graph, data: Path | None, limit: int) -> tuple[LogEvents, int]:
    """The events of a file, or the first ones of the source; and how many were malformed."""
    if data is not None:
        return read_data(data, graph.source, limit)
    require_end(graph.source, "Give a sample of its events.")
    graph.source.check()
    return first_events(graph.source, limit)


def report_on(graph: Graph, events: LogEvents, malformed: int) -> dict[str, Any]:
    """Events, anomalies, time per node, the first anomalies with reasons, problems."""
    problems: list[dict[str, object]] = []
    required = int(graph.model.parameters.training_events)
    runner = Runner(graph, times_learning=True)
    anomalies: list[dict[str, Any]] = []
    found = scored = 0
    threshold: float | None = None
    values: list[np.ndarray[Any, Any]] = []

    def note(scores: Scores) -> None:
        nonlocal found, scored, threshold
        scored += len(scores.values)
        threshold = scores.threshold
        values.append(scores.values)
        rows = [int(row) for row in np.flatnonzero(scores.anomalies)]
        found += len(rows)
        rows = rows[: _SHOWN - len(anomalies)]
        for row, reasons in zip(rows, scores.explain(rows), strict=True):
            anomalies.append(anomaly_document(scores, row, [r.as_json() for r in reasons]))

    if len(events) < FEWEST_EVENTS:
        problems.append(
            _problem(
                "sample-too-small",
                f"The sample has {len(events)} events; at least {FEWEST_EVENTS} are needed.",
                "Give a larger sample.",
                graph.source.id,
            )
        )
    else:
        if len(events) < required:
            problems.append(
                _problem(
                    "sample-small",
                    f"The sample has {len(events)} events, but the model learns from {required}.",
                    "The result is a first impression; give a larger sample for a better one.",
                    graph.model.id,
                )
            )
        try:
            note(runner.learn(events.slice(0, required)))
            # An endpoint scores each request on its own, and learns nothing from it.
            score = runner.sample if graph.mode == "serve" else runner.process
            for start in range(required, len(events), _BATCH):
                note(score(events.slice(start, start + _BATCH)))
        except NodeFailure as failure:
            problems.append(_problem(failure.code, failure.message, failure.hint, failure.node))
    if malformed:
        problems.append(
            _problem(
                "malformed",
                f"{malformed} events are not text, and were left out.",
                "Check the encoding of the source.",
                graph.source.id,
            )
        )
    all_values = np.concatenate(values) if values else np.zeros(0)
    return {
        "events": len(events),
        "scored": scored,
        "malformed": malformed,
        "anomalies": found,
        "threshold": threshold,
        "scores": {
            name: round(float(np.quantile(all_values, share)), 6)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
        }
        if len(all_values)
        else None,
        "nodes": [
            {
                "id": step.node.id,
                "type": step.node.type_id,
                "events": runner.totals[step.node.id].events,
                "seconds": round(runner.totals[step.node.id].seconds, 6),
            }
            for step in graph.steps
        ],
        "firstAnomalies": anomalies,
        "problems": problems,
    }


def _problem(code: str, message: str, hint: str, node: str | None) -> dict[str, object]:
    return {"code": code, "message": message, "hint": hint, "node": node}
