"""The model in use: loaded, trained, stored, replaced."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.engine.runner import Observer, Runner
from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.node import NodeState
from pipeline_runtime.ports import LogEvents, Scores
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.model_directory import ModelInfo
from pipeline_runtime.storage.model_store import ModelStore
from pipeline_runtime.storage.version_store import VersionRecord, VersionStore

#: A model is never trained on fewer events.
FEWEST_EVENTS = 50


@dataclass(frozen=True)
class BuiltModel:
    """A stored model, ready to score."""

    info: ModelInfo
    runner: Runner
    #: Bins of its training events.
    reference: Reference | None


class Models:
    """Holds the runner in use. A new model is trained beside it, then takes its place."""

    def __init__(
        self,
        graph: Graph,
        store: ModelStore,
        versions: VersionStore,
        log: JsonLog,
        observe: Observer | None = None,
        revision: int | None = None,
    ) -> None:
        self.graph = graph
        self.fingerprint = graph.fingerprint()
        self.store = store
        self.versions = versions
        self.runner = Runner(graph, observe)
        self.info: ModelInfo | None = None
        self.reference: Reference | None = None
        #: Called with the version whenever another model is in use.
        self.on_change: Callable[[str], None] = lambda version: None
        self._log = log
        self._observe = observe
        self._revision = revision

    @property
    def required(self) -> int:
        """Events to learn from."""
        return int(self.graph.model.parameters.training_events)

    @property
    def provisional(self) -> bool:
        """Whether the model at the start had to make do with fewer events than asked for.

        A retrained one never is: how much it learns from is decided by its window.
        """
        return self.info is not None and self.info.note is not None

    def load(self, ring: EventRing) -> bool:
        """Take the champion of this graph; else train on retained events, if there are."""
        if self._load_champion() or self._load_newest():
            return True
        if self.store.any():
            events = ring.last(self.required)
            if len(events) >= FEWEST_EVENTS:
                self._log.info("Training on retained events", events=len(events))
                self.train(events)
                return True
        return False

    def refresh(self, ring: EventRing) -> None:
        """Take over what another release has trained or promoted since this one was loaded."""
        champion = self.versions.champion(self.fingerprint)
        if self.info is None or (champion and champion.version != self.info.version):
            self.load(ring)

    def build(self, version: str) -> BuiltModel:
        """A stored model of this graph; raises `ModelUnusable`."""
        return self._build(*self.store.read(version))

    def use(self, built: BuiltModel) -> None:
        """Score with another model from now on."""
        self.runner = built.runner
        self.reference = built.reference
        self.info = built.info
        self.on_change(built.info.version)

    def train(self, events: LogEvents) -> Scores:
        """Train on these events, store the model, use it; the scores of the events."""
        start = time.monotonic()
        runner = self._fresh()
        scores = runner.learn(events)
        reference = Reference.of(scores.features)
        count = len(events)
        note = None
        if count < self.required:
            note = (
                f"Trained on {count} events instead of {self.required}, because no more arrived. "
                "It is trained again once there are enough."
            )

        def describe(version: str) -> ModelInfo:
            trained_at = rfc3339(time.time())
            return ModelInfo(version, trained_at, count, self.fingerprint, note)

        document = self.graph.spec.document
        try:
            info = self.store.write(
                describe,
                runner.save(),
                document,
                events.lines[:5],
                reference.as_json() if reference else None,
                drop_old=False,
            )
        except OSError as error:
            raise ModelUnusable(
                "model-not-stored",
                f"The model cannot be stored: {error}.",
                "Free space in the data directory, or give write access to it.",
                self.graph.model.id,
            ) from error
        self._register(info, runner, scores.window)
        self.use(BuiltModel(info, runner, reference))
        self._log.info(
            "Model trained",
            node=self.graph.model.id,
            version=info.version,
            events=count,
            seconds=round(time.monotonic() - start, 3),
            threshold=runner.graph.model.threshold,
        )
        return scores

    def _load_champion(self) -> bool:
        """The champion, or the last one before it that can be read."""
        champion = self.versions.champion(self.fingerprint)
        if champion is None:
            return False
        for record in (champion, *self.versions.earlier_champions(self.fingerprint)):
            try:
                built = self.build(record.version)
            except ModelUnusable as error:
                self._log.warning(error.message)
                continue
            if record.version != champion.version:
                self.versions.promote(
                    record.version,
                    at=rfc3339(time.time()),
                    by="start",
                    reason="Its files cannot be read.",
                )
            self._loaded(built)
            return True
        return False

    def _load_newest(self) -> bool:
        """A model that was stored before versions were recorded."""
        found = self.store.newest(self.fingerprint)
        if not found:
            return False
        try:
            built = self._build(*found)
        except ModelUnusable as error:
            self._log.warning(error.message)
            return False
        self._register(built.info, built.runner, None)
        self._loaded(built)
        return True

    def _loaded(self, built: BuiltModel) -> None:
        self.use(built)
        info = built.info
        self._log.info("Model loaded", version=info.version, trainedAt=info.trained_at)

    def _build(self, info: ModelInfo, states: dict[str, NodeState]) -> BuiltModel:
        runner = self._fresh()
        try:
            runner.load(states)
        except (KeyError, ValueError, TypeError) as error:
            raise ModelUnusable(
                "model-unusable",
                f"The stored model {info.version} cannot be used: {error}.",
                "Train again.",
                self.graph.model.id,
            ) from error
        return BuiltModel(info, runner, Reference.from_json(self.store.reference(info.version)))

    def _register(
        self, info: ModelInfo, runner: Runner, window: tuple[float, float] | None
    ) -> None:
        """Record a model that is champion at once, as there is none or too poor a one."""
        record = VersionRecord(
            version=info.version,
            fingerprint=self.fingerprint,
            state="champion",
            trained_at=info.trained_at,
            events=info.events,
            threshold=runner.graph.model.threshold,
            trigger="start",
            window=window,
            parent=self.info.version if self.info else None,
            revision=self._revision,
            promoted_at=info.trained_at,
        )
        self.versions.put_champion(record, "It had learned from fewer events than asked for.")

    def _fresh(self) -> Runner:
        """A runner of the same graph without anything learned."""
        return Runner(Graph.build(self.graph.spec), self._observe, self.runner.totals)
