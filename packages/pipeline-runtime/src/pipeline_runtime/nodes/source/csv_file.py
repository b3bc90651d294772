"""`csv-file`: reads the rows of a CSV file, and those that are appended."""

from __future__ import annotations

import itertools
import json
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.csv_records import LONGEST_RECORD, fields_of, is_open_after
from pipeline_runtime.nodes.source.file_source import FileSource
from pipeline_runtime.nodes.source.source_node import Offset, SourceBatch
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.log_tail import Lines, byte_of, generation_of

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_ENCODINGS = {"windows-1252": "cp1252"}
_ONE_LINE = str.maketrans("\n\r\t", "   ")
#: The key that readers of JSON lines look for first.
_TIME_KEY = "@timestamp"


@dataclass(frozen=True)
class CsvFileParameters:
    """Parameters of `csv-file`."""

    #: Absolute path of the file; none: one comes with each run.
    path: str | None = None
    #: `comma`, `semicolon`, `tab` or `pipe`
    delimiter: str = "comma"
    header: bool = True
    columns: tuple[str, ...] = ()
    text_column: str | None = None
    time_column: str | None = None
    id_column: str | None = None
    encoding: str = "utf-8"
    poll_interval_ms: int = 500


class CsvFile(FileSource):
    """One event a row: the text column, or all columns as JSON.

    A row with another number of columns is left out and counted as malformed. A quote that is
    never closed costs the row it is in, not the rest of the file.
    """

    type_id = "csv-file"
    Parameters = CsvFileParameters
    parameters: CsvFileParameters
    _columns: list[str] | None = None
    #: Lines of a record that is not complete yet.
    _pending: Lines
    _pending_size = 0
    #: Lines that were read, and are not part of a record yet.
    _waiting: deque[tuple[bytes, int]]
    _generation = -1

    def check(self) -> None:
        """The file must be there, and have the columns that were chosen."""
        super().check()
        parameters = self.parameters
        if not parameters.header:
            return
        with Path(self.path).open("rb") as file:
            first = file.readline(LONGEST_RECORD).rstrip(b"\r\n")
        if not first:
            return
        names = self._fields(first)
        for name in (parameters.text_column, parameters.time_column, parameters.id_column):
            if name is not None and name not in names:
                raise CannotStart(
                    "column-missing",
                    f'The file {self.path} has no column "{name}".',
                    f"Choose one of: {', '.join(names)}; or look at the delimiter.",
                    self.id,
                )

    @property
    def columns(self) -> list[str]:
        """Those of the file; known once its first row was read."""
        return self._columns or super().columns

    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Go to a row."""
        super().open(data_dir, offset)
        self._pending, self._pending_size, self._waiting = [], 0, deque()
        self._columns = (offset or {}).get("columns")
        self._generation = int((offset or {}).get("generation", -1))

    def read(self, limit: int) -> SourceBatch:
        """The next complete rows."""
        found = _Found(self.path)
        while len(found) < limit:
            if not self._waiting:
                lines = [] if len(found) else self.tail.read(limit)
                if not lines:
                    break
                self._waiting.extend(lines)
            self._add(self._waiting.popleft(), found)
        if self._pending and generation_of(self._pending[0][1]) != self.tail.generation:
            # The file was rotated away, so that nothing comes that could complete it.
            self._record(self._take_pending(), found)
        return self._batch(found)

    def rest(self) -> SourceBatch | None:
        """The last row of a file that does not end with a line end."""
        found = _Found(self.path)
        for line in self.tail.rest():
            self._add(line, found)
        if self._pending:
            self._record(self._take_pending(), found)
        batch = self._batch(found)
        return batch if len(batch) else None

    def _batch(self, found: _Found) -> SourceBatch:
        offset = self.tail.offset()
        first = next(iter((*self._pending[:1], *itertools.islice(self._waiting, 1))), None)
        if first is not None and generation_of(first[1]) == offset["generation"]:
            offset["offset"] = byte_of(first[1])
        offset = self.counted(offset, len(found))
        if self._columns is not None and self._generation == offset["generation"]:
            offset["columns"] = self._columns
        events = LogEvents(found.lines, found.sources, time.time())
        return SourceBatch(events, found.positions, offset, found.malformed, found.rows)

    def _add(self, line: tuple[bytes, int], found: _Found) -> None:
        raw, position = line
        if generation_of(position) != self._generation:
            # Another file, with a first row of its own; what was open there stays incomplete.
            if self._pending:
                self._record(self._take_pending(), found)
            self._generation = generation_of(position)
            self._columns = None
        delimiter = _DELIMITERS[self.parameters.delimiter].encode()
        self._pending.append(line)
        self._pending_size += len(raw) + 1
        # Only a record with an open quote is still here when another line comes.
        if is_open_after(raw, delimiter, inside=len(self._pending) > 1):
            if self._pending_size > LONGEST_RECORD:
                lines = self._take_pending()
                found.bad(lines[0][1])
                self.bad_lines.note(lines[0][0], "A quote is opened here, and never closed.")
                self._waiting.extendleft(reversed(lines[1:]))
            return
        self._record(self._take_pending(), found)

    def _take_pending(self) -> Lines:
        lines, self._pending, self._pending_size = self._pending, [], 0
        return lines

    def _record(self, lines: Lines, found: _Found) -> None:
        raw, position = b"\n".join(line for line, _ in lines), lines[0][1]
        if raw.endswith(b"\r"):
            raw = raw[:-1]
        if not raw.strip():
            return
        try:
            fields = self._fields(raw)
            if self._columns is None:
                given = list(self.parameters.columns)
                numbered = [f"column{i + 1}" for i in range(len(fields))]
                self._columns = fields if self.parameters.header else given or numbered
                if self.parameters.header:
                    return
            line, identity = self._event(fields)
        except ValueError as error:
            found.bad(position)
            self.bad_lines.note(raw, str(error))
            return
        found.good(line, position, identity, fields)

    def _fields(self, raw: bytes) -> list[str]:
        encoding = _ENCODINGS.get(self.parameters.encoding, self.parameters.encoding)
        text = raw.decode(encoding, "replace").removeprefix("\ufeff")
        if "\0" in text:
            raise ValueError("It is binary data.")
        return fields_of(text, _DELIMITERS[self.parameters.delimiter])

    def _event(self, fields: list[str]) -> tuple[str, str | None]:
        """Line and id of a row."""
        parameters, columns = self.parameters, self._columns or []
        if len(fields) != len(columns):
            raise ValueError(f"It has {len(fields)} columns instead of {len(columns)}.")
        row = dict(zip(columns, fields, strict=True))

        def value(name: str) -> str:
            if name not in row:
                raise ValueError(f'There is no column "{name}".')
            return row[name]

        identity = None if parameters.id_column is None else value(parameters.id_column)
        time_text = None if parameters.time_column is None else value(parameters.time_column)
        if parameters.text_column is None:
            document = row if time_text is None else {_TIME_KEY: time_text, **row}
            return json.dumps(document, ensure_ascii=False), identity
        text = value(parameters.text_column)
        if time_text:
            text = f"{_readable_time(time_text)} {text}"
        if not text.strip():
            raise ValueError("The text is empty.")
        return text.translate(_ONE_LINE), identity


class _Found:
    """Rows of one batch."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.lines: list[str] = []
        self.rows: list[list[str]] = []
        self.sources: list[str] = []
        self.positions: list[int] = []
        self.malformed: list[int] = []

    def __len__(self) -> int:
        return len(self.positions) + len(self.malformed)

    def good(self, line: str, position: int, identity: str | None, fields: list[str]) -> None:
        self.lines.append(line)
        self.rows.append(fields)
        self.sources.append(self._path if identity is None else f"{self._path}#{identity}")
        self.positions.append(position)

    def bad(self, position: int) -> None:
        self.malformed.append(position)


def _readable_time(text: str) -> str:
    """Seconds or milliseconds since the epoch as RFC 3339; anything else as it is."""
    try:
        number = float(text)
        seconds = number / 1000 if number > 100_000_000_000 else number
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return text
