"""Finds time, host, process and message of a line, whatever its format.

Formats: syslog (RFC 5424, RFC 3164 and the ISO variant of rsyslog), access logs (common and
combined), JSON lines, access logs and JSON within syslog, and any other text, of which only a
priority and a time near its start are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from pipeline_runtime.logs import timestamps
from pipeline_runtime.logs.template import ADDRESS6

Span = tuple[int, int]

_ADDRESS4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)"
ADDRESS = re.compile(f"{_ADDRESS4}|{ADDRESS6}|(?<=rhost=)[\\w.:-]+")

_RFC5424 = re.compile(
    r"<(?P<pri>\d{1,3})>\d{1,2} (?P<time>-|\S+) (?P<host>\S+) (?P<process>\S+) (?P<pid>\S+) \S+ "
    r"(?:-|(?:\[(?:[^\]\\]|\\.)*\])+) ?(?:\ufeff)?"
)
_SYSLOG = re.compile(
    rf"(?:<(?P<pri>\d{{1,3}})>)?(?P<time>{timestamps.RFC3164.pattern}|{timestamps.ISO.pattern}) "
    r"(?:(?P<host>[\w.:-]+) )?(?P<process>[\w./@-]+(?:\([^)\s]*\))?)(?:\[(?P<pid>\d+)\])?: "
)
_ACCESS = re.compile(
    # In front: virtual host and port, or the addresses of proxies.
    rf"(?:[\w.-]+:\d+ )?\S+(?:, \S+)* \S+ \S+ \[(?P<time>{timestamps.CLF.pattern})\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) '
)
_LEADING_TIME = re.compile(
    rf"(?P<iso>{timestamps.ISO.pattern})|(?P<rfc3164>{timestamps.RFC3164.pattern})"
    rf"|(?P<clf>{timestamps.CLF.pattern})"
)

_PRIORITY = re.compile(r"<(?P<pri>\d{1,3})>")
#: Process of a message whose sender leaves time and host out.
_TAG = re.compile(r"(?P<process>[A-Za-z][\w./-]*)(?:\[(?P<pid>\d+)\])?: ")

_JSON_TIME = ("@timestamp", "timestamp", "time", "ts", "date", "datetime", "eventTime")
_JSON_MESSAGE = ("message", "msg", "log", "event", "text")
_JSON_LEVEL = ("level", "severity", "lvl", "levelname", "log.level", "priority")
_JSON_PROCESS = ("logger", "service", "service.name", "app", "process", "program", "component")
_JSON_HOST = ("host", "hostname", "host.name", "node", "pod")
_JSON_STATUS = ("status", "status_code", "statusCode", "response")
#: Fields of JSON lines that have columns of their own.
_JSON_KNOWN = frozenset(
    (*_JSON_TIME, *_JSON_MESSAGE, *_JSON_LEVEL, *_JSON_PROCESS, *_JSON_HOST, "pid")
)
_MOST_FIELDS = 50
_DEEPEST = 3
#: A longer value is a document or a token, which no other line shares.
_LONGEST_VALUE = 64


@dataclass(slots=True)
class Header:
    """Where the parts of a line are; positions are those of Python slices."""

    format: str = "text"
    time_kind: str | None = None
    time: Span | None = None
    host: Span | None = None
    process: Span | None = None
    pid: Span | None = None
    #: Priority of syslog: facility * 8 + severity.
    priority: Span | None = None
    #: Status of an HTTP answer.
    status: Span | None = None
    #: Level word or number of a JSON line.
    level: Span | None = None
    message: Span = (0, 0)
    #: Other fields of a JSON line as text, in a steady order; `None` for other formats.
    fields: str | None = None
    #: Where an access log or JSON within syslog begins.
    content: int | None = None


def read_header(line: str) -> Header:
    """Take a line apart; never fails."""
    for reader in (_json, _rfc5424, _syslog, _access):
        header = reader(line)
        if header is not None:
            return _with_content(header, line) if header.process else header
    priority = _PRIORITY.match(line)
    return _text(line) if priority is None else _prioritised(line, priority)


def _text(line: str) -> Header:
    header = Header(message=(0, len(line)))
    match = _LEADING_TIME.search(line, 0, 80)
    if match:
        header.time_kind, header.time = match.lastgroup, match.span()
        header.message = (match.end() if match.start() < 3 else 0, len(line))
    return header


def _prioritised(line: str, priority: re.Match[str]) -> Header:
    """A message that begins with its priority, and keeps to no RFC behind it."""
    start = priority.end()
    rest = line[start:]
    tag = _TAG.match(rest)
    inner = _json(rest) or _access(rest)
    content = None if inner is None else start
    if inner is None and tag is not None:
        inner = Header(
            process=_span(tag, "process"),
            pid=_span(tag, "pid"),
            message=(tag.end(), len(rest)),
        )
    moved = _moved(inner or _text(rest), start)
    return replace(moved, format="syslog", priority=priority.span("pri"), content=content)


def _with_content(header: Header, line: str) -> Header:
    """Syslog that carries an access log or JSON: what those say of the event is taken over."""
    if header.format not in ("syslog", "rfc5424"):
        return header
    start = header.message[0]
    rest = line[start:]
    inner = _json(rest) or _access(rest)
    if inner is None:
        return header
    moved = _moved(inner, start)
    return replace(
        header,
        status=moved.status,
        level=moved.level,
        message=moved.message,
        fields=moved.fields,
        content=start,
    )


def _moved(header: Header, by: int) -> Header:
    """The header of a part of a line, as of the whole line."""
    spans = {
        field.name: (value[0] + by, value[1] + by)
        for field in fields(header)
        if isinstance(value := getattr(header, field.name), tuple)
    }
    return replace(header, **spans)  # type: ignore[arg-type]


def _span(match: re.Match[str], name: str) -> Span | None:
    span = match.span(name)
    return None if span[0] < 0 or match.group(name) == "-" else span


def _rfc5424(line: str) -> Header | None:
    match = _RFC5424.match(line) if line.startswith("<") else None
    if match is None:
        return None
    time = _span(match, "time")
    return Header(
        "rfc5424",
        "iso" if time else None,
        time,
        _span(match, "host"),
        _span(match, "process"),
        _span(match, "pid"),
        priority=_span(match, "pri"),
        message=(match.end(), len(line)),
    )


def _syslog(line: str) -> Header | None:
    match = _SYSLOG.match(line)
    if match is None:
        return None
    return Header(
        "syslog",
        "iso" if match["time"][0].isdigit() else "rfc3164",
        match.span("time"),
        _span(match, "host"),
        _span(match, "process"),
        _span(match, "pid"),
        priority=_span(match, "pri"),
        message=(match.end(), len(line)),
    )


def _access(line: str) -> Header | None:
    match = _ACCESS.match(line)
    if match is None:
        return None
    return Header(
        "access",
        "clf",
        match.span("time"),
        status=match.span("status"),
        message=(match.start("request"), len(line)),
    )


def _json(line: str) -> Header | None:
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    header = Header("json", message=(0, len(line)))
    time = _json_span(line, record, _JSON_TIME)
    if time:
        header.time = time
        header.time_kind = "iso" if ":" in line[time[0] : time[1]] else "epoch"
    header.host = _json_span(line, record, _JSON_HOST)
    header.process = _json_span(line, record, _JSON_PROCESS)
    header.level = _json_span(line, record, _JSON_LEVEL)
    header.status = _json_span(line, record, _JSON_STATUS)
    header.message = _json_span(line, record, _JSON_MESSAGE) or (0, 0)
    header.fields = " ".join(_other_fields(record, "", _DEEPEST))
    return header


def _other_fields(record: dict[str, Any], prefix: str, depth: int) -> Iterator[str]:
    """`name=value` of what has no column of its own, in the order of the names."""
    for key in sorted(record, key=str)[:_MOST_FIELDS]:
        name, value = f"{prefix}{key}", record[key]
        # Not `in`: 0 equals False, and the digits of a line must not decide what is read.
        if name in _JSON_KNOWN or value is None or value is False or value == "":
            continue
        if isinstance(value, dict) and depth > 1:
            yield from _other_fields(value, f"{name}.", depth - 1)
            continue
        text = value if isinstance(value, str) else json.dumps(value)
        yield f"{name}={text}" if len(text) <= _LONGEST_VALUE else f"{name}=..."


def _json_span(line: str, record: dict[str, Any], names: tuple[str, ...]) -> Span | None:
    for name in names:
        value = record.get(name)
        if value is None and "." in name:
            outer, inner = name.split(".", 1)
            nested = record.get(outer)
            value = nested.get(inner) if isinstance(nested, dict) else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            key = line.find(json.dumps(name.rsplit(".", 1)[-1]))
            for text in _json_texts(value):
                start = line.find(text, max(key, 0) + len(name))
                if start >= 0:
                    return (start, start + len(text))
    return None


def _json_texts(value: str | float) -> tuple[str, ...]:
    """How a value may be written in JSON, without quotes."""
    if not isinstance(value, str):
        return (str(value),)
    return (json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1])
