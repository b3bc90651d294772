"""Small JSON bodies of the portal."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from pipeline_runtime.server.http_error import HttpError, read_body
from pipeline_runtime.server.json_body import parse_json

_LARGEST = 1_048_576
B = TypeVar("B", bound=BaseModel)


async def read_model(request: Request, kind: type[B]) -> B:
    """The body as a model; an empty one is `{}`. Raises `HttpError` 400 or 413."""
    raw = await read_body(request, _LARGEST, "Send less.")
    value = parse_json(raw.decode("utf-8", "replace")) if raw.strip() else {}
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(["body", *[str(part) for part in first["loc"]]])
        raise HttpError(400, f"{where}: {first['msg']}.") from error
