"""`log-file-tail`: follows a growing log file."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.source_node import Offset, SourceBatch, SourceNode
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.log_tail import LogTail, lag_behind

#: A line with a larger share of characters that are no text is binary data.
_BINARY_SHARE = 0.3
_CONTROL = bytes(set(range(32)) - {9}) + b"\x7f"


@dataclass(frozen=True)
class LogFileTailParameters:
    """Parameters of `log-file-tail`."""

    #: Absolute path of the file.
    path: str
    #: `beginning` or `end`: where to start the first time.
    start_at: str = "beginning"
    encoding: str = "utf-8"
    poll_interval_ms: int = 500


class LogFileTail(SourceNode):
    """Follows a file the way `tail -F` does, from a durable offset.

    Empty lines are skipped. Bytes that do not fit the encoding are replaced; a line that is
    mostly binary is left out and counted as malformed.
    """

    type_id = "log-file-tail"
    Parameters = LogFileTailParameters
    parameters: LogFileTailParameters
    _tail: LogTail | None = None

    def check(self) -> None:
        """The file must exist and be readable."""
        path = Path(self.parameters.path)
        if not path.exists():
            raise CannotStart(
                "source-missing",
                f"The log file {path} does not exist.",
                "Correct the path, or create the file before the start.",
                self.id,
            )
        if not path.is_file() or not os.access(path, os.R_OK):
            raise CannotStart(
                "source-unreadable",
                f"The log file {path} is not a file that this process may read.",
                "Give the user that runs the pipeline read access (often the group adm).",
                self.id,
            )

    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Open the file; `data_dir` is not used."""
        self.close()
        self._tail = LogTail(
            Path(self.parameters.path), from_end=self.parameters.start_at == "end", offset=offset
        )

    def read(self, limit: int) -> SourceBatch:
        """The next complete lines."""
        tail = self._opened()
        encoding = self.parameters.encoding
        lines: list[str] = []
        positions: list[int] = []
        malformed: list[int] = []
        for raw, position in tail.read(limit):
            if raw.endswith(b"\r"):
                raw = raw[:-1]
            if not raw:
                continue
            # Some programs write a byte order mark at the start of a file.
            line = raw.decode(encoding, "replace").removeprefix("\ufeff")
            if (not raw.isascii() or b"\0" in raw or b"\x1b" in raw) and _is_binary(raw, line):
                malformed.append(position)
                continue
            lines.append(line)
            positions.append(position)
        events = LogEvents(lines, [self.parameters.path] * len(lines), time.time())
        return SourceBatch(events, positions, tail.offset(), malformed)

    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """One poll interval at most."""
        interval = self.parameters.poll_interval_ms / 1000
        stop.wait(interval if seconds is None else min(seconds, interval))

    def continues(self, earlier: Offset, later: Offset) -> bool:
        """Both are in the same file."""
        same = ("path", "generation", "device", "inode")
        return all(earlier[name] == later[name] for name in same)

    def lag_bytes(self, offset: Offset) -> int:
        """Bytes of the file, and of rotated ones, behind an offset."""
        return lag_behind(Path(self.parameters.path), offset)

    @property
    def problem(self) -> str | None:
        """The file is away, or may not be read."""
        return self._tail.problem if self._tail else None

    @property
    def ends(self) -> bool:
        """A file shows at once what it has."""
        return True

    def close(self) -> None:
        """Close the file."""
        if self._tail:
            self._tail.close()
            self._tail = None

    def _opened(self) -> LogTail:
        if self._tail is None:
            raise RuntimeError("the source was not opened")
        return self._tail


def _is_binary(raw: bytes, line: str) -> bool:
    control = len(raw) - len(raw.translate(None, _CONTROL))
    return (line.count("\ufffd") + control) > _BINARY_SHARE * len(line)
