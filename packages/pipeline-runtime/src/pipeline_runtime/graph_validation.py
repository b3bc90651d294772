"""Checks the graph of a document whose shape is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pipeline_runtime import registry
from pipeline_runtime.errors import Problem
from pipeline_runtime.node import Node

_Nodes = dict[str, tuple[int, type[Node]]]
_WORDS = {"source": "data source", "model": "model", "deploy": "deployment"}


def graph_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Unknown types, wrong edges, circles, open inputs, nodes that lead nowhere."""
    spec = document["spec"]
    nodes: _Nodes = {}
    names = Counter(node["id"] for node in spec["nodes"])
    for index, node in enumerate(spec["nodes"]):
        node_id, path = node["id"], ("spec", "nodes", index)
        if names[node_id] > 1 and node_id in nodes:
            yield Problem(
                "graph.duplicateId",
                (*path, "id"),
                f'The node "{node_id}" is there twice.',
                "Rename one of them.",
                node_id,
            )
        node_type = registry.find(node["type"])
        if node_type is None:
            yield Problem(
                "node.unknownType",
                (*path, "type"),
                f'There is no node type "{node["type"]}".',
                f"Choose one of: {', '.join(registry.type_ids())}.",
                node_id,
            )
        else:
            nodes[node_id] = (index, node_type)
    edges = [
        (index, *edge["from"].split(".", 1), *edge["to"].split(".", 1))
        for index, edge in enumerate(spec.get("edges", []))
    ]
    yield from _edges(edges, nodes, set(names))
    yield from _circle([(e[1], e[3]) for e in edges], nodes)
    yield from _parts(nodes)
    yield from _endless_source(nodes)
    yield from _connections([(e[1], e[3], e[4]) for e in edges], nodes)


def _edges(
    edges: list[tuple[int, str, str, str, str]], nodes: _Nodes, names: set[str]
) -> Iterator[Problem]:
    taken: set[tuple[str, str]] = set()
    for index, from_node, from_port, to_node, to_port in edges:
        path = ("spec", "edges", index)
        ports = []
        for side, node_id, port in (("from", from_node, from_port), ("to", to_node, to_port)):
            if node_id not in names:
                yield Problem(
                    "edge.unknownNode",
                    (*path, side),
                    f'There is no node "{node_id}".',
                    f"Connect to one of: {', '.join(sorted(names))}.",
                )
            elif node_id in nodes:
                node_type = nodes[node_id][1]
                known = node_type.outputs if side == "from" else node_type.inputs
                if port in known:
                    ports.append(known[port])
                    continue
                word = "output" if side == "from" else "input"
                yield Problem(
                    f"edge.unknown{word.capitalize()}",
                    (*path, side),
                    f'"{node_type.type_id}" has no {word} "{port}".',
                    f"It has: {', '.join(known) or 'none'}.",
                    node_id,
                )
        if len(ports) == 2 and ports[0] != ports[1]:
            yield Problem(
                "edge.portMismatch",
                path,
                f'"{from_node}.{from_port}" gives {ports[0]}, '
                f'but "{to_node}.{to_port}" needs {ports[1]}.',
                f"Put a node between them that turns {ports[0]} into {ports[1]}.",
                to_node,
            )
        if (to_node, to_port) in taken:
            yield Problem(
                "edge.inputTaken",
                (*path, "to"),
                f'The input "{to_node}.{to_port}" is connected twice.',
                "Remove one of the connections.",
                to_node,
            )
        taken.add((to_node, to_port))


def _circle(edges: list[tuple[str, str]], nodes: _Nodes) -> Iterator[Problem]:
    left = set(nodes)
    while left:
        free = {n for n in left if not any(b == n and a in left for a, b in edges)}
        if not free:
            break
        left -= free
    inside = [n for n in nodes if n in left and n in _reachable({n}, edges, start=False)]
    if inside:
        yield Problem(
            "graph.cycle",
            ("spec", "nodes", nodes[inside[0]][0]),
            f"The connections form a circle: {' → '.join([*inside, inside[0]])}.",
            "Remove one connection of the circle.",
            inside[0],
        )


def _parts(nodes: _Nodes) -> Iterator[Problem]:
    for category, word in _WORDS.items():
        having = [n for n, (_, t) in nodes.items() if t.category == category]
        if not having:
            yield Problem(
                f"graph.missing.{category}",
                ("spec", "nodes"),
                f"The pipeline has no {word} node.",
                f"Add one: {', '.join(registry.type_ids(category))}.",
            )
        # The stream has one durable position, and the endpoint one answer.
        for node_id in having[1:] if category in ("source", "deploy") else []:
            yield Problem(
                "graph.manyDeployments" if category == "deploy" else "graph.manySources",
                ("spec", "nodes", nodes[node_id][0]),
                f"A pipeline has one {word} node; this is one too many.",
                "Remove it, or make a second pipeline.",
                node_id,
            )


def _endless_source(nodes: _Nodes) -> Iterator[Problem]:
    """A batch is over when its source is."""
    if not any(getattr(t, "mode", None) == "batch" for _, t in nodes.values()):
        return
    for node_id, (index, node_type) in nodes.items():
        if node_type.category == "source" and not getattr(node_type, "ends", False):
            yield Problem(
                "source.endless",
                ("spec", "nodes", index, "type"),
                f'A batch reads its source to the end, but "{node_type.type_id}" never ends.',
                "Choose a source that is a file, or a deployment that follows a stream.",
                node_id,
            )


def _connections(edges: list[tuple[str, str, str]], nodes: _Nodes) -> Iterator[Problem]:
    pairs = [(a, b) for a, b, _ in edges]
    down = _reachable({n for n, (_, t) in nodes.items() if t.category == "source"}, pairs)
    up = _reachable(
        {n for n, (_, t) in nodes.items() if t.category == "deploy"}, [(b, a) for a, b in pairs]
    )
    for node_id, (index, node_type) in nodes.items():
        path = ("spec", "nodes", index)
        connected = {port for _, to_node, port in edges if to_node == node_id}
        open_ports = [port for port in node_type.inputs if port not in connected]
        for port in open_ports:
            yield Problem(
                "node.openInput",
                path,
                f'The input "{port}" of "{node_id}" is not connected.',
                f"Connect an output that gives {node_type.inputs[port]}.",
                node_id,
            )
        if not open_ports and not (node_id in down and node_id in up):
            yield Problem(
                "node.unreachable",
                path,
                f'"{node_id}" is not on the way from a data source to the deployment.',
                "Connect it, or remove it.",
                node_id,
            )


def _reachable(starts: set[str], edges: list[tuple[str, str]], *, start: bool = True) -> set[str]:
    seen = set(starts) if start else set()
    queue = list(starts)
    while queue:
        node = queue.pop()
        for a, b in edges:
            if a == node and b not in seen:
                seen.add(b)
                queue.append(b)
    return seen
