"""The body of `POST /events`."""

from __future__ import annotations

import json

from pipeline_runtime.server.http_error import HttpError
from pipeline_runtime.storage.spool import PushedEvent

_ONE_LINE = str.maketrans("\n\r\t", "   ")
_LONGEST_LABEL = 512


def parse_events(body: bytes, content_type: str) -> list[PushedEvent]:
    """Events of a request: lines of text, JSON lines, or a JSON array."""
    kind = content_type.partition(";")[0].strip().lower()
    text = body.decode("utf-8", "replace")
    if kind == "application/json":
        try:
            records = json.loads(text)
        except ValueError as error:
            raise HttpError(400, f"The body is not valid JSON: {error}.") from error
        if not isinstance(records, list):
            raise HttpError(400, "Send a JSON array of strings or of objects with a line.")
        return [_event(record, index) for index, record in enumerate(records)]
    if kind == "application/x-ndjson":
        return [_ndjson(line, i) for i, line in enumerate(text.split("\n")) if line.strip()]
    if kind in ("text/plain", ""):
        lines = (line.rstrip("\r") for line in text.split("\n"))
        return [PushedEvent(line) for line in lines if line.strip()]
    raise HttpError(
        415,
        f'The content type "{kind}" is not known. '
        "Send text/plain, application/x-ndjson or application/json.",
    )


def _ndjson(line: str, index: int) -> PushedEvent:
    try:
        return _event(json.loads(line), index)
    except ValueError as error:
        raise HttpError(400, f"Line {index + 1} is not valid JSON: {error}.") from error


def _event(record: object, index: int) -> PushedEvent:
    if isinstance(record, str):
        return PushedEvent(record.translate(_ONE_LINE))
    if not isinstance(record, dict) or not isinstance(record.get("line"), str):
        raise HttpError(400, f'Event {index + 1} needs "line": the text of the log line.')
    source, identity = record.get("source"), record.get("id")
    for name, value in (("source", source), ("id", identity)):
        if value is not None and (not isinstance(value, str) or len(value) > _LONGEST_LABEL):
            raise HttpError(
                400, f'"{name}" of event {index + 1} must be a text of {_LONGEST_LABEL} at most.'
            )
    return PushedEvent(
        record["line"].translate(_ONE_LINE),
        (source or "push").translate(_ONE_LINE),
        identity,
    )
