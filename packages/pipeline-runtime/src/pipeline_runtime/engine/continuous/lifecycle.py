"""The life of models: trained in the background, compared in the shadow, promoted, taken back.

What changes models is done by the thread of the stream, between two batches (`turn`); trainings
run in threads and processes of their own, and people ask through `commands`.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipeline_runtime.engine.continuous.commands import Commands
from pipeline_runtime.engine.continuous.drift import DriftMonitor
from pipeline_runtime.engine.continuous.gate import judge, refusal
from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.engine.continuous.schedule import Situation
from pipeline_runtime.engine.continuous.settings import LearningSettings
from pipeline_runtime.engine.continuous.shadow import Shadow
from pipeline_runtime.engine.continuous.swap import carry_over, restore_nodes, save_nodes
from pipeline_runtime.engine.continuous.trainings import TrainingParts, Trainings
from pipeline_runtime.engine.live_state import LiveState
from pipeline_runtime.engine.models import BuiltModel
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import ModelUnusable, NodeFailure
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.metrics import Metrics
from pipeline_runtime.ports import LogEvents, Scores

_LOOK_SECONDS = 1.0

#: Makes everything durable that was scored so far.
Checkpoint = Callable[[], None]


class Lifecycle:
    """One per engine; all but the properties belongs to the thread of the stream."""

    def __init__(self, parts: TrainingParts, metrics: Metrics) -> None:
        self._graph = parts.graph
        self._models = parts.models
        self._versions = parts.models.versions
        self._metrics = metrics
        self._log = parts.log
        self._node = parts.graph.model.id
        self.settings = LearningSettings.of(parts.graph.model.parameters)
        self.drift = DriftMonitor(self.settings.window_events, self.settings.drift_threshold)
        self.commands = Commands()
        self.shadow: Shadow | None = None
        self._trainings = Trainings(parts, self.settings, self.drift)
        self._checkpoint: Checkpoint = lambda: None
        self._next_look = 0.0
        #: An endpoint answers requests with a model that stands still; this follows the source.
        self._follower: Runner | None = None

    def begin(self, live: LiveState | None) -> None:
        """A model is in use, and what `live` holds is restored in its nodes."""
        info = self._models.info
        if info is None:
            return
        if self._graph.mode == "serve":
            self._follower = self._models.build(info.version).runner
        self.drift.use(info.version, self._models.reference)
        self.drift.restore(live.drift if live else None)
        self._attach_waiting(live)
        self._trainings.recover()
        self._next_look = 0.0
        self.commands.open()

    @property
    def follows(self) -> bool:
        """Whether an endpoint, too, is to score what its source gives."""
        return self.settings.continuous or self.shadow is not None

    @property
    def active(self) -> bool:
        """Whether this process looks after the models."""
        return self.commands.is_open

    @property
    def situation(self) -> Situation:
        """What decides about the next training."""
        return self._trainings.situation(self.shadow is not None)

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
        self._trainings.count(len(events))
        if self.shadow is not None:
            try:
                self.shadow.score(events, scores, seconds)
            except NodeFailure as failure:
                self.reject(self.shadow.version, f"It failed on an event: {failure.message}")

    def turn(self, checkpoint: Checkpoint) -> None:
        """Between two batches: do what is to be done."""
        now = time.monotonic()
        shadow = self.shadow
        judging = shadow is not None and shadow.complete and not shadow.judged
        asked = self.commands or self._trainings.left_model
        if not (asked or judging or now >= self._next_look):
            return
        self._checkpoint = checkpoint
        self._next_look = now + _LOOK_SECONDS
        self.commands.carry_out()
        try:
            while (trained := self._trainings.next_trained()) is not None:
                record, built = trained
                carry_over(self._stream_runner, built.runner)
                self._compare(record.version, built.runner, built.reference)
                self._log.info("Comparing in the shadow", node=self._node, version=record.version)
            if judging and self.shadow is shadow:
                self._judge()
            trigger = self._trainings.due(self.shadow is not None)
            if trigger is not None:
                self.train(trigger, None)
        except Exception as error:
            # Whatever it is, the stream goes on with the model that it has.
            self._log.error(
                f"The models cannot be looked after: {error}",
                node=self._node,
                traceback=traceback.format_exc(),
            )

    def replaced(self) -> None:
        """The stream has trained a better first model by itself."""
        info = self._models.info
        if info is None:
            return
        if self._follower is not None:
            self._follower = self._models.build(info.version).runner
        self.drift.use(info.version, self._models.reference)
        self.shadow = None
        self._attach_waiting(None)
        self._trainings.changed()

    def end(self) -> None:
        """Stop; a training that is under way is begun again by whoever comes next."""
        self.commands.close()
        self._trainings.interrupt()
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

    def train(self, trigger: str, by: str | None) -> None:
        """Begin a training on all events so far; raises `CannotDo` while one is under way."""
        self._checkpoint()
        self._trainings.begin(trigger, by)

    def promote(self, version: str, by: str) -> None:
        """Make a version the champion."""
        reason = f"Version {version} took its place."
        self._swap(
            self._built(version),
            lambda: self._versions.promote(version, at=_now(), by=by, reason=reason),
        )
        self._metrics.model_changed("promoted")
        self._log.info("Model promoted", node=self._node, version=version, by=by)

    def roll_back(self, to: str, by: str, reason: str) -> None:
        """Take the champion back, and make an earlier one the champion again."""
        champion = self._models.info.version if self._models.info else None
        self._swap(
            self._built(to),
            lambda: self._versions.roll_back(to, at=_now(), by=by, reason=reason),
        )
        self._metrics.model_changed("rolled_back")
        text = f"Version {champion} was taken back for version {to}: {reason}"
        self._log.warning(text, node=self._node)

    def reject(self, version: str, reason: str) -> None:
        """Give up on the challenger."""
        self._versions.reject(version, at=_now(), reason=reason)
        if self.shadow is not None and self.shadow.version == version:
            self.shadow = None
        self._trainings.changed()
        self._metrics.model_changed("rejected")
        self._log.warning(f"Version {version} was rejected: {reason}", node=self._node)

    def _judge(self) -> None:
        """Let the gate decide about the challenger."""
        shadow = self.shadow
        if shadow is None:
            return
        shadow.judged = True
        gate = judge(shadow.compared, shadow.drift(), self.settings)
        self._versions.change(shadow.version, gate=gate)
        passed = bool(gate["passed"])
        text = "Gate passed" if passed else f"Gate not passed: {refusal(gate)}"
        self._log.info(text, node=self._node, version=shadow.version)
        if self.settings.automatic and passed:
            self.promote(shadow.version, "gate")
        elif self.settings.automatic:
            self.reject(shadow.version, refusal(gate))

    def _built(self, version: str) -> BuiltModel:
        """A version with live state: its own where there is one, and the stream's windows."""
        built = self._models.build(version)
        if self.shadow is not None and self.shadow.version == version:
            return replace(built, runner=self.shadow.runner)
        restore_nodes(built.runner, self._models.store.read_live(version))
        carry_over(self._stream_runner, built.runner)
        return built

    def _swap(self, built: BuiltModel, record: Callable[[], None]) -> None:
        """Replace the champion between two batches.

        Whatever moment the process ends at, the next one finds the old or the new champion, with
        all events up to the last commit counted once and a live state to go on from.
        """
        old = self._models.info
        still = self._models.build(built.info.version) if self._follower is not None else built
        self._checkpoint()
        if old is not None:
            self._models.store.write_live(old.version, save_nodes(self._stream_runner))
        record()
        if self._follower is not None:
            self._follower = built.runner
        self._models.use(still)
        self.drift.use(built.info.version, built.reference)
        shadow, self.shadow = self.shadow, None
        waiting = self._versions.challenger(self._models.fingerprint)
        if shadow is not None and waiting is not None and waiting.version == shadow.version:
            # Another version was promoted: the comparison begins anew, with the new champion.
            self._compare(shadow.version, shadow.runner, shadow.reference)
        self._checkpoint()
        self._trainings.changed()

    @property
    def _stream_runner(self) -> Runner:
        return self._follower or self._models.runner

    def _attach_waiting(self, live: LiveState | None) -> None:
        """Go on with a challenger of an earlier process."""
        waiting = self._versions.challenger(self._models.fingerprint)
        if waiting is None:
            return
        version = waiting.version
        try:
            built = self._models.build(version)
        except ModelUnusable as error:
            self.reject(version, error.message)
            return
        carry_over(self._stream_runner, built.runner)
        shadow = self._compare(version, built.runner, built.reference)
        # Without a person to wait for, what the gate saw before a crash is judged again.
        shadow.judged = waiting.gate is not None and not self.settings.automatic
        found = live.challenger if live else None
        if found is not None and found.get("version") == version:
            restore_nodes(built.runner, found["nodes"])
            shadow.restore(found["shadow"])

    def _compare(self, version: str, runner: Runner, reference: Reference | None) -> Shadow:
        info = self._models.info
        self.shadow = Shadow(
            version,
            runner,
            reference,
            info.version if info else "",
            self._models.reference,
            self.settings.shadow_events,
        )
        return self.shadow


def _now() -> str:
    return rfc3339(time.time())
