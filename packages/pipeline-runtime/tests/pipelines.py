"""Pipeline documents for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline_runtime.graph import Graph
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.spec import PipelineSpec


def document(
    source: dict[str, Any] | Path,
    *,
    deploy: str = "stream-alerting",
    deploy_parameters: dict[str, Any] | None = None,
    **model: Any,
) -> dict[str, Any]:
    """The security scenario; `source` is the file to follow, or the parameters of http-push."""
    source_node: dict[str, Any] = (
        {"id": "logs", "type": "log-file-tail", "parameters": {"path": str(source)}}
        if isinstance(source, Path)
        else {"id": "logs", "type": "http-push", "parameters": source}
    )
    if isinstance(source, Path):
        source_node["parameters"] |= {"pollIntervalMs": 50}
    return {
        "apiVersion": "mlpipe.io/v1alpha1",
        "kind": "Pipeline",
        "metadata": {"name": "ssh-anomalies", "owner": "group:default/security"},
        "spec": {
            "target": "local",
            "nodes": [
                source_node,
                {"id": "features", "type": "log-features", "parameters": {}},
                {"id": "scale", "type": "normalisation", "parameters": {}},
                {"id": "model", "type": "isolation-forest", "parameters": model},
                {
                    "id": "deploy",
                    "type": deploy,
                    "parameters": {"authentication": "none"} | (deploy_parameters or {}),
                },
            ],
            "edges": [
                {"from": "logs.events", "to": "features.events"},
                {"from": "features.features", "to": "scale.features"},
                {"from": "scale.features", "to": "model.features"},
                {"from": "model.scores", "to": "deploy.scores"},
            ],
        },
    }


def graph(document_: dict[str, Any]) -> Graph:
    """The nodes of a document."""
    return Graph.build(PipelineSpec.from_document(document_))


def events(lines: list[str], arrived: float = 0.0) -> LogEvents:
    """Lines as a source gives them."""
    return LogEvents(lines, ["test"] * len(lines), arrived)
