"""Events of a file, for commands that read it once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.file_source import FileSource
from pipeline_runtime.nodes.source.log_file_tail import LogFileTail
from pipeline_runtime.nodes.source.source_node import SourceNode
from pipeline_runtime.ports import LogEvents


def read_data(path: Path, source: SourceNode, limit: int | None = None) -> tuple[LogEvents, int]:
    """All events, the last one without a line end included, and the number of malformed ones.

    The file is read as the source of the pipeline reads its own; as lines where that has none.
    """
    reader = _reader(path, source)
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


def _reader(path: Path, source: SourceNode) -> FileSource:
    chosen = {"path": str(path.absolute())}
    if not isinstance(source, FileSource):
        return LogFileTail("data", chosen)
    reader = type(source)(source.id, chosen)
    if hasattr(source.parameters, "start_at"):
        chosen["start_at"] = "beginning"
    reader.parameters = replace(source.parameters, **chosen)
    return reader
