"""The JSON Schemas that are generated from the node catalogue (see `scripts/copy_schema.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance


@cache
def _validator(name: str) -> Draft202012Validator:
    text = resources.files("pipeline_runtime").joinpath("schema", name).read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def pipeline_errors(document: object) -> Iterator[ValidationError]:
    """What is wrong with a document, its nodes' parameters aside."""
    return _leaves(_validator("pipeline.schema.json"), document)


def parameter_errors(type_id: str, parameters: object) -> Iterator[ValidationError]:
    """What is wrong with the parameters of a node of a known type."""
    return _leaves(_validator(f"nodes/{type_id}.json"), parameters)


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
