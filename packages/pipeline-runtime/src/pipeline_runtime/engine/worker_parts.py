"""What a worker works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.engine.continuous.lifecycle import Lifecycle
from pipeline_runtime.engine.engine_state import EngineState
from pipeline_runtime.engine.models import Models
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog
from pipeline_runtime.metrics import Metrics
from pipeline_runtime.storage.event_ring import EventRing
from pipeline_runtime.storage.state_store import StateStore


@dataclass
class WorkerParts:
    """What a worker works with."""

    graph: Graph
    models: Models
    lifecycle: Lifecycle
    state: EngineState
    metrics: Metrics
    log: JsonLog
    store: StateStore
    ring: EventRing
    data_dir: Path
    #: Called from the worker's thread when it ends by an error.
    on_crash: Callable[[], None]
