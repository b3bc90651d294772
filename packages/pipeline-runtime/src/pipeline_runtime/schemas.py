"""The JSON Schemas of pipelines and of the parameters of nodes.

Those of built-in node types are generated from the node catalogue (see `scripts/copy_schema.py`);
other packages bring their own (see `node_packages`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

from pipeline_runtime import node_packages


def _generated(name: str) -> Any:
    text = resources.files("pipeline_runtime").joinpath("schema", name).read_text("utf-8")
    return json.loads(text)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_generated(name))


@cache
def _pipeline_validator() -> Draft202012Validator:
    """Knows the ids of the node types of other packages as well."""
    schema = _generated("pipeline.schema.json")
    node = schema["properties"]["spec"]["properties"]["nodes"]["items"]
    node["properties"]["type"]["enum"] += node_packages.type_ids()
    return Draft202012Validator(schema)


@cache
def _packaged_validator(type_id: str) -> Draft202012Validator | None:
    schema = node_packages.schema(type_id)
    return None if schema is None else Draft202012Validator(schema)


def pipeline_errors(document: object) -> Iterator[ValidationError]:
    """What is wrong with a document, its nodes' parameters aside."""
    return _leaves(_pipeline_validator(), document)


def parameter_errors(type_id: str, parameters: object) -> Iterator[ValidationError]:
    """What is wrong with the parameters of a node of a known type."""
    validator = _packaged_validator(type_id) or _validator(f"nodes/{type_id}.json")
    return _leaves(validator, parameters)


def catalogue() -> list[dict[str, Any]]:
    """The node catalogue: id, category, ports, defaults."""
    text = resources.files("pipeline_runtime").joinpath("schema", "catalogue.json")
    entries: list[dict[str, Any]] = json.loads(text.read_text("utf-8"))
    return entries


def _leaves(validator: Draft202012Validator, document: object) -> Iterator[ValidationError]:
    """Errors in the order of the document; of alternatives, the one that was meant."""
    errors = sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.path])
    for error in errors:
        while error.context:
            error = max(error.context, key=relevance)
        yield error
