"""The model of a batch: the stored one, or one that is trained now."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.commands.run_files import RunFiles
from pipeline_runtime.commands.whole_source import first_events
from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.engine.models import FEWEST_EVENTS
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.ports import LogEvents
from pipeline_runtime.storage.model_directory import ModelInfo
from pipeline_runtime.storage.model_store import ModelStore

#: Models that stay, for a look at how they changed.
_KEPT = 4


@dataclass(frozen=True)
class BatchModel:
    """What a batch scores with."""

    runner: Runner
    info: ModelInfo
    #: Whether it was trained in this run.
    trained: bool


def choose_model(
    graph: Graph, store: ModelStore, files: RunFiles, log: JsonLog, version: str = "1"
) -> BatchModel:
    """The stored model, or one that is trained on the first events of the source.

    `version`: that of one that is trained, unless there are newer ones.
    """
    learn_again = bool(graph.deploy.parameters.learn_again)
    found = None if learn_again else stored_model(graph, store, log)
    if found is not None:
        return BatchModel(*found, trained=False)
    return BatchModel(
        *train_model(graph, training_events(graph, files, log), store, log, version),
        trained=True,
    )


def stored_model(graph: Graph, store: ModelStore, log: JsonLog) -> tuple[Runner, ModelInfo] | None:
    """The newest model of graphs that learn the same, unless it had to make do with few events."""
    found = store.newest(graph.fingerprint())
    if found is None or found[0].events < int(graph.model.parameters.training_events):
        return None
    info, states = found
    runner = Runner(Graph.build(graph.spec))
    try:
        runner.load(states)
    except (KeyError, ValueError, TypeError) as error:
        log.warning(f"The stored model {info.version} cannot be used: {error}.")
        return None
    log.info("Model loaded", version=info.version, trainedAt=info.trained_at)
    return runner, info


def training_events(graph: Graph, files: RunFiles, log: JsonLog) -> LogEvents:
    """The first events of the source, as many as the model learns from.

    Raises:
        CannotStart: `too-few-events`.
    """
    required = int(graph.model.parameters.training_events)

    def report(done: int, total: int) -> None:
        files.progress(done, total, "bytes", "Reading the training events")

    events, _ = first_events(graph.source, required, report)
    limit = graph.line_limit
    events.lines = [line[:limit] for line in events.lines]
    if len(events) < FEWEST_EVENTS:
        raise CannotStart(
            "too-few-events",
            f"{len(events)} events are too few to learn from.",
            f"Give at least {FEWEST_EVENTS}.",
            graph.model.id,
        )
    if len(events) < required:
        log.warning(
            f"The source has {len(events)} events, but the model learns from {required}.",
            node=graph.model.id,
        )
    return events


def train_model(
    graph: Graph, events: LogEvents, store: ModelStore, log: JsonLog, version: str
) -> tuple[Runner, ModelInfo]:
    """Train on the events, store the model, and load it again.

    The loaded one begins where every later run begins, so that the same input gets the same scores.
    """
    start = time.monotonic()
    trainer = Runner(Graph.build(graph.spec))
    reference = Reference.of(trainer.learn(events).features)
    states = trainer.save()
    count = len(events)

    def describe(version: str) -> ModelInfo:
        return ModelInfo(version, rfc3339(time.time()), count, graph.fingerprint())

    info = store.write(
        describe,
        states,
        graph.spec.document,
        events.lines[:5],
        reference.as_json() if reference else None,
        wanted=version,
    )
    keep_newest(store)
    runner = Runner(Graph.build(graph.spec))
    runner.load(states)
    log.info(
        "Model trained",
        node=graph.model.id,
        version=info.version,
        events=count,
        seconds=round(time.monotonic() - start, 3),
        threshold=runner.graph.model.threshold,
    )
    return runner, info


def keep_newest(store: ModelStore) -> None:
    """Delete all models but the newest ones; the caller has the store for itself."""
    versions = store.versions()
    store.prune(versions, versions[-_KEPT:])


@contextmanager
def exclusive_store(data_dir: Path) -> Iterator[ModelStore]:
    """The models of a pipeline, for one run at a time: two would train the same model twice."""
    data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(data_dir / "models.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield ModelStore(data_dir / "models")
    finally:
        os.close(handle)
