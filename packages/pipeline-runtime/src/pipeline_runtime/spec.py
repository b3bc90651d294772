"""The pipeline spec as the runtime uses it: complete, typed, valid."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline_runtime.errors import CannotStart, Problem, SpecInvalid
from pipeline_runtime.validation import validate


@dataclass(frozen=True)
class NodeSpec:
    """A node of the graph; `parameters` without defaults applied."""

    id: str
    type: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class EdgeSpec:
    """A connection from an output port to an input port."""

    from_node: str
    from_port: str
    to_node: str
    to_port: str


@dataclass(frozen=True)
class PipelineSpec:
    """A valid pipeline."""

    name: str
    title: str
    nodes: tuple[NodeSpec, ...]
    edges: tuple[EdgeSpec, ...]
    #: Variables for the process: name to value, no secrets.
    environment: dict[str, str]
    #: What was read, unchanged.
    document: dict[str, Any]

    @classmethod
    def from_document(cls, document: object) -> PipelineSpec:
        """Check a document and take it over; raises `SpecInvalid` with all problems."""
        problems = validate(document)
        if any(problem.severity == "error" for problem in problems):
            raise SpecInvalid(problems)
        if not isinstance(document, dict):
            raise TypeError("validate accepts objects only")
        spec = document["spec"]
        return cls(
            name=document["metadata"]["name"],
            title=document["metadata"].get("title") or document["metadata"]["name"],
            nodes=tuple(
                NodeSpec(node["id"], node["type"], node.get("parameters", {}))
                for node in spec["nodes"]
            ),
            edges=tuple(
                EdgeSpec(*edge["from"].split(".", 1), *edge["to"].split(".", 1))
                for edge in spec.get("edges", [])
            ),
            environment={e["name"]: e["value"] for e in spec.get("environment", [])},
            document=document,
        )


def read_document(path: Path) -> object:
    """The JSON or YAML document of a file."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(
            "spec-unreadable",
            f"The spec {path} cannot be read: {error}.",
            "Check the path given with --spec and who may read it.",
        ) from error
    try:
        if path.suffix == ".json":
            return json.loads(text)
        return yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        problem = Problem(
            "yaml.syntax",
            (),
            f"{path} is not valid JSON or YAML: {error}",
            "Correct the syntax at the place named.",
        )
        raise SpecInvalid([problem]) from error


def read_spec(path: Path) -> PipelineSpec:
    """Read and check the spec of a file."""
    return PipelineSpec.from_document(read_document(path))
