"""The model in use: loaded, trained, stored, replaced."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipeline_runtime.engine.runner import Observer, Runner
from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.ports import LogEvents, Scores
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.model_directory import ModelInfo
from pipeline_runtime.storage.model_store import ModelStore

#: A model is never trained on fewer events.
FEWEST_EVENTS = 50


class Models:
    """Holds the runner in use. A new model is trained beside it, then takes its place."""

    def __init__(
        self, graph: Graph, store: ModelStore, log: JsonLog, observe: Observer | None = None
    ) -> None:
        self.graph = graph
        self.runner = Runner(graph, observe)
        self.info: ModelInfo | None = None
        #: Called with the version whenever another model is in use.
        self.on_change: Callable[[str], None] = lambda version: None
        self._store = store
        self._log = log
        self._observe = observe

    @property
    def required(self) -> int:
        """Events to learn from."""
        return int(self.graph.model.parameters.training_events)

    def load(self, ring: EventRing) -> bool:
        """Take the stored model of this graph; else train on retained events, if there are."""
        found = self._store.newest(self.graph.fingerprint())
        if found:
            info, states = found
            try:
                runner = self._fresh()
                runner.load(states)
            except (KeyError, ValueError, TypeError) as error:
                self._log.warning(f"The stored model {info.version} cannot be used: {error}.")
            else:
                self._use(runner, info)
                self._log.info("Model loaded", version=info.version, trainedAt=info.trained_at)
                return True
        if self._store.any():
            events = ring.last(self.required)
            if len(events) >= FEWEST_EVENTS:
                self._log.info("Training on retained events", events=len(events))
                self.train(events)
                return True
        return False

    def train(self, events: LogEvents) -> Scores:
        """Train on these events, store the model, use it; the scores of the events."""
        start = time.monotonic()
        runner = self._fresh()
        scores = runner.learn(events)
        count = len(events)
        note = None
        if count < self.required:
            note = (
                f"Trained on {count} events instead of {self.required}, because no more arrived. "
                "It is trained again once there are enough."
            )

        def describe(version: str) -> ModelInfo:
            trained_at = rfc3339(time.time())
            return ModelInfo(version, trained_at, count, self.graph.fingerprint(), note)

        document = self.graph.spec.document
        try:
            info = self._store.write(describe, runner.save(), document, events.lines[:5])
        except OSError as error:
            raise ModelUnusable(
                "model-not-stored",
                f"The model cannot be stored: {error}.",
                "Free space in the data directory, or give write access to it.",
                self.graph.model.id,
            ) from error
        self._use(runner, info)
        self._log.info(
            "Model trained",
            node=self.graph.model.id,
            version=info.version,
            events=count,
            seconds=round(time.monotonic() - start, 3),
            threshold=runner.graph.model.threshold,
        )
        return scores

    def _fresh(self) -> Runner:
        """A runner of the same graph without anything learned."""
        return Runner(Graph.build(self.graph.spec), self._observe, self.runner.totals)

    def _use(self, runner: Runner, info: ModelInfo) -> None:
        self.runner = runner
        self.info = info
        self.on_change(info.version)
