"""The life of models: trained in the background, compared in the shadow, promoted, taken back.

What changes models is done by the thread of the stream, between two batches (`turn`); trainings
run in threads and processes of their own, and people ask through `commands`.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline_runtime.engine.continuous.commands import Commands
from pipeline_runtime.engine.continuous.drift import DriftMonitor
from pipeline_runtime.engine.continuous.gate import judge, refusal
from pipeline_runtime.engine.continuous.history import History
from pipeline_runtime.engine.continuous.schedule import Situation, due
from pipeline_runtime.engine.continuous.settings import LearningSettings
from pipeline_runtime.engine.continuous.shadow import Shadow
from pipeline_runtime.engine.continuous.swap import carry_over, restore_nodes, save_nodes
from pipeline_runtime.engine.continuous.train_process import Task
from pipeline_runtime.engine.continuous.trainer import Trained, Trainer
from pipeline_runtime.engine.live_state import LiveState
from pipeline_runtime.engine.models import BuiltModel, Models
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import CannotDo, ModelUnusable, NodeFailure, NoSuchVersion
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.metrics import Metrics
from pipeline_runtime.ports import LogEvents, Scores
from pipeline_runtime.storage.run_store import RunRecord, RunStore
from pipeline_runtime.storage.version_store import VersionRecord

_LOOK_SECONDS = 1.0
_INTERRUPT_SECONDS = 5.0

#: Makes everything durable that was scored so far.
Checkpoint = Callable[[], None]


@dataclass(frozen=True)
class LifecycleParts:
    """What it works with."""

    graph: Graph
    models: Models
    runs: RunStore
    metrics: Metrics
    log: JsonLog
    ring: Path
    revision: int | None


class Lifecycle:
    """One per engine; `begin`, `scored`, `turn` and `end` belong to the thread of the stream."""

    def __init__(self, parts: LifecycleParts) -> None:
        self._parts = parts
        self._models = parts.models
        self._versions = parts.models.versions
        self._runs = parts.runs
        self._log = parts.log
        self._node = parts.graph.model.id
        self.settings = LearningSettings.of(parts.graph.model.parameters)
        self.drift = DriftMonitor(self.settings.window_events, self.settings.drift_threshold)
        self.history = History(
            parts.models.fingerprint, self._versions, parts.models.store, parts.runs
        )
        self.commands = Commands()
        self.shadow: Shadow | None = None
        self._trainer: Trainer | None = None
        self._trained: deque[tuple[VersionRecord, BuiltModel]] = deque()
        self._history_changed = False
        self._checkpoint: Checkpoint = lambda: None
        self._next_look = 0.0
        #: Events since the latest training began; `None` while this process has begun none.
        self._new_events: int | None = None
        #: An endpoint answers requests with a model that stands still; this one follows the source.
        self._follower: Runner | None = None

    # The stream

    def begin(self, live: LiveState | None) -> None:
        """A model is in use, and what `live` holds is restored in its nodes."""
        info = self._models.info
        if info is None:
            return
        if self._parts.graph.mode == "serve":
            self._follower = self._models.build(info.version).runner
        self.drift.use(info.version, self._models.reference)
        self.drift.restore(live.drift if live else None)
        self.history.refresh()
        waiting = self._versions.challenger(self._models.fingerprint)
        if waiting is not None:
            self._attach_stored(waiting.version, live)
        self._recover()
        self._next_look = 0.0
        self.commands.open()

    @property
    def follows(self) -> bool:
        """Whether an endpoint, too, is to score what its source gives."""
        return self.settings.continuous or self.shadow is not None

    def follow(self, events: LogEvents) -> None:
        """Score events of the source of an endpoint, for drift and shadow only."""
        if self._follower is None or not self.follows:
            return
        begun = time.perf_counter()
        try:
            scores = self._follower.process(events)
        except NodeFailure as failure:
            self._log.warning(failure.message, node=failure.node)
            return
        self.scored(events, scores, time.perf_counter() - begun)

    def scored(self, events: LogEvents, scores: Scores, seconds: float) -> None:
        """The champion has scored a batch within `seconds`."""
        self.drift.add(scores.features)
        if self._new_events is not None:
            self._new_events += len(events)
        if self.shadow is not None:
            try:
                self.shadow.score(events, scores, seconds)
            except NodeFailure as failure:
                self._reject(self.shadow.version, f"It failed on an event: {failure.message}")

    def turn(self, checkpoint: Checkpoint) -> None:
        """Between two batches: do what is to be done."""
        now = time.monotonic()
        shadow = self.shadow
        judging = shadow is not None and shadow.complete and not shadow.judged
        if not (self.commands or self._trained or judging or now >= self._next_look):
            return
        self._checkpoint = checkpoint
        self._next_look = now + _LOOK_SECONDS
        self.commands.carry_out()
        try:
            while self._trained:
                self._attach(*self._trained.popleft())
            if judging and self.shadow is shadow:
                self._judge()
            self._train_if_due()
        except (OSError, sqlite3.Error, ModelUnusable) as error:
            # The stream goes on with the model that it has.
            self._log.error(f"The models cannot be looked after: {error}", node=self._node)

    def replaced(self) -> None:
        """The stream has trained a better first model by itself."""
        info = self._models.info
        if info is not None:
            if self._follower is not None:
                self._follower = self._models.build(info.version).runner
            self.drift.use(info.version, self._models.reference)
            self._history_changed = True
            waiting = self._versions.challenger(self._models.fingerprint)
            self.shadow = None
            if waiting is not None:
                self._attach_stored(waiting.version, None)
            self.history.prune()

    def end(self) -> None:
        """Stop; a training that is under way is begun again by whoever comes next."""
        self.commands.close()
        if self._trainer is not None:
            self._trainer.interrupt(_INTERRUPT_SECONDS)
            self._trainer = None
        # Their records are stored, so that the next one finds them.
        self._trained.clear()
        self.shadow = None
        self._follower = None

    def for_snapshot(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Challenger and drift, as a restart takes them over."""
        shadow = self.shadow
        challenger = None
        if shadow is not None:
            challenger = {
                "version": shadow.version,
                "nodes": save_nodes(shadow.runner),
                "shadow": shadow.as_json(),
            }
        return challenger, self.drift.as_json()

    # What people ask for

    def retrain(self, trigger: str, by: str | None) -> None:
        """Begin a training; raises `CannotDo` while one is under way."""

        def action() -> None:
            if self._trainer is not None and self._trainer.is_alive():
                raise CannotDo(
                    "training",
                    "A training is under way already.",
                    "Wait until it has ended.",
                    self._node,
                )
            self._start(self._new_run(trigger, by))

        self.commands.call(action)

    def promote(self, version: str, by: str) -> None:
        """Make a version the champion, whatever the gate said."""

        def action() -> None:
            record = self._known(version)
            if record.state == "champion":
                raise CannotDo(
                    "is-champion", f"Version {version} is the champion already.", "Do nothing."
                )
            if record.taken_back:
                raise CannotDo(
                    "taken-back",
                    f"Version {version} was taken back: {record.reason}",
                    "Train again instead.",
                )
            self._swap(
                self._built(version),
                lambda: self._versions.promote(
                    version,
                    at=_now(),
                    by=by,
                    reason=f"Version {version} took its place.",
                ),
            )
            self._parts.metrics.model_changed("promoted")
            self._log.info("Model promoted", node=self._node, version=version, by=by)

        self.commands.call(action)

    def reject(self, version: str, by: str, reason: str | None) -> None:
        """Give up on the challenger."""

        def action() -> None:
            record = self._known(version)
            if record.state != "challenger":
                raise CannotDo(
                    "no-challenger",
                    f"Version {version} is no challenger, but {record.state}.",
                    "Only a challenger can be rejected; roll back to replace the champion.",
                )
            self._reject(version, reason or f"Rejected by {by}.")

        self.commands.call(action)

    def roll_back(self, version: str | None, by: str, reason: str | None) -> None:
        """Take the champion back, and put an earlier one in its place."""

        def action() -> None:
            target = self._target(version)
            champion = self._models.info.version if self._models.info else None
            why = reason or f"Taken back by {by}."
            self._swap(
                self._built(target.version),
                lambda: self._versions.roll_back(target.version, at=_now(), by=by, reason=why),
            )
            self._parts.metrics.model_changed("rolled_back")
            self._log.warning(
                f"Version {champion} was taken back for version {target.version}: {why}",
                node=self._node,
            )

        self.commands.call(action)

    def _target(self, version: str | None) -> VersionRecord:
        if version is not None:
            record = self._known(version)
            if record.state != "archived":
                raise CannotDo(
                    "not-earlier",
                    f"Version {version} is {record.state}, and was not the champion before.",
                    "Name an archived version, or none for the last one.",
                )
            return record
        for record in self._versions.earlier_champions(self._models.fingerprint):
            if self._models.store.has(record.version):
                return record
        raise CannotDo(
            "no-earlier",
            "There is no earlier champion to go back to.",
            "Train again, or deploy an earlier revision.",
            self._node,
        )

    def _known(self, version: str) -> VersionRecord:
        record = self._versions.get(version)
        if record is None or record.fingerprint != self._models.fingerprint:
            raise NoSuchVersion(
                "no-such-version",
                f'There is no version "{version}" of this model.',
                "Look at GET /models for the versions that there are.",
            )
        if not self._models.store.has(version):
            raise CannotDo(
                "files-gone",
                f"The files of version {version} are no longer kept.",
                "Choose a later version, or train again.",
            )
        return record

    # The swap

    def _built(self, version: str) -> BuiltModel:
        """A version with live state: its own where there is one, and the stream's windows."""
        shadow = self.shadow
        stored = self._models.build(version)
        if shadow is not None and shadow.version == version:
            return replace(stored, runner=shadow.runner)
        restore_nodes(stored.runner, self._models.store.read_live(version))
        carry_over(self._stream_runner, stored.runner)
        return stored

    def _swap(self, built: BuiltModel, record: Callable[[], None]) -> None:
        """Replace the champion between two batches.

        Whatever moment the process ends at, the next one finds the old or the new champion, with
        all events up to the last commit counted once and a live state to go on from.
        """
        old = self._models.info
        self._checkpoint()
        if old is not None:
            self._models.store.write_live(old.version, save_nodes(self._stream_runner))
        record()
        shadow, self.shadow = self.shadow, None
        if self._follower is not None:
            self._follower = built.runner
            built = self._models.build(built.info.version)
        self._models.use(built)
        self.drift.use(built.info.version, built.reference)
        if shadow is not None and shadow.version != built.info.version:
            waiting = self._versions.challenger(self._models.fingerprint)
            if waiting is not None:
                self._compare(shadow.version, shadow.runner, shadow.reference)
        self._checkpoint()
        self._history_changed = True
        self.history.prune()

    @property
    def _stream_runner(self) -> Runner:
        return self._follower or self._models.runner

    # Challengers

    def _attach_stored(self, version: str, live: LiveState | None) -> None:
        try:
            built = self._models.build(version)
        except ModelUnusable as error:
            self._reject(version, error.message)
            return
        carry_over(self._stream_runner, built.runner)
        found = live.challenger if live else None
        known = found if found is not None and found.get("version") == version else None
        if known:
            restore_nodes(built.runner, known["nodes"])
        self._compare(version, built.runner, built.reference)
        if known and self.shadow is not None:
            self.shadow.restore(known["shadow"])
        record = self._versions.get(version)
        if self.shadow is not None and record is not None:
            self.shadow.judged = record.gate is not None

    def _attach(self, record: VersionRecord, built: BuiltModel) -> None:
        known = self._versions.get(record.version)
        if known is None or known.state != "challenger":
            # A roll-back came in between.
            return
        carry_over(self._stream_runner, built.runner)
        self._compare(record.version, built.runner, built.reference)
        self._log.info("Comparing in the shadow", node=self._node, version=record.version)

    def _compare(self, version: str, runner: Runner, reference: Any) -> None:
        info = self._models.info
        self.shadow = Shadow(
            version,
            runner,
            reference,
            info.version if info else "",
            self._models.reference,
            self.settings.shadow_events,
        )

    def _judge(self) -> None:
        """Let the gate decide about the challenger."""
        shadow = self.shadow
        if shadow is None:
            return
        shadow.judged = True
        gate = judge(shadow.compared, shadow.drift(), self.settings)
        self._versions.change(shadow.version, gate=gate)
        passed = bool(gate["passed"])
        self._log.info(
            "Gate passed" if passed else f"Gate not passed: {refusal(gate)}",
            node=self._node,
            version=shadow.version,
        )
        if not self.settings.automatic:
            return
        if not passed:
            self._reject(shadow.version, refusal(gate))
            return
        version = shadow.version
        self._swap(
            self._built(version),
            lambda: self._versions.promote(
                version, at=_now(), by="gate", reason=f"Version {version} took its place."
            ),
        )
        self._parts.metrics.model_changed("promoted")
        self._log.info("Model promoted", node=self._node, version=version, by="gate")

    def _reject(self, version: str, reason: str) -> None:
        self._versions.reject(version, at=_now(), reason=reason)
        if self.shadow is not None and self.shadow.version == version:
            self.shadow = None
        self._history_changed = True
        self._parts.metrics.model_changed("rejected")
        self._log.warning(f"Version {version} was rejected: {reason}", node=self._node)

    # Trainings

    def situation(self) -> Situation:
        """What decides about the next training."""
        return Situation(
            now=time.time(),
            continuous=self.settings.continuous,
            learned=self._models.info is not None,
            busy=self.training is not None or self.shadow is not None or bool(self._trained),
            last_training=self.history.last_training,
            interval=self.settings.retrain_every,
            new_events=self._new_events,
            drift=self.drift.largest if self.drift.is_full else None,
            drift_threshold=self.settings.drift_threshold,
            in_vain=self.history.in_vain,
        )

    def latest_run(self) -> RunRecord | None:
        """The latest training of this graph."""
        mine = (run for run in self._runs.all() if run.fingerprint == self._models.fingerprint)
        return next(mine, None)

    @property
    def training(self) -> str | None:
        """Id of the run that is under way."""
        trainer = self._trainer
        return trainer.run_id if trainer is not None and trainer.is_alive() else None

    def _train_if_due(self) -> None:
        if self._history_changed:
            self._history_changed = False
            self.history.refresh()
        trigger = due(self.situation())
        if trigger is not None:
            self._start(self._new_run(trigger, None))

    def _new_run(self, trigger: str, by: str | None) -> RunRecord:
        run = RunRecord(
            id=f"{time.strftime('%Y%m%d%H%M%S', time.gmtime())}{secrets.token_hex(4)}",
            trigger=trigger,
            state="queued",
            created_at=_now(),
            fingerprint=self._models.fingerprint,
            by=by,
            psi=self.drift.largest,
        )
        self._runs.save(run)
        return run

    def _start(self, run: RunRecord) -> None:
        self._new_events = 0
        self._log.info("Training begins", node=self._node, run=run.id, trigger=run.trigger)
        self._trainer = Trainer(
            self._runs,
            run,
            self._models.store,
            self._task,
            self._take_over,
            self._training_failed,
            self._log,
            self._node,
        )
        self._trainer.start()

    def _task(self, work: Path, version: str) -> Task:
        return Task(
            self._parts.graph.spec.document,
            str(self._parts.ring),
            self.settings.window_events,
            self._parts.graph.line_limit,
            version,
            str(work),
        )

    def _recover(self) -> None:
        """Begin a training again that the end of the process cut off."""
        for run in self._runs.all():
            if run.final:
                continue
            left = self._versions.trained_by(run.id)
            if left is not None:
                self._runs.change(run.id, state="succeeded", finished_at=_now(), model=left.version)
            elif run.fingerprint != self._models.fingerprint or self._trainer is not None:
                self._runs.change(run.id, state="cancelled", finished_at=_now())
            else:
                self._start(run)

    def _take_over(self, trained: Trained) -> None:
        """Called by the thread of the training."""
        store, run = self._models.store, trained.run
        store.adopt(trained.directory, trained.version)
        built = self._models.build(trained.version)
        champion = self._models.info
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
        self._versions.put_challenger(record, _now())
        self._runs.change(
            run.id,
            state="succeeded",
            finished_at=_now(),
            model=trained.version,
            metrics=trained.metrics,
        )
        self._log.info("Model trained", node=self._node, version=trained.version, run=run.id)
        self._trained.append((record, built))
        self._history_changed = True

    def _training_failed(self, run: RunRecord) -> None:
        """Called by the thread of the training."""
        self._history_changed = True


def _now() -> str:
    return rfc3339(time.time())
