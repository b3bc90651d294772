"""Reads a source from its beginning to its end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.nodes.source.source_node import Offset, SourceBatch, SourceNode
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.spec import PipelineSpec

#: Called with bytes read and bytes in all.
OnRead = Callable[[int, int], None]


def require_end(source: SourceNode, hint: str) -> None:
    """Raises `CannotStart` for a source that never ends."""
    if not source.ends:
        raise CannotStart(
            "source-endless",
            f'The source "{source.id}" ({source.type_id}) never ends.',
            hint,
            source.id,
        )


def with_input(spec: PipelineSpec, path: Path) -> PipelineSpec:
    """The spec with a file in the place of the source's own.

    Raises:
        CannotStart: the source reads no file.
    """
    source = Graph.build(spec).source
    if not hasattr(source.parameters, "path"):
        raise CannotStart(
            "input-unusable",
            f'The source "{source.id}" ({source.type_id}) reads no file, '
            "so that none can take its place.",
            "Start the run without a file, or choose a source that reads one.",
            source.id,
        )
    nodes = tuple(
        replace(node, parameters={**node.parameters, "path": str(path.absolute())})
        if node.id == source.id
        else node
        for node in spec.nodes
    )
    return replace(spec, nodes=nodes)


def read_to_end(
    source: SourceNode, batch_size: int, on_read: OnRead | None = None
) -> Generator[SourceBatch, None, None]:
    """Batches from the beginning on, the last line without a line end included.

    What is appended meanwhile is read as well, until there is nothing more.
    """
    parameters = source.parameters
    if getattr(parameters, "start_at", "beginning") != "beginning":
        # A run reads all of it, wherever a stream would begin.
        source.parameters = replace(parameters, start_at="beginning")
    with tempfile.TemporaryDirectory(prefix="mlpipe-source-") as folder:
        try:
            source.prepare(Path(folder))
            source.open(Path(folder), None)
            read = 0
            arrived = _arrival(source)
            before: Offset | None = None
            while True:
                batch = source.read(batch_size)
                if arrived is not None:
                    batch.events.arrived = arrived
                if source.problem:
                    raise CannotStart(
                        "source-unreadable", f"{source.problem}", "Look at the source.", source.id
                    )
                if not len(batch):
                    # Lines that are no events, such as empty ones, are not the end.
                    if batch.offset == before:
                        break
                    before = batch.offset
                    continue
                before = batch.offset
                if on_read is not None:
                    read += _bytes_of(batch)
                    on_read(read, read + source.lag_bytes(batch.offset))
                yield batch
            rest = source.rest()
            if rest is not None and len(rest):
                if arrived is not None:
                    rest.events.arrived = arrived
                yield rest
        finally:
            source.close()


def _arrival(source: SourceNode) -> float | None:
    """When the events of a file arrived that tell no time: the same whenever it is read."""
    path = getattr(source.parameters, "path", None)
    if path is None:
        return None
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return None


def first_events(
    source: SourceNode, limit: int, on_read: OnRead | None = None
) -> tuple[LogEvents, int]:
    """The first events, and how many malformed ones stood between them.

    Raises:
        CannotStart: there are none.
    """
    events: LogEvents | None = None
    malformed = 0
    for batch in read_to_end(source, min(10_000, limit), on_read):
        malformed += len(batch.malformed)
        if events is None:
            events = batch.events
        else:
            events.lines += batch.events.lines
            events.sources += batch.events.sources
        if len(events) >= limit:
            break
    if events is None or not len(events):
        raise CannotStart(
            "no-events",
            f'The source "{source.id}" holds no events.',
            "Give a file with one event a line.",
            source.id,
        )
    return events.slice(0, limit), malformed


def _bytes_of(batch: SourceBatch) -> int:
    return sum(len(line) + 1 for line in batch.events.lines)
