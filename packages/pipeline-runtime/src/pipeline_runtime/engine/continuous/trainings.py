"""Trainings of a pipeline: begun when due or asked for, one at a time, taken over when done."""

from __future__ import annotations

import secrets
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.engine.continuous.drift import DriftMonitor
from pipeline_runtime.engine.continuous.history import History
from pipeline_runtime.engine.continuous.schedule import Situation, due
from pipeline_runtime.engine.continuous.settings import LearningSettings
from pipeline_runtime.engine.continuous.train_process import Task
from pipeline_runtime.engine.continuous.trainer import Trained, Trainer
from pipeline_runtime.engine.models import BuiltModel, Models
from pipeline_runtime.errors import CannotDo
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.storage.run_store import RunRecord, RunStore
from pipeline_runtime.storage.version_store import VersionRecord

_INTERRUPT_SECONDS = 5.0


@dataclass(frozen=True)
class TrainingParts:
    """What trainings work with."""

    graph: Graph
    models: Models
    runs: RunStore
    log: JsonLog
    #: Directory of the retained events.
    ring: Path
    revision: int | None


class Trainings:
    """Belongs to the thread of the stream, but for what a `Trainer` calls."""

    def __init__(
        self, parts: TrainingParts, settings: LearningSettings, drift: DriftMonitor
    ) -> None:
        self._parts = parts
        self._models = parts.models
        self._settings = settings
        self._drift = drift
        self._history = History(
            parts.models.fingerprint, parts.models.versions, parts.models.store, parts.runs
        )
        self._history_changed = True
        self._trainer: Trainer | None = None
        self._trained: deque[tuple[VersionRecord, BuiltModel]] = deque()
        #: Events since the latest training began; `None` while this process has begun none.
        self._new_events: int | None = None

    @property
    def running(self) -> bool:
        """Whether a training is under way, or has just left a model that nobody took yet."""
        under_way = self._trainer is not None and self._trainer.is_alive()
        return under_way or self.left_model

    @property
    def left_model(self) -> bool:
        """Whether a model came out that nobody took yet."""
        return bool(self._trained)

    def count(self, events: int) -> None:
        """That many events have arrived."""
        if self._new_events is not None:
            self._new_events += events

    def changed(self) -> None:
        """A version was promoted, rejected or taken back."""
        self._history_changed = True
        self._history.prune()

    def situation(self, comparing: bool) -> Situation:
        """What decides about the next training; `comparing`: a challenger is in the shadow."""
        return Situation(
            now=time.time(),
            continuous=self._settings.continuous,
            learned=self._models.info is not None,
            busy=comparing or self.running,
            last_training=self._history.last_training,
            interval=self._settings.retrain_every,
            new_events=self._new_events,
            drift=self._drift.largest if self._drift.is_full else None,
            drift_threshold=self._settings.drift_threshold,
            in_vain=self._history.in_vain,
        )

    def due(self, comparing: bool) -> str | None:
        """Why a training is to begin right now."""
        if self._history_changed:
            self._history_changed = False
            self._history.refresh()
        return due(self.situation(comparing))

    def begin(self, trigger: str, by: str | None) -> None:
        """Begin a training; raises `CannotDo` while one is under way."""
        if self.running:
            raise CannotDo(
                "training",
                "A training is under way already.",
                "Wait until it has ended.",
                self._parts.graph.model.id,
            )
        run = RunRecord(
            id=f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}{secrets.token_hex(4)}",
            trigger=trigger,
            state="queued",
            created_at=_now(),
            fingerprint=self._models.fingerprint,
            by=by,
            psi=self._drift.largest,
        )
        self._parts.runs.save(run)
        self._start(run)

    def recover(self) -> None:
        """Begin a training again that the end of a process cut off."""
        self._history.refresh()
        runs = self._parts.runs
        for run in runs.all():
            if run.final:
                continue
            left = self._models.versions.trained_by(run.id)
            if left is not None:
                runs.change(run.id, state="succeeded", finished_at=_now(), model=left.version)
            elif run.fingerprint != self._models.fingerprint or self.running:
                runs.change(run.id, state="cancelled", finished_at=_now())
            else:
                self._start(run)

    def interrupt(self) -> None:
        """Stop; a training that is under way is begun again by whoever comes next."""
        if self._trainer is not None:
            self._trainer.interrupt(_INTERRUPT_SECONDS)
            self._trainer = None
        # Their records are stored, so that the next one finds them.
        self._trained.clear()

    def next_trained(self) -> tuple[VersionRecord, BuiltModel] | None:
        """A model that came out, and is a challenger still."""
        while self._trained:
            record, built = self._trained.popleft()
            known = self._models.versions.get(record.version)
            if known is not None and known.state == "challenger":
                return record, built
        return None

    def _start(self, run: RunRecord) -> None:
        self._new_events = 0
        node = self._parts.graph.model.id
        self._parts.log.info("Training begins", node=node, run=run.id, trigger=run.trigger)
        self._trainer = Trainer(
            self._parts.runs,
            run,
            self._models.store,
            self._task,
            self._take_over,
            self._failed,
            self._parts.log,
            node,
        )
        self._trainer.start()

    def _task(self, work: Path, version: str) -> Task:
        return Task(
            self._parts.graph.spec.document,
            str(self._parts.ring),
            self._settings.window_events,
            self._parts.graph.line_limit,
            version,
            str(work),
        )

    def _take_over(self, trained: Trained) -> None:
        """Called by the thread of the training."""
        run, champion = trained.run, self._models.info
        self._models.store.adopt(trained.directory, trained.version)
        built = self._models.build(trained.version)
        record = VersionRecord(
            version=trained.version,
            fingerprint=self._models.fingerprint,
            state="challenger",
            trained_at=trained.trained_at,
            events=built.info.events,
            threshold=built.runner.graph.model.threshold,
            trigger=run.trigger,
            window=trained.window,
            parent=champion.version if champion else None,
            run=run.id,
            revision=self._parts.revision,
            psi=run.psi,
        )
        self._models.versions.put_challenger(record, _now())
        self._parts.runs.change(
            run.id,
            state="succeeded",
            finished_at=_now(),
            model=trained.version,
            metrics=trained.metrics,
        )
        self._parts.log.info(
            "Model trained",
            node=self._parts.graph.model.id,
            version=trained.version,
            run=run.id,
            **trained.metrics,
        )
        self._trained.append((record, built))
        self._history_changed = True

    def _failed(self, run: RunRecord) -> None:
        """Called by the thread of the training."""
        self._history_changed = True


def _now() -> str:
    return rfc3339(time.time())
