"""`mlpipe train`: trains on a file, and writes an MLflow model directory."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from pipeline_runtime.commands.data_file import read_data
from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.spec import read_spec
from pipeline_runtime.storage.model_directory import ModelInfo, write_model


def run(arguments: argparse.Namespace) -> int:
    """Train on all events of the file, and print what came out."""
    spec = read_spec(Path(arguments.spec))
    graph = Graph.build(spec)
    events, malformed = read_data(Path(arguments.data))
    if len(events) < FEWEST_EVENTS:
        raise CannotStart(
            "too-few-events",
            f"{len(events)} events are too few to learn from.",
            f"Give at least {FEWEST_EVENTS}.",
            graph.model.id,
        )
    start = time.perf_counter()
    runner = Runner(graph)
    scores = runner.learn(events)
    output = Path(arguments.output)
    info = ModelInfo("1", rfc3339(time.time()), len(events), graph.fingerprint())
    write_model(output, info, runner.save(), spec.document, events.lines[:5])
    report = {
        "model": str(output),
        "version": info.version,
        "events": len(events),
        "malformed": malformed,
        "anomalies": int(scores.anomalies.sum()),
        "threshold": scores.threshold,
        "seconds": round(time.perf_counter() - start, 3),
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0
