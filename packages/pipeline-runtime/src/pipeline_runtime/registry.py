"""All node types by the ids of the node catalogue."""

from __future__ import annotations

from typing import Any

from pipeline_runtime.node import Node
from pipeline_runtime.nodes.deploy.api_endpoint import ApiEndpoint
from pipeline_runtime.nodes.deploy.scores_file import ScoresFile
from pipeline_runtime.nodes.deploy.stream_alerting import StreamAlerting
from pipeline_runtime.nodes.model.isolation_forest import IsolationForestNode
from pipeline_runtime.nodes.preprocess.log_features import LogFeatures
from pipeline_runtime.nodes.preprocess.normalisation import Normalisation
from pipeline_runtime.nodes.source.http_push import HttpPush
from pipeline_runtime.nodes.source.log_file_tail import LogFileTail

_NODE_TYPES: dict[str, type[Node]] = {}


def register(node_type: type[Node]) -> None:
    """Add a node type; an id can be taken once only."""
    if node_type.type_id in _NODE_TYPES:
        raise ValueError(f'The node type "{node_type.type_id}" is registered twice.')
    _NODE_TYPES[node_type.type_id] = node_type


def find(type_id: str) -> type[Node] | None:
    """The node type of that id."""
    return _NODE_TYPES.get(type_id)


def type_ids(category: str | None = None) -> list[str]:
    """Ids in the order of registration."""
    return [t.type_id for t in _NODE_TYPES.values() if category in (None, t.category)]


def describe() -> list[dict[str, Any]]:
    """What `mlpipe nodes` prints."""
    return [
        {
            "id": t.type_id,
            "category": t.category,
            "inputs": [{"name": n, "type": str(p)} for n, p in t.inputs.items()],
            "outputs": [{"name": n, "type": str(p)} for n, p in t.outputs.items()],
            "parameters": t.defaults(),
        }
        for t in _NODE_TYPES.values()
    ]


for _type in (
    LogFileTail,
    HttpPush,
    LogFeatures,
    Normalisation,
    IsolationForestNode,
    ApiEndpoint,
    StreamAlerting,
    ScoresFile,
):
    register(_type)
