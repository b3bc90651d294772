"""Events of a file, for commands that read it once."""

from __future__ import annotations

from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.log_file_tail import LogFileTail
from pipeline_runtime.ports import LogEvents


def read_data(path: Path, limit: int | None = None) -> tuple[LogEvents, int]:
    """All lines, the last one without a line end included, and the number of malformed ones."""
    reader = LogFileTail("data", {"path": str(path.absolute())})
    reader.check()
    reader.open(path.parent, None)
    lines: list[str] = []
    malformed = 0
    most = limit if limit is not None else 1 << 60
    try:
        while len(lines) + malformed < most:
            batch = reader.read(min(10_000, most - len(lines) - malformed))
            if not len(batch):
                break
            lines += batch.events.lines
            malformed += len(batch.malformed)
        rest = reader.rest() if len(lines) + malformed < most else None
        if rest is not None:
            lines += rest.events.lines
            malformed += len(rest.malformed)
    finally:
        reader.close()
    if not lines:
        raise CannotStart(
            "no-events", f"The file {path} holds no events.", "Give a file with one event a line."
        )
    return LogEvents(lines, [str(path)] * len(lines), path.stat().st_mtime), malformed
