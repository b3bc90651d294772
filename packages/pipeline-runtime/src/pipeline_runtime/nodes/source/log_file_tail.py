"""`log-file-tail`: follows a growing log file."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pipeline_runtime.nodes.source.bad_lines import why_unreadable
from pipeline_runtime.nodes.source.file_source import FileSource
from pipeline_runtime.nodes.source.source_node import SourceBatch
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.log_tail import Lines


@dataclass(frozen=True)
class LogFileTailParameters:
    """Parameters of `log-file-tail`."""

    #: Absolute path of the file.
    path: str
    #: `beginning` or `end`: where to start the first time.
    start_at: str = "beginning"
    encoding: str = "utf-8"
    poll_interval_ms: int = 500


class LogFileTail(FileSource):
    """Follows a file the way `tail -F` does, from a durable offset.

    Empty lines are skipped. Bytes that do not fit the encoding are replaced; a line that is
    mostly binary is left out and counted as malformed.
    """

    type_id = "log-file-tail"
    Parameters = LogFileTailParameters
    parameters: LogFileTailParameters

    def read(self, limit: int) -> SourceBatch:
        """The next complete lines."""
        return self._batch(self.tail.read(limit))

    def rest(self) -> SourceBatch | None:
        """The last line of a file that does not end with a line end."""
        batch = self._batch(self.tail.rest())
        return batch if len(batch) else None

    def _batch(self, found: Lines) -> SourceBatch:
        encoding = self.parameters.encoding
        lines: list[str] = []
        positions: list[int] = []
        malformed: list[int] = []
        for raw, position in found:
            if raw.endswith(b"\r"):
                raw = raw[:-1]
            if not raw:
                continue
            # Some programs write a byte order mark at the start of a file.
            line = raw.decode(encoding, "replace").removeprefix("\ufeff")
            reason = why_unreadable(line)
            if reason is None:
                lines.append(line)
                positions.append(position)
            elif line.strip():
                malformed.append(position)
                self.bad_lines.note(line, reason)
        events = LogEvents(lines, [self.parameters.path] * len(lines), time.time())
        offset = self.counted(self.tail.offset(), len(positions) + len(malformed))
        return SourceBatch(events, positions, offset, malformed)
