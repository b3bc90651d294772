"""Node types of other packages, by the entry points that these packages declare.

A package adds a node type with an entry point of the group `pipeline_runtime.nodes`. Its name is
the id of the type, its value the class. The JSON Schema of the parameters lies in the package of
that class as `schema/<id>.json`. Nothing is imported until a pipeline uses the type, so that a
broken package stops the pipelines that need it and no others.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import metadata, resources
from typing import Any

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.node import Node

GROUP = "pipeline_runtime.nodes"


@cache
def _entry_points() -> dict[str, tuple[metadata.EntryPoint, ...]]:
    found: dict[str, tuple[metadata.EntryPoint, ...]] = {}
    for point in metadata.entry_points(group=GROUP):
        found[point.name] = (*found.get(point.name, ()), point)
    return found


def type_ids() -> list[str]:
    """Ids of the node types that installed packages offer, sorted."""
    return sorted(_entry_points())


@cache
def load(type_id: str) -> type[Node] | None:
    """The class of a node type; None when no package offers it.

    Raises `CannotStart` that names the package when it cannot be used.
    """
    points = _entry_points().get(type_id, ())
    if not points:
        return None
    if len(points) > 1:
        packages = " and ".join(sorted(_name(point) for point in points))
        raise _broken(
            f'The node type "{type_id}" is offered by the packages {packages}.',
            "Uninstall all but one of them.",
        )
    point = points[0]
    try:
        node_type = point.load()
    except Exception as error:
        raise _broken(
            f'{_package(point)} offers the node type "{type_id}", but {point.value} cannot be '
            f"imported: {type(error).__name__}: {error}.",
            "Install a version of the package that fits this runtime, or correct it.",
        ) from error
    problem = _unfit(node_type, type_id)
    if problem:
        raise _broken(
            f'{_package(point)} offers the node type "{type_id}", but {point.value} {problem}.',
            'Correct the package; the guide "Write a node type" has an example.',
        )
    loaded: type[Node] = node_type
    return loaded


@cache
def schema(type_id: str) -> dict[str, Any] | None:
    """The JSON Schema of the parameters; None when no package offers the type.

    Raises `CannotStart` that names the package when the schema is missing or unreadable.
    """
    node_type = load(type_id)
    if node_type is None:
        return None
    point = _entry_points()[type_id][0]
    package = node_type.__module__.split(".", 1)[0]
    file = resources.files(package).joinpath("schema", f"{type_id}.json")
    try:
        content = json.loads(file.read_text("utf-8"))
        if not isinstance(content, dict):
            raise ValueError("it is not an object")
    except (OSError, ValueError) as error:
        raise _broken(
            f'{_package(point)} offers the node type "{type_id}", but the schema of its '
            f"parameters, {package}/schema/{type_id}.json, cannot be read: {error}.",
            "Ship the schema inside the package.",
        ) from error
    return content


def refuse(type_id: str) -> None:
    """Raise `CannotStart` for packages that offer a type under the id of a built-in one."""
    packages = " and ".join(sorted(_name(point) for point in _entry_points()[type_id]))
    raise _broken(
        f'The package {packages} offers the node type "{type_id}", which is built in.',
        "Give the type of the package another id.",
    )


def _unfit(node_type: object, type_id: str) -> str | None:
    """What is wrong with what an entry point names."""
    if not (isinstance(node_type, type) and issubclass(node_type, Node)):
        return "is not a subclass of pipeline_runtime.node.Node"
    if getattr(node_type, "type_id", None) != type_id:
        return f'has the type_id "{getattr(node_type, "type_id", None)}"'
    missing = [name for name in ("category", "Parameters") if not hasattr(node_type, name)]
    return f"has no {' and no '.join(missing)}" if missing else None


def _name(point: metadata.EntryPoint) -> str:
    distribution = point.dist
    return f"{distribution.name} {distribution.version}" if distribution else point.value


def _package(point: metadata.EntryPoint) -> str:
    return f"The package {_name(point)}"


def _broken(message: str, hint: str) -> CannotStart:
    return CannotStart("node-package", message, hint)
