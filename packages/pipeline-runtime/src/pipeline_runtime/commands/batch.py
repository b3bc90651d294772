"""`mlpipe batch`: scores all of a source, and leaves a file with the scores."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from pipeline_runtime.commands.batch_model import choose_model, exclusive_store
from pipeline_runtime.commands.batch_scoring import BatchScoring
from pipeline_runtime.commands.batch_tally import metrics_of, report_of
from pipeline_runtime.commands.run import apply_environment
from pipeline_runtime.commands.run_files import RunFiles, add_run_file_arguments
from pipeline_runtime.commands.share import Share
from pipeline_runtime.commands.whole_source import require_end, with_input
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, capture_library_logs
from pipeline_runtime.spec import PipelineSpec, read_spec
from pipeline_runtime.storage.atomic import write_atomically

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
    graph = batch_graph(spec, arguments.input)
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
        model = choose_model(graph, store, files, log)
    tally = BatchScoring(graph, model, files, Share()).write(arguments.output / SCORES)
    report = report_of(tally)
    write_atomically(arguments.output / REPORT, json.dumps(report, indent=2).encode("utf-8"))
    files.result(metrics_of(report), model.info.version)
    log.info("Scored", events=report["events"], anomalies=report["anomalies"])
    return 0


def batch_graph(spec: PipelineSpec, given: Path | None) -> Graph:
    """The graph of a batch, `given` in the place of its file; raises `CannotStart`."""
    if given is not None:
        spec = with_input(spec, given)
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
    return graph
