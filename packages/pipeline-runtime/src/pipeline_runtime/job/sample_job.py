"""A test: tries the pipeline on a sample."""

from __future__ import annotations

import importlib
import json

from pipeline_runtime.commands.test import metrics_of, report_on, sample_of
from pipeline_runtime.graph import Graph
from pipeline_runtime.job.outcome import Kind, Outcome, Work


def _whole(work: Work) -> Outcome:
    graph = Graph.build(work.spec)
    importlib.import_module("sklearn.ensemble")
    events, malformed = sample_of(graph, work.input, work.limit)
    work.files.progress(0, len(events), "events", "Trying the pipeline on the sample")
    report = report_on(graph, events, malformed)
    report["firstAnomalies"] = work.named(report["firstAnomalies"])
    path = work.output / "report.json"
    path.write_text(json.dumps(report, indent=2), "utf-8")
    return Outcome([path], metrics_of(report))


TEST = Kind(_whole)
