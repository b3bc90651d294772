"""All node types by the ids of the node catalogue: built-in ones and those of other packages."""

from __future__ import annotations

from functools import cache
from typing import Any

from pipeline_runtime import node_packages
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.node import Node
from pipeline_runtime.nodes.deploy.api_endpoint import ApiEndpoint
from pipeline_runtime.nodes.deploy.scores_file import ScoresFile
from pipeline_runtime.nodes.deploy.stream_alerting import StreamAlerting
from pipeline_runtime.nodes.model.isolation_forest import IsolationForestNode
from pipeline_runtime.nodes.preprocess.log_features import LogFeatures
from pipeline_runtime.nodes.preprocess.normalisation import Normalisation
from pipeline_runtime.nodes.source.csv_file import CsvFile
from pipeline_runtime.nodes.source.http_push import HttpPush
from pipeline_runtime.nodes.source.kafka import Kafka
from pipeline_runtime.nodes.source.log_file_tail import LogFileTail
from pipeline_runtime.nodes.source.syslog import Syslog

_NODE_TYPES: dict[str, type[Node]] = {}


def register(node_type: type[Node]) -> None:
    """Add a node type; an id can be taken once only."""
    if node_type.type_id in _NODE_TYPES:
        raise ValueError(f'The node type "{node_type.type_id}" is registered twice.')
    _NODE_TYPES[node_type.type_id] = node_type


def find(type_id: str) -> type[Node] | None:
    """The node type of that id.

    Raises `CannotStart` when a package offers it that cannot be used.
    """
    return _NODE_TYPES.get(type_id) or node_packages.load(type_id)


def type_ids(category: str | None = None) -> list[str]:
    """Ids in the order of registration, those of other packages last."""
    return [t.type_id for t in _all() if category in (None, t.category)]


def describe() -> list[dict[str, Any]]:
    """What `mlpipe nodes` prints; a type whose package is broken says what is wrong."""
    return [
        {
            "id": t.type_id,
            "category": t.category,
            "inputs": [{"name": n, "type": str(p)} for n, p in t.inputs.items()],
            "outputs": [{"name": n, "type": str(p)} for n, p in t.outputs.items()],
            "parameters": t.defaults(),
        }
        for t in _all()
    ] + [{"id": type_id, "error": str(error)} for type_id, error in _broken().items()]


def _all() -> list[type[Node]]:
    """The built-in types, then those of packages that can be used."""
    others = (i for i in node_packages.type_ids() if i not in _NODE_TYPES and i not in _broken())
    return [*_NODE_TYPES.values(), *(t for t in map(node_packages.load, others) if t)]


@cache
def _broken() -> dict[str, CannotStart]:
    """What is wrong with packages, by the node type that they offer."""
    broken = {}
    for type_id in node_packages.type_ids():
        try:
            if type_id in _NODE_TYPES:
                node_packages.refuse(type_id)
            node_packages.schema(type_id)
        except CannotStart as error:
            broken[type_id] = error
    return broken


for _type in (
    LogFileTail,
    HttpPush,
    Syslog,
    Kafka,
    CsvFile,
    LogFeatures,
    Normalisation,
    IsolationForestNode,
    ApiEndpoint,
    StreamAlerting,
    ScoresFile,
):
    register(_type)
