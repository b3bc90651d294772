"""`mlpipe batch`: scores all of a source, and leaves a file with the scores."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from pipeline_runtime.commands.batch_model import (
    exclusive_store,
    stored_model,
    train_model,
    training_events,
)
from pipeline_runtime.commands.run import apply_environment
from pipeline_runtime.commands.run_files import RunFiles, add_run_file_arguments
from pipeline_runtime.commands.scores_table import ScoresTable
from pipeline_runtime.commands.whole_source import read_to_end, require_end, with_input
from pipeline_runtime.engine.recorder import anomaly_document
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, capture_library_logs
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.spec import read_spec
from pipeline_runtime.storage.atomic import write_atomically
from pipeline_runtime.storage.model_directory import ModelInfo

#: The anomalies of the report, highest score first.
_SHOWN = 50
SCORES = "scores.csv"
REPORT = "report.json"


def add_batch_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--spec", type=Path, required=True, help="pipeline spec, JSON or YAML")
    parser.add_argument("--data-dir", type=Path, help="where the models of the pipeline are")
    parser.add_argument("--output", type=Path, help=f"folder for {SCORES} and {REPORT}")
    parser.add_argument("--input", type=Path, help="file in the place of the source's")
    parser.add_argument("--check", action="store_true", help="only say whether it could run")
    add_run_file_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Score everything; the exit code."""
    spec = read_spec(arguments.spec)
    apply_environment(spec, arguments.secrets_fd)
    if arguments.input is not None:
        spec = with_input(spec, arguments.input)
    graph = Graph.build(spec)
    if graph.mode != "batch":
        raise CannotStart(
            "wrong-mode",
            f"The pipeline deploys with {graph.deploy.type_id}, which needs `{graph.mode}`.",
            f"Start it with `mlpipe {graph.mode}`.",
            graph.deploy.id,
        )
    require_end(graph.source, "Choose a source that is a file.")
    graph.source.check()
    if arguments.check:
        sys.stdout.write(json.dumps({"ready": True}) + "\n")
        return 0
    if arguments.data_dir is None or arguments.output is None:
        raise CannotStart("usage", "--data-dir and --output are missing.", "Give both, or --check.")
    os.umask(0o077)
    log = JsonLog()
    capture_library_logs(log)
    files = RunFiles.of(arguments)
    arguments.output.mkdir(parents=True, exist_ok=True)
    with exclusive_store(arguments.data_dir) as store:
        learn_again = bool(graph.deploy.parameters.learn_again)
        model = None if learn_again else stored_model(graph, store, log)
        trained = model is None
        if model is None:
            model = train_model(graph, training_events(graph, files, log), store, log)
    runner, info = model
    scoring = _Scoring(runner, info, log, files, arguments.output)
    report = scoring.run(graph)
    report["model"]["trained"] = trained
    write_atomically(arguments.output / REPORT, json.dumps(report, indent=2).encode("utf-8"))
    metrics = {
        "events": report["events"],
        "anomalies": report["anomalies"],
        "malformed": report["malformed"],
        "threshold": report["threshold"],
        **({"trainingEvents": info.events} if trained else {}),
    }
    files.result(metrics, info.version)
    log.info("Scored", events=report["events"], anomalies=report["anomalies"])
    return 0


class _Scoring:
    def __init__(
        self, runner: Runner, info: ModelInfo, log: JsonLog, files: RunFiles, output: Path
    ) -> None:
        self._runner = runner
        self._info = info
        self._log = log
        self._files = files
        self._output = output
        self._events = 0
        self._malformed = 0
        self._anomalies = 0
        self._shown: list[dict[str, Any]] = []
        self._values: list[np.ndarray[Any, Any]] = []

    def run(self, graph: Graph) -> dict[str, Any]:
        """Write the table; the report."""
        source, parameters = graph.source, graph.deploy.parameters
        begun = datetime.now(UTC)

        def progress(done: int, total: int) -> None:
            self._files.progress(done, total, "bytes", f"Scored {self._events} events")

        with ScoresTable(self._output / SCORES, parameters.delimiter) as table:
            for batch in read_to_end(source, parameters.batch_size, progress):
                table.header(source.columns)
                self._malformed += len(batch.malformed)
                if len(batch.events):
                    self._score(table, batch.events, batch.rows)
            table.header(source.columns)
            if not self._events:
                raise CannotStart(
                    "no-events",
                    f'The source "{source.id}" holds no events.',
                    "Give a file with one event a line.",
                    source.id,
                )
            table.finish()
        values = np.concatenate(self._values)
        return {
            "events": self._events,
            "malformed": self._malformed,
            "anomalies": self._anomalies,
            "threshold": self._runner.graph.model.threshold,
            "scores": {
                name: round(float(np.quantile(values, share)), 6)
                for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
            },
            "model": {
                "version": self._info.version,
                "trainedAt": self._info.trained_at,
                "events": self._info.events,
            },
            "nodes": [
                {
                    "id": step.node.id,
                    "type": step.node.type_id,
                    "events": self._runner.totals[step.node.id].events,
                    "seconds": round(self._runner.totals[step.node.id].seconds, 6),
                }
                for step in self._runner.graph.steps
            ],
            "topAnomalies": self._shown,
            "startedAt": begun.isoformat(timespec="milliseconds"),
        }

    def _score(self, table: ScoresTable, events: LogEvents, rows: list[list[str]] | None) -> None:
        limit = self._runner.graph.line_limit
        shown = LogEvents([line[:limit] for line in events.lines], events.sources, events.arrived)
        scores = self._runner.process(shown)
        found = [int(row) for row in np.flatnonzero(scores.anomalies)]
        reasons = dict(zip(found, scores.explain(found), strict=True))
        for i, (line, score) in enumerate(zip(events.lines, scores.values, strict=True)):
            values = rows[i] if rows is not None else [line]
            table.row(values, float(score), i in reasons, reasons.get(i, []))
        self._events += len(events)
        self._anomalies += len(found)
        self._values.append(scores.values)
        least = self._shown[-1]["score"] if len(self._shown) >= _SHOWN else 0.0
        self._shown += [
            anomaly_document(scores, row, [c.as_json() for c in reasons[row]])
            for row in found
            if float(scores.values[row]) > least
        ]
        self._shown.sort(key=lambda anomaly: -anomaly["score"])
        del self._shown[_SHOWN:]
