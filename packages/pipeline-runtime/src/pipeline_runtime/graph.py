"""A pipeline as nodes that can run, in the order of the flow."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pipeline_runtime import registry
from pipeline_runtime.node import Node
from pipeline_runtime.nodes.model.isolation_forest import IsolationForestNode
from pipeline_runtime.nodes.source.source_node import SourceNode
from pipeline_runtime.ports import SHOWN_LINE
from pipeline_runtime.spec import EdgeSpec, PipelineSpec

#: Raised when features change their meaning, so that older models are not reused.
FEATURE_VERSION = 3


@dataclass(frozen=True)
class Step:
    """A node with the outputs that feed its inputs."""

    node: Node
    #: Input port -> (node id, output port)
    feeds: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Graph:
    """Source, then steps each of which comes after those it reads from; the last one deploys."""

    spec: PipelineSpec
    source: SourceNode
    steps: tuple[Step, ...]
    model: IsolationForestNode
    deploy: Node

    @property
    def mode(self) -> str:
        """`serve`, `stream` or `batch`."""
        return str(getattr(self.deploy, "mode", "serve"))

    @property
    def line_limit(self) -> int:
        """Characters of a line that are worth keeping: what nodes read, and anomalies show."""
        read = (getattr(step.node.parameters, "max_line_length", 0) for step in self.steps)
        return max(SHOWN_LINE, *read)

    @classmethod
    def build(cls, spec: PipelineSpec) -> Graph:
        """Make the nodes of a valid spec."""
        nodes: dict[str, Node] = {}
        for item in spec.nodes:
            node_type = registry.find(item.type)
            if node_type is None:
                raise KeyError(item.type)
            nodes[item.id] = node_type(item.id, item.parameters)
        ordered = _order(list(nodes), spec.edges)
        source = next(n for n in nodes.values() if isinstance(n, SourceNode))
        deploy = next(n for n in nodes.values() if n.category == "deploy")
        # Several models may stand side by side; the deployed one decides.
        feeding = {e.from_node for e in spec.edges if e.to_node == deploy.id}
        model = next(
            n for n in nodes.values() if isinstance(n, IsolationForestNode) and n.id in feeding
        )
        steps = tuple(
            Step(
                nodes[node_id],
                {e.to_port: (e.from_node, e.from_port) for e in spec.edges if e.to_node == node_id},
            )
            for node_id in ordered
            if node_id != source.id
        )
        return cls(spec, source, steps, model, deploy)

    def fingerprint(self) -> str:
        """Equal for graphs whose models are interchangeable."""
        learned = []
        for step in self.steps:
            node = step.node
            if node.category == "deploy":
                continue
            parameters = {**node.defaults(), **self._given(node.id)}
            for name in node.unlearned_parameters:
                parameters.pop(name, None)
            learned.append([node.id, node.type_id, parameters, sorted(step.feeds.items())])
        text = json.dumps([FEATURE_VERSION, learned], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _given(self, node_id: str) -> dict[str, object]:
        return next(item.parameters for item in self.spec.nodes if item.id == node_id)


def _order(ids: list[str], edges: tuple[EdgeSpec, ...]) -> list[str]:
    """Kahn's algorithm; the spec was checked for circles."""
    waiting = {i: {e.from_node for e in edges if e.to_node == i} for i in ids}
    ordered: list[str] = []
    while waiting:
        ready = next(i for i, feeds in waiting.items() if not feeds - set(ordered))
        ordered.append(ready)
        del waiting[ready]
    return ordered
