"""Loads a model directory for `mlflow.pyfunc` (the `loader_module` of its `MLmodel`)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.graph import Graph
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.spec import PipelineSpec
from pipeline_runtime.storage.model_directory import read_states


class LogModel:
    """Scores log lines."""

    def __init__(self, data: Path) -> None:
        document = json.loads((data / "spec.json").read_text("utf-8"))
        self._runner = Runner(Graph.build(PipelineSpec.from_document(document)))
        self._runner.load(read_states(data.parent))

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Scores and verdicts of lines: a data frame with the column `line`, or a list of texts.

        The result has the type of the input: a data frame, or a dictionary of lists.
        """
        is_frame = hasattr(model_input, "columns")
        lines = [str(line) for line in (model_input["line"] if is_frame else model_input)]
        scores = self._runner.sample(LogEvents(lines, ["mlflow"] * len(lines), time.time()))
        result = {"score": scores.values.tolist(), "anomaly": scores.anomalies.tolist()}
        return type(model_input)(result, index=model_input.index) if is_frame else result


def _load_pyfunc(path: str) -> LogModel:
    """What MLflow calls with the path of the data."""
    return LogModel(Path(path))
