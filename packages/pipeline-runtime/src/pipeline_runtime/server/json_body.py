"""JSON that a caller sent."""

from __future__ import annotations

import json

from pipeline_runtime.server.http_error import HttpError


def parse_json(text: str, what: str = "The body") -> object:
    """What the text says; raises `HttpError` 400 when it is no JSON, or nested too deeply.

    Halves of surrogate pairs, which JSON can write but no file or answer can hold, become `?`.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise HttpError(400, f"{what} is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise HttpError(400, f"{what} is nested too deeply.") from error
    if "\\u" in text:
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value
