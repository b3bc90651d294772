"""The most recent events, so that a changed model can be trained at once.

Text files of a bounded number of events each; the oldest is deleted when a new one begins. Not
fsynced: after a crash of the machine the last few may be missing, which a model does not notice.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TextIO

from pipeline_runtime.ports import LogEvents

_KEPT_FILES = 3
_SMALLEST_FILE = 5_000
#: Begins a line that tells when what follows arrived; events have a tab, these lines do not.
_ARRIVED = "@"
_ONE_LINE = str.maketrans("\n\r", "  ")


#: Source, line, and when it arrived.
_Row = tuple[str, str, float]


class EventRing:
    """Keeps between two and three times `events` (5000 at least).

    Lines are cut at `line_limit` characters.
    """

    def __init__(self, directory: Path, events: int, line_limit: int) -> None:
        self._directory = directory
        self._line_limit = line_limit
        self._per_file = max(events, _SMALLEST_FILE)
        self._file: TextIO | None = None
        self._written = 0
        self._arrived: float | None = None

    def append(self, events: LogEvents) -> None:
        """Add events, in order."""
        if self._file is None or self._written >= self._per_file:
            self._next_file()
        limit = self._line_limit
        lines = [line if len(line) <= limit else line[:limit] for line in events.lines]
        if any("\n" in line or "\r" in line for line in lines):
            lines = [line.translate(_ONE_LINE) for line in lines]
        if self._file is not None:
            rows: list[str] = []
            for source, line, arrived in zip(
                events.sources, lines, events.each_arrived(), strict=False
            ):
                if arrived != self._arrived:
                    self._arrived = arrived
                    rows.append(f"{_ARRIVED}{arrived:.3f}\n")
                rows.append(f"{source}\t{line}\n")
            self._file.write("".join(rows))
        self._written += len(events)

    def flush(self) -> None:
        """Hand everything to the operating system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Flush and close."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def last(self, count: int) -> LogEvents:
        """At most `count` of the most recent events, oldest first."""
        found: list[_Row] = []
        for path in reversed(self._files()):
            try:
                text = path.read_text("utf-8", "replace")
            except FileNotFoundError:
                # A training reads beside the stream, which has deleted the oldest file by now.
                break
            # Only whole lines: the stream may be writing the last one.
            found = _rows(text[: text.rfind("\n") + 1]) + found
            if len(found) >= count:
                break
        found = found[-count:]
        arrivals = [row[2] for row in found]
        last = arrivals[-1] if arrivals else 0.0
        return LogEvents(
            [row[1] for row in found], [row[0] for row in found], last, arrivals=arrivals
        )

    def _files(self) -> list[Path]:
        return sorted(self._directory.glob("*.events"))

    def _next_file(self) -> None:
        self.close()
        self._directory.mkdir(parents=True, exist_ok=True)
        files = self._files()
        number = int(files[-1].stem) + 1 if files else 1
        for old in files[: max(0, len(files) - _KEPT_FILES + 1)]:
            old.unlink(missing_ok=True)
        path = self._directory / f"{number:09d}.events"
        self._file = path.open("a", encoding="utf-8", errors="replace", newline="\n")
        self._written = 0
        self._arrived = None


def _rows(text: str) -> list[_Row]:
    arrived = 0.0
    rows: list[_Row] = []
    for record in text.split("\n"):
        source, tab, line = record.partition("\t")
        if tab:
            rows.append((source, line, arrived))
        elif record.startswith(_ARRIVED):
            with contextlib.suppress(ValueError):
                arrived = float(record[1:])
    return rows
