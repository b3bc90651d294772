"""Going on at the last commit."""

from __future__ import annotations

import threading
import time

from pipeline_runtime.engine.continuous.swap import carry_nodes, restore_nodes
from pipeline_runtime.engine.live_state import LiveState
from pipeline_runtime.engine.worker_parts import WorkerParts
from pipeline_runtime.nodes.source.source_node import SourceBatch
from pipeline_runtime.storage.state_store import Progress


def resume(
    parts: WorkerParts,
    source_key: str,
    progress: Progress | None,
    batch_size: int,
    stop: threading.Event,
) -> SourceBatch | None:
    """Open the source, and bring the state of the nodes up to the last commit.

    Events between the last snapshot and the commit are read again for the state only. What was
    read beyond the commit is returned, and is still to be scored.
    """
    source, lifecycle = parts.graph.source, parts.lifecycle
    live = LiveState.read(parts.data_dir / "live.json")
    if live is None or progress is None or live.source != source_key or not _restore(parts, live):
        source.open(parts.data_dir, progress.offset if progress else None)
        lifecycle.begin(None)
        return None
    lifecycle.begin(live)
    # The model of an endpoint stands still, whatever its source has given since.
    if parts.graph.mode == "serve" or not source.continues(live.offset, progress.offset):
        source.open(parts.data_dir, progress.offset)
        return None
    source.open(parts.data_dir, live.offset)
    while not stop.is_set():
        batch = source.read(batch_size)
        known = sum(1 for position in batch.positions if position <= progress.position)
        if known:
            events = batch.events.slice(0, known)
            begun = time.perf_counter()
            scores = parts.models.runner.process(events)
            lifecycle.scored(events, scores, time.perf_counter() - begun)
        malformed = [p for p in batch.malformed if p > progress.position]
        if known < len(batch.positions) or malformed or not len(batch):
            events = batch.events.slice(known, len(batch.positions))
            return SourceBatch(events, batch.positions[known:], batch.offset, malformed)
    return None


def _restore(parts: WorkerParts, live: LiveState) -> bool:
    """Give the nodes of the model in use their state; false when none of it fits."""
    models = parts.models
    if models.info is None:
        return False
    nodes = live.nodes_of(models.info.version)
    if nodes is not None:
        restore_nodes(models.runner, nodes)
        return True
    # The process ended just when another model had taken over.
    before = models.versions.get(live.model)
    if before is None or before.fingerprint != models.fingerprint:
        return False
    restore_nodes(models.runner, models.store.read_live(models.info.version))
    carry_nodes(live.nodes, models.runner)
    return True
