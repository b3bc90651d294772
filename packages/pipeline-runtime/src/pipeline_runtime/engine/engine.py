"""A pipeline in a process: loaded, active or standing by, asked for scores and status."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from pipeline_runtime.engine.continuous.lifecycle import Lifecycle
from pipeline_runtime.engine.continuous.requests import Requests
from pipeline_runtime.engine.continuous.trainings import TrainingParts
from pipeline_runtime.engine.continuous.view import models_view
from pipeline_runtime.engine.engine_state import EngineState
from pipeline_runtime.engine.given_model import GivenModel
from pipeline_runtime.engine.models import Models
from pipeline_runtime.engine.recorder import anomaly_document
from pipeline_runtime.engine.worker import Worker
from pipeline_runtime.engine.worker_parts import WorkerParts
from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.metrics import Metrics
from pipeline_runtime.node import Node
from pipeline_runtime.ports import Contribution, LogEvents, Scores
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.model_store import ModelStore
from pipeline_runtime.storage.run_store import RunStore
from pipeline_runtime.storage.state_store import StateStore
from pipeline_runtime.storage.version_store import VersionStore

#: The host waits 60 s for an answer.
_DEACTIVATE_SECONDS = 45.0
#: Supervisors wait 10 s after SIGTERM.
_CLOSE_SECONDS = 8.0
_KEPT_OF_REQUESTS = 1000


class Engine:
    """Everything behind the HTTP server. Safe for use by several threads."""

    def __init__(
        self,
        graph: Graph,
        data_dir: Path,
        log: JsonLog,
        *,
        release: str | None = None,
        revision: int | None = None,
        on_crash: Callable[[], None] = lambda: None,
        given: GivenModel | None = None,
    ) -> None:
        self.graph = graph
        self._given = given
        self.log = log
        self.state = EngineState()
        self.metrics = Metrics(graph.spec.name)
        self._release = release
        self._revision = revision
        self._data_dir = data_dir
        self._on_crash = on_crash
        self._worker: Worker | None = None
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, "record")
        store = ModelStore(data_dir / "models")
        versions = VersionStore(data_dir / "models" / "versions.db")
        self._models = Models(graph, store, versions, log, self._observe, revision)
        self._models.on_change = self.metrics.model
        self.runs = RunStore(data_dir / "runs")
        parts = TrainingParts(graph, self._models, self.runs, log, data_dir / "ring", revision)
        self.lifecycle = Lifecycle(parts, self.metrics)
        self.requests = Requests(self.lifecycle, self._models)
        self.store = StateStore(data_dir / "state.db")
        graph.source.prepare(data_dir)

    def load(self) -> None:
        """Check the source and load the model; the engine stands by afterwards."""
        if self._given is not None:
            self._given.bring(self._models, self._data_dir)
        if self._needs_source:
            self.graph.source.check()
        self._models.load(self._ring())
        progress = self.store.progress()
        if progress:
            self.state.counters = {**self.state.counters, **progress.counters}
            self.state.offset = self.state.lag_from = progress.offset
        self.state.phase, self.state.reason = "standby", None
        if self._models.info is None:
            self.metrics.learning(0, self._models.required)

    @property
    def _needs_source(self) -> bool:
        """An endpoint with a model never reads the file from which it would learn otherwise."""
        has_all = self._given is not None and self.graph.mode == "serve"
        return not (has_all and self.graph.source.ends and not self.lifecycle.settings.continuous)

    @property
    def active(self) -> bool:
        """Whether this process consumes the source."""
        return self._worker is not None

    def activate(self) -> None:
        """Start to consume from the last committed offset; no-op when active."""
        with self._lock:
            if self._worker is not None and not self._worker.stopping:
                return
            # One that was told to stop, and was too busy to do so in time.
            self._stop_worker(_CLOSE_SECONDS)
            self._models.refresh(self._ring())
            self.graph.source.start_receiving()
            self.state.phase, self.state.reason = "starting", None
            worker = Worker(
                WorkerParts(
                    self.graph,
                    self._models,
                    self.lifecycle,
                    self.state,
                    self.metrics,
                    self.log,
                    self.store,
                    self._ring(),
                    self._data_dir,
                    self._on_crash,
                )
            )
            self._worker = worker
            worker.start()

    def deactivate(self, timeout: float = _DEACTIVATE_SECONDS) -> None:
        """Stop consuming, and make everything durable; no-op when not active.

        A training that is under way is finished first; raises `RuntimeFailure` when that takes
        longer than `timeout` seconds.
        """
        with self._lock:
            if self._worker is None:
                return
            self._stop_worker(timeout)
            self.state.phase, self.state.reason = "standby", "Deactivated."

    def _stop_worker(self, timeout: float) -> None:
        if self._worker is not None and not self._worker.stop(timeout):
            raise RuntimeFailure(
                "still-busy",
                f"The stream did not stop within {timeout:.0f} s.",
                "Wait until the training is finished, then try again.",
                self.graph.model.id,
            )
        self._worker = None

    def close(self) -> None:
        """Deactivate, and close files; a worker that stays busy ends with the process."""
        try:
            self.deactivate(_CLOSE_SECONDS)
        finally:
            self.graph.source.stop_receiving()
        self._writer.shutdown()
        self.store.close()
        self._models.versions.close()

    @property
    def model_version(self) -> str | None:
        """Version of the model in use."""
        return self._models.info.version if self._models.info else None

    def learning_failure(self) -> RuntimeFailure | None:
        """Why nothing can be scored yet."""
        if self._models.info is not None:
            return None
        events, required = self.state.learning or (0, self._models.required)
        return RuntimeFailure(
            "learning",
            f"The model is still learning: {events} of {required} events.",
            "Send or write more events to the source, or lower the number of training events.",
            self.graph.model.id,
        )

    def sample(self, events: LogEvents) -> Scores:
        """Score events on their own; needs a model."""
        failure = self.learning_failure()
        if failure:
            raise failure
        return self._models.runner.sample(events)

    def counted(self, scores: Scores, reasons: dict[int, list[Contribution]]) -> None:
        """Count and record what an endpoint has scored; a stream counts its own events only.

        `reasons` of the anomalies by row. They are written by another thread, as no request has
        to wait for the disk.
        """
        if self.graph.mode != "serve":
            return
        rows = [int(row) for row in np.flatnonzero(scores.anomalies)]
        self.state.count(events=len(scores.values), anomalies=len(rows))
        self.metrics.events(self.graph.source.id, "scored", len(scores.values))
        self.metrics.scores(scores.node, scores.values, len(rows))
        if rows:
            documents = [
                anomaly_document(scores, row, [c.as_json() for c in reasons.get(row, [])])
                for row in rows
            ]
            self._writer.submit(self._record, documents)

    def _record(self, documents: list[dict[str, Any]]) -> None:
        try:
            self.store.record("request", documents, _KEPT_OF_REQUESTS)
        except sqlite3.Error as error:
            self.log.error(f"Anomalies of requests cannot be stored: {error}.")

    def readiness(self) -> tuple[bool, dict[str, Any]]:
        """Whether requests should come here, and the body of `/readyz`."""
        state = self.state
        if state.crashed or state.phase == "starting":
            reason = state.reason or "The pipeline is starting."
            return False, {"status": "degraded" if state.crashed else "starting", "reason": reason}
        learning = state.learning
        if state.phase == "learning" and learning:
            return True, {"status": "learning", "events": learning[0], "required": learning[1]}
        status = {"running": "ready"}.get(state.phase, state.phase)
        return True, {"status": status} | ({"reason": state.reason} if state.reason else {})

    def lag_bytes(self) -> int:
        """Bytes of the source that wait, right now; also sets the metric.

        None once an endpoint has learned from its file, as it reads no further.
        """
        source, start = self.graph.source, self.state.lag_from
        lag = 0
        done = self._models.info is not None and source.ends and self.graph.mode == "serve"
        if start is not None and (not done or self.lifecycle.follows):
            with contextlib.suppress(OSError, sqlite3.Error):
                lag = source.lag_bytes(start)
        self.metrics.lag(source.id, lag)
        return lag

    def observe_source(self) -> dict[str, Any]:
        """The part `source` of `/status`; also sets the metrics of the source."""
        state, source = self.state, self.graph.source
        start = state.lag_from
        report = source.report(start)
        last = state.last_event_at or (start or {}).get("at")
        self.metrics.source(source.id, report.received, report.lost, last)
        return {
            "node": source.id,
            "offset": state.offset,
            "lagBytes": self.lag_bytes(),
            "lagEvents": report.lag_events,
            "lastEventAt": rfc3339(last) if last else None,
            "received": report.received,
            "lost": report.lost,
            "refused": report.refused,
            "listening": list(report.listening),
            "malformed": {
                "count": state.counters["malformed"],
                "samples": source.bad_lines.latest(),
            },
        }

    def status(self) -> dict[str, Any]:
        """The body of `/status`."""
        state, info = self.state, self._models.info
        runner = self._models.runner
        learning = state.learning
        return {
            "release": self._release,
            "revision": self._revision,
            "mode": self.graph.mode,
            "phase": state.phase,
            "reason": state.reason,
            "learning": {"events": learning[0], "required": learning[1]} if learning else None,
            "model": {
                "version": info.version,
                "trainedAt": info.trained_at,
                "events": info.events,
                "threshold": runner.graph.model.threshold,
            }
            if info
            else None,
            "source": self.observe_source(),
            "nodes": [
                {
                    "id": node.id,
                    "type": node.type_id,
                    "batches": runner.totals[node.id].batches,
                    "events": runner.totals[node.id].events,
                    "seconds": round(runner.totals[node.id].seconds, 6),
                }
                for node in (self.graph.source, *(step.node for step in self.graph.steps))
            ],
            "counters": dict(state.counters),
            "lastError": state.last_error,
        }

    def models(self) -> dict[str, Any]:
        """The body of `GET /models`."""
        return models_view(self._models, self.runs, self.lifecycle, self.state)

    def observe_drift(self) -> None:
        """Set the metric of drift."""
        self.metrics.drift(self.lifecycle.drift.by_feature())

    def _ring(self) -> EventRing:
        events = self._models.required
        if self.lifecycle.settings.continuous:
            events = max(events, self.lifecycle.settings.window_events)
        return EventRing(self._data_dir / "ring", events, self.graph.line_limit)

    def _observe(self, node: Node, events: int, seconds: float) -> None:
        self.metrics.node(node, seconds)
