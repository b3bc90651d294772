"""The thread that consumes the source: it learns first, then scores event by event."""

from __future__ import annotations

import threading
import time
import traceback

from pipeline_runtime.engine.continuous.swap import save_nodes
from pipeline_runtime.engine.learning import Learning
from pipeline_runtime.engine.live_state import LiveState
from pipeline_runtime.engine.recorder import Recorder
from pipeline_runtime.engine.resume import resume
from pipeline_runtime.engine.worker_parts import WorkerParts
from pipeline_runtime.errors import NodeFailure
from pipeline_runtime.nodes.source.source_node import SourceBatch, SourceNode
from pipeline_runtime.ports import LogEvents

_SNAPSHOT_SECONDS = 10.0
#: How often an endpoint that reads nothing more looks for something to do.
_IDLE_SECONDS = 0.2


class Worker(threading.Thread):
    """Runs from activation to deactivation; a new one is made for each activation."""

    def __init__(self, parts: WorkerParts) -> None:
        super().__init__(name="stream", daemon=True)
        self._parts = parts
        self._source: SourceNode = parts.graph.source
        self._stopping = threading.Event()
        self._state = parts.state
        self._source_key = f"{self._source.type_id}:{self._source.id}"
        parameters = parts.graph.deploy.parameters
        self._batch_size = int(getattr(parameters, "batch_size", 256))
        #: Seconds after which the source is looked at again at the latest; `None`: it decides.
        self._max_wait: float | None = None
        if parts.graph.mode == "stream":
            self._max_wait = parameters.max_wait_ms / 1000
        self._recorder = Recorder(
            parts.store,
            parts.ring,
            parts.state,
            parts.metrics,
            source=self._source_key,
            source_node=self._source.id,
            keep=int(getattr(parameters, "keep_anomalies", 1000)),
        )
        self._last_snapshot = time.monotonic()
        self._snapshot_interval = _SNAPSHOT_SECONDS
        self._last_offset: dict[str, object] | None = None

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    def stop(self, timeout: float) -> bool:
        """Stop consuming, and flush everything; false when that takes longer."""
        self._stopping.set()
        self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        """Consume until stopped."""
        try:
            self._consume()
        except Exception as error:
            self._parts.log.error(f"The stream stopped: {error}", traceback=traceback.format_exc())
            self._state.note_error(str(error), getattr(error, "node", None))
            self._state.phase, self._state.reason = "degraded", str(error)
            self._state.crashed = True
            self._parts.on_crash()
        finally:
            self._parts.lifecycle.end()
            self._source.close()
            self._parts.ring.close()

    def _consume(self) -> None:
        progress = self._parts.store.progress()
        if progress is not None:
            self._state.counters = {**self._state.counters, **progress.counters}
            if progress.source != self._source_key:
                progress = None
        if self._parts.models.info is None:
            self._source.open(self._parts.data_dir, progress.offset if progress else None)
            if not self._learn():
                return
            rest = None
            self._parts.lifecycle.begin(None)
        else:
            rest = resume(self._parts, self._source_key, progress, self._batch_size, self._stopping)
        self._set_running()
        if self._parts.graph.mode == "stream":
            self._stream(rest)
        else:
            self._drain(rest)

    def _learn(self) -> bool:
        """Collect the training events and train; false when stopped before."""
        learning = Learning(self._parts, self._source, self._stopping)
        collected = learning.collect()
        if collected is None:
            return False
        events, positions, offset, malformed = collected
        scores = self._parts.models.train(events)
        self._parts.ring.append(events)
        if self._parts.graph.mode == "stream":
            self._recorder.scored(scores, positions)
        self._recorder.malformed(malformed)
        self._recorder.reached(offset, positions[-1])
        self._last_offset = offset
        self._state.learning = None
        self._recorder.commit()
        self._snapshot()
        return True

    def _stream(self, rest: SourceBatch | None) -> None:
        """Score until stopped."""
        batch = rest
        while not self._stopping.is_set():
            if batch is None:
                batch = self._read()
            if len(batch):
                begun = time.perf_counter()
                self._handle(batch)
                self._parts.metrics.batch(time.perf_counter() - begun)
                if self._recorder.due:
                    self._recorder.commit()
                self._snapshot_if_due()
                self._train_again_if_due()
            else:
                self._recorder.commit()
                self._source.wait(self._stopping, self._max_wait)
            batch = None
            self._parts.lifecycle.turn(self._checkpoint)
            self._observe_source()
        self._recorder.commit()
        self._snapshot()

    def _drain(self, rest: SourceBatch | None) -> None:
        """An endpoint keeps what its source gives for a later training.

        A file is left alone once the model has learned from enough of it, unless the endpoint
        goes on learning.
        """
        lifecycle = self._parts.lifecycle
        batch = rest
        while not self._stopping.is_set():
            lifecycle.turn(self._checkpoint)
            models = self._parts.models
            learned = models.info is not None and not models.provisional
            if self._source.ends and learned and not lifecycle.follows:
                self._stopping.wait(_IDLE_SECONDS)
                continue
            batch = batch or self._read()
            if len(batch):
                self._parts.ring.append(batch.events)
                lifecycle.follow(batch.events)
                last = max([*batch.positions[-1:], *batch.malformed[-1:]])
                self._recorder.reached(batch.offset, last)
                self._recorder.commit()
                self._source.committed(batch.offset)
                self._train_again_if_due()
            else:
                self._source.wait(self._stopping)
            batch = None
            self._observe_source()

    def _read(self) -> SourceBatch:
        start = time.perf_counter()
        batch = self._source.read(self._batch_size)
        if len(batch):
            runner = self._parts.models.runner
            runner.timed(self._source, len(batch), time.perf_counter() - start)
            self._state.last_event_at = time.time()
        return batch

    def _handle(self, batch: SourceBatch) -> None:
        """Score one batch; an event on which a node fails is left out, and counted."""
        malformed = len(batch.malformed)
        if batch.positions:
            try:
                self._score(batch.events, batch.positions)
            except NodeFailure as failure:
                self._failed(failure)
                for i, position in enumerate(batch.positions):
                    event = batch.events.slice(i, i + 1)
                    try:
                        self._score(event, [position])
                    except NodeFailure as single:
                        self._failed(single)
                        self._source.bad_lines.note(event.lines[0], single.message)
                        malformed += 1
            self._parts.ring.append(batch.events)
        self._recorder.malformed(malformed)
        last = max([*batch.positions[-1:], *batch.malformed[-1:]], default=None)
        self._recorder.reached(batch.offset, last)
        self._last_offset = batch.offset

    def _score(self, events: LogEvents, positions: list[int]) -> None:
        begun = time.perf_counter()
        scores = self._parts.models.runner.process(events)
        seconds = time.perf_counter() - begun
        self._recorder.scored(scores, positions)
        self._parts.lifecycle.scored(events, scores, seconds)

    def _failed(self, failure: NodeFailure) -> None:
        self._state.note_error(failure.message, failure.node)
        cause = "".join(traceback.format_exception(failure))
        self._parts.log.error(failure.message, node=failure.node, traceback=cause)

    def _train_again_if_due(self) -> None:
        """A model that had to make do with few events is replaced once there are enough."""
        models = self._parts.models
        if not models.provisional:
            return
        seen = self._state.counters["events"] + self._recorder.pending_events
        if self._parts.graph.mode == "stream" and seen < models.required:
            return
        self._recorder.commit()
        self._parts.ring.flush()
        events: LogEvents = self._parts.ring.last(models.required)
        if len(events) >= models.required:
            models.train(events)
            self._parts.lifecycle.replaced()
            self._set_running()
            self._snapshot()

    def _snapshot_if_due(self) -> None:
        if time.monotonic() - self._last_snapshot >= self._snapshot_interval:
            self._recorder.commit()
            self._snapshot()
            # A large state is written more rarely, so that it takes 2 % of the time at most.
            took = time.monotonic() - self._last_snapshot
            self._snapshot_interval = max(_SNAPSHOT_SECONDS, 50 * took)

    def _snapshot(self) -> None:
        """Write the state of the nodes; all events up to it are committed."""
        self._last_snapshot = time.monotonic()
        info = self._parts.models.info
        if info is None or self._last_offset is None:
            return
        offset = dict(self._last_offset)
        challenger, drift = self._parts.lifecycle.for_snapshot()
        nodes = save_nodes(self._parts.models.runner)
        live = LiveState(info.version, self._source_key, offset, nodes, challenger, drift)
        live.write(self._parts.data_dir / "live.json")
        self._source.committed(offset)

    def _checkpoint(self) -> None:
        """Make everything durable, before and after the model in use is replaced."""
        self._recorder.commit()
        if self._parts.graph.mode == "stream":
            self._snapshot()
        if self._state.phase == "running":
            self._set_running()

    def _set_running(self) -> None:
        info = self._parts.models.info
        self._state.learning = None
        self._state.phase = "running"
        self._state.reason = info.note if info else None

    def _observe_source(self) -> None:
        """Show problems of the source while they last."""
        problem = self._source.problem
        if problem and self._state.phase != "degraded":
            self._parts.log.warning(problem, node=self._source.id)
            self._state.phase, self._state.reason = "degraded", problem
        elif not problem and self._state.phase == "degraded":
            self._set_running()
