"""Scores a source from its beginning to its end, or the share of one of several workers."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pipeline_runtime.commands.batch_model import BatchModel
from pipeline_runtime.commands.batch_tally import SHOWN, Tally, require_events
from pipeline_runtime.commands.run_files import RunFiles
from pipeline_runtime.commands.scores_table import ScoresTable
from pipeline_runtime.commands.share import Share
from pipeline_runtime.commands.whole_source import read_to_end
from pipeline_runtime.engine.recorder import anomaly_document
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.nodes.source.file_source import FileSource
from pipeline_runtime.nodes.source.source_node import SourceBatch
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.log_tail import byte_of


class BatchScoring:
    """One pass over a source.

    Every score depends on all events before it. So each worker reads from the beginning, lets
    the state of the nodes follow up to where its share begins, and scores from there: in the very
    batches in which one worker alone would. A batch belongs to the worker in whose range of bytes
    it begins, so that no row is ever cut.
    """

    def __init__(self, graph: Graph, model: BatchModel, files: RunFiles, share: Share) -> None:
        self._source = graph.source
        self._batch_size = int(graph.deploy.parameters.batch_size)
        self._delimiter = str(graph.deploy.parameters.delimiter)
        self._runner = model.runner
        self._files = files
        self._share = share
        self._total: int | None = None
        info = model.info
        self.tally = Tally(
            threshold=float(model.runner.graph.model.threshold),
            model={
                "version": info.version,
                "trainedAt": info.trained_at,
                "events": info.events,
                "trained": model.trained,
            },
            begun=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
        if not share.is_whole and not isinstance(graph.source, FileSource):
            raise CannotStart(
                "not-shareable",
                f'The source "{graph.source.id}" ({graph.source.type_id}) is no file, '
                "so that workers cannot share it.",
                "Start the run with one worker.",
                graph.source.id,
            )

    @property
    def source_bytes(self) -> int:
        """Size of what was shared; the same for all workers, or they read different files."""
        return self._total or 0

    def write(self, path: Path) -> Tally:
        """Write the table of all scores; of a share without a header."""
        with ScoresTable(path, self._delimiter, headed=self._share.is_whole) as table:
            self._score_into(table)
            if self._share.is_whole:
                require_events(self.tally, self._source.id)
            table.finish()
        self.tally.nodes = [
            {
                "id": step.node.id,
                "type": step.node.type_id,
                "events": self._runner.totals[step.node.id].events,
                "seconds": round(self._runner.totals[step.node.id].seconds, 6),
            }
            for step in self._runner.graph.steps
        ]
        return self.tally

    def _score_into(self, table: ScoresTable) -> None:
        mine = self._share.index

        def progress(done: int, total: int) -> None:
            self._files.progress(done, total, "bytes", f"Scored {self.tally.events} events")

        with closing(read_to_end(self._source, self._batch_size, progress)) as batches:
            for batch in batches:
                owner = self._owner(batch)
                if owner > mine:
                    break
                self.tally.columns = self._source.columns
                if owner < mine:
                    self._runner.follow(self._seen(batch.events))
                    continue
                table.header(self._source.columns)
                self.tally.malformed += len(batch.malformed)
                if len(batch.events):
                    self._score(table, batch.events, batch.rows)
        table.header(self._source.columns)

    def _owner(self, batch: SourceBatch) -> int:
        if self._share.is_whole or not isinstance(self._source, FileSource):
            return 0
        if self._total is None:
            self._total = self._source.tail.size
        first = min([*batch.positions[:1], *batch.malformed[:1]])
        return self._share.owner(byte_of(first), self._total)

    def _seen(self, events: LogEvents) -> LogEvents:
        limit = self._runner.graph.line_limit
        return LogEvents([line[:limit] for line in events.lines], events.sources, events.arrived)

    def _score(self, table: ScoresTable, events: LogEvents, rows: list[list[str]] | None) -> None:
        tally = self.tally
        scores = self._runner.process(self._seen(events))
        found = [int(row) for row in np.flatnonzero(scores.anomalies)]
        reasons = dict(zip(found, scores.explain(found), strict=True))
        for i, (line, score) in enumerate(zip(events.lines, scores.values, strict=True)):
            values = rows[i] if rows is not None else [line]
            table.row(values, float(score), i in reasons, reasons.get(i, []))
        tally.events += len(events)
        tally.anomalies += len(found)
        tally.values.append(scores.values)
        least = tally.shown[-1]["score"] if len(tally.shown) >= SHOWN else 0.0
        tally.show(
            [
                anomaly_document(scores, row, [c.as_json() for c in reasons[row]])
                for row in found
                if float(scores.values[row]) > least
            ]
        )
