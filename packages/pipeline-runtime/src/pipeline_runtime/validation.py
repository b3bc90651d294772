"""Checks a pipeline document, and reports all problems at once.

The rules are those of the portal (`plugins/ml-pipelines-common`): shapes and parameters by the
JSON Schemas generated there, the graph by the checks in `graph_validation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

from pipeline_runtime import registry, schemas
from pipeline_runtime.errors import Problem
from pipeline_runtime.graph_validation import graph_problems

_CHOICE = "schema.invalid_value"


def validate(document: object) -> list[Problem]:
    """Everything that is wrong, in the order of the document.

    Codes are those of the portal, which adds what only it can know (targets, secrets, schedules).
    """
    if not isinstance(document, dict):
        return [
            Problem(
                "document.type",
                (),
                "A pipeline is an object with apiVersion, kind, metadata and spec.",
                'Start with "apiVersion: mlpipe.io/v1alpha1".',
            )
        ]
    problems = [_problem(error, (), document) for error in schemas.pipeline_errors(document)]
    # An unknown node type leaves the rest of the graph readable.
    shape_is_right = all(problem.code == "node.unknownType" for problem in problems)
    problems += _parameters(document)
    if shape_is_right:
        problems += graph_problems(document)
    # The schema of the document knows parameters as well, and may say the same once more.
    return list({(problem.path, problem.code): problem for problem in problems}.values())


def _parameters(document: dict[str, Any]) -> Iterator[Problem]:
    spec = document.get("spec")
    nodes = spec.get("nodes") if isinstance(spec, dict) else None
    for index, node in enumerate(nodes if isinstance(nodes, list) else []):
        if not isinstance(node, dict) or registry.find(str(node.get("type"))) is None:
            continue
        for error in schemas.parameter_errors(node["type"], node.get("parameters", {})):
            yield _problem(error, ("spec", "nodes", index, "parameters"), document)


def _problem(
    error: ValidationError, prefix: tuple[str | int, ...], document: dict[str, Any]
) -> Problem:
    path = (*prefix, *error.absolute_path)
    missing = _missing(error)
    unknown = _unknown(error)
    if missing or unknown:
        path = (*path, missing or unknown or "")
    in_parameters = len(path) > 4 and path[:2] == ("spec", "nodes") and path[3] == "parameters"
    code, message, hint = _words(error, missing, unknown)
    if path == ("apiVersion",):
        code = "document.apiVersion"
    if len(path) == 4 and path[1] == "nodes" and path[3] == "type" and code == _CHOICE:
        code, message = "node.unknownType", f'There is no node type "{error.instance}".'
    return Problem(
        code,
        path,
        message,
        hint,
        node=_node_id(path, document),
        parameter=str(path[4]) if in_parameters else None,
    )


def _node_id(path: tuple[str | int, ...], document: dict[str, Any]) -> str | None:
    if path[:2] != ("spec", "nodes") or len(path) < 3 or not isinstance(path[2], int):
        return None
    node = document["spec"]["nodes"][path[2]]
    return str(node["id"]) if isinstance(node, dict) and "id" in node else None


def _missing(error: ValidationError) -> str | None:
    if error.validator != "required" or not isinstance(error.instance, dict):
        return None
    required: Iterable[str] = _schema(error)["required"]
    return next((name for name in required if f"'{name}'" in error.message), None)


def _unknown(error: ValidationError) -> str | None:
    if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
        return None
    known = _schema(error).get("properties", {})
    return next((name for name in error.instance if name not in known), None)


def _words(
    error: ValidationError, missing: str | None, unknown: str | None
) -> tuple[str, str, str]:
    """Code, message and hint."""
    if missing:
        return "schema.required", f'"{missing}" is missing.', "Add it."
    if unknown:
        known = ", ".join(_schema(error).get("properties", {}))
        return (
            "schema.unrecognized_keys",
            f'"{unknown}" is not known here.',
            f"Known are: {known}.",
        )
    given = repr(error.instance) if not isinstance(error.instance, str) else f'"{error.instance}"'
    if len(given) > 80:
        given = f"{given[:77]}..."
    limit = error.validator_value
    is_number = isinstance(error.instance, int | float)
    kind = "number" if limit == "integer" and not is_number else limit
    empty = "schema.empty" if limit == 1 else None
    hints = {
        "minimum": ("schema.too_small", f"Give at least {limit}."),
        "exclusiveMinimum": ("schema.too_small", f"Give more than {limit}."),
        "maximum": ("schema.too_big", f"Give at most {limit}."),
        "exclusiveMaximum": ("schema.too_big", f"Give less than {limit}."),
        "minLength": (empty or "schema.too_small", f"Give at least {limit} characters."),
        "maxLength": ("schema.too_big", f"Give at most {limit} characters."),
        "minItems": (empty or "schema.too_small", f"Give at least {limit}."),
        "maxItems": ("schema.too_big", f"Give at most {limit}."),
        "type": (f"schema.type.{kind}", f"Give a value of type {limit}."),
        "enum": (_CHOICE, f"Choose one of: {', '.join(map(str, _list(limit)))}."),
        "const": (_CHOICE, f'Write "{limit}".'),
        "pattern": ("schema.format", f"It has to match {limit}."),
    }
    code, hint = hints.get(str(error.validator), ("schema.invalid", "Correct the value."))
    return code, f"{given} is not valid here: {error.message}", hint


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _schema(error: ValidationError) -> dict[str, Any]:
    return dict(error.schema) if isinstance(error.schema, Mapping) else {}
