"""The body of `POST /events`."""

from __future__ import annotations

from pipeline_runtime.server.http_error import HttpError
from pipeline_runtime.server.json_body import parse_json
from pipeline_runtime.storage.spool import PushedEvent

_ONE_LINE = str.maketrans("\n\r\t", "   ")
_LONGEST_LABEL = 512


def parse_events(body: bytes, content_type: str) -> list[PushedEvent]:
    """Events of a request: lines of text, JSON lines, or a JSON array."""
    kind = content_type.partition(";")[0].strip().lower()
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if kind == "application/json":
        records = parse_json(text)
        if not isinstance(records, list):
            raise HttpError(400, "Send a JSON array of strings or of objects with a line.")
        return [_event(record, index) for index, record in enumerate(records)]
    if kind == "application/x-ndjson":
        lines = enumerate(text.split("\n"))
        return [
            _event(parse_json(line, f"Line {index + 1}"), index)
            for index, line in lines
            if line.strip()
        ]
    if kind in ("text/plain", ""):
        texts = (line.rstrip("\r") for line in text.split("\n"))
        return [PushedEvent(line) for line in texts if line.strip()]
    raise HttpError(
        415,
        f'The content type "{kind}" is not known. '
        "Send text/plain, application/x-ndjson or application/json.",
    )


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
