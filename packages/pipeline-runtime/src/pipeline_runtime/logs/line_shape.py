"""Lines of the same shape are taken apart once.

The shape of a line is the line with every digit replaced by `0`. All lines of one shape have
their time, host, process and address at the same positions, the same template and the same
words, so that reading a known shape costs one translation and one look-up.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from pipeline_runtime.logs import severity
from pipeline_runtime.logs.header import ADDRESS, Header, Span, read_header
from pipeline_runtime.logs.template import template_of, words_of

_DIGITS = str.maketrans("123456789", "000000000")
_SHAPE_LIMIT = 20_000
#: Characters of all shapes together.
_SIZE_LIMIT = 8_000_000
#: Names of hosts, processes and addresses are cut here (DNS allows 253 characters).
_LONGEST_NAME = 255
_NOWHERE: Span = (0, 0)
_FIELD_NAME = re.compile(r"(?:^| )[^ =]+=")


class LineShape:
    """What all lines of one shape have in common."""

    __slots__ = (
        "address",
        "content",
        "failure",
        "host",
        "level",
        "pid",
        "priority",
        "process",
        "severity",
        "status",
        "template",
        "time",
        "time_kind",
        "variable",
        "vocabulary_age",
        "words",
    )

    def __init__(self, line: str) -> None:
        header = read_header(line)
        message = line[header.message[0] : header.message[1]]
        told = message
        if header.fields:
            message = f"{message} {header.fields}".strip()
            # The name of a field says nothing of how bad its value is.
            told = f"{told} {_FIELD_NAME.sub(' ', header.fields)}"
        self.time_kind = header.time_kind
        self.time = header.time or _NOWHERE
        self.host = _name(header.host)
        self.process = _name(header.process)
        self.pid = _name(header.pid)
        self.priority = header.priority
        self.status = header.status
        self.level = header.level
        self.words = words_of(message)
        self.severity, failure_words = severity.of_words(
            words_of(told) if header.fields else self.words
        )
        #: The severity depends on digits: it has to be read from each line.
        self.variable = bool(header.priority or header.status or header.level)
        self.failure = self.severity >= severity.FAILURE
        process = line[self.process[0] : self.process[1]].translate(_DIGITS)
        self.template = f"{process}: {template_of(message)}" if process else template_of(message)
        self.address = _address(line, header)
        #: Age of the vocabulary that already holds the words of this shape.
        self.vocabulary_age = -1
        self.content = _content(line, message, self.severity, failure_words)

    def severity_of(self, line: str) -> int:
        """Severity of one line, priority, status and level included."""
        result = self.severity
        if self.priority:
            value = severity.of_syslog_priority(int(line[self.priority[0] : self.priority[1]]))
            result = max(result, value)
        if self.status:
            text = line[self.status[0] : self.status[1]]
            if text.isdigit():
                result = max(result, severity.of_http_status(int(text)))
        if self.level:
            result = max(result, severity.of_level(line[self.level[0] : self.level[1]]))
        return result


def _address(line: str, header: Header) -> Span:
    start = 0 if header.format in ("access", "json") else header.message[0]
    if header.content is not None:
        start = header.content
    match = ADDRESS.search(line, start)
    return _name(match.span()) if match else _NOWHERE


def _name(span: Span | None) -> Span:
    return (span[0], min(span[1], span[0] + _LONGEST_NAME)) if span else _NOWHERE


def _content(line: str, message: str, level: int, failure_words: int) -> tuple[float, ...]:
    """The features that the shape alone decides; see `columns.CONTENT`."""
    length = len(message)
    if length == 0:
        return (float(level), float(failure_words), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    counts = Counter(message.translate(_DIGITS))
    entropy = -sum(n / length * math.log2(n / length) for n in counts.values())
    digits = counts["0"]
    letters = sum(n for character, n in counts.items() if character.isalpha())
    upper = sum(n for character, n in counts.items() if character.isupper())
    spaces = counts[" "]
    tokens = message.split()
    return (
        float(level),
        float(failure_words),
        float(length),
        float(len(tokens)),
        float(max((len(token) for token in tokens), default=0)),
        digits / length,
        (length - digits - letters - spaces) / length,
        upper / letters if letters else 0.0,
        entropy,
    )


class ShapeCache:
    """Shapes by line; bounded, because attackers choose the lines."""

    def __init__(self, limit: int = _SHAPE_LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._shapes: dict[str, LineShape] = {}

    def of(self, line: str) -> LineShape:
        """The shape of a line."""
        key = line.translate(_DIGITS)
        shape = self._shapes.get(key)
        if shape is None:
            self._size += len(key)
            if len(self._shapes) >= self._limit or self._size > _SIZE_LIMIT:
                # The newer half stays, as dictionaries keep the order of insertion.
                self._shapes = dict(list(self._shapes.items())[len(self._shapes) // 2 + 1 :])
                self._size = sum(map(len, self._shapes)) + len(key)
            shape = LineShape(line)
            self._shapes[key] = shape
        return shape
