"""The state of nodes that follows the stream, on disk every few seconds.

The offset is committed with every batch or so, this state more rarely. After a crash the events
between the two are read again for the state only: they are neither scored nor counted twice.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.storage.atomic import write_atomically


@dataclass(frozen=True)
class LiveState:
    """State of the nodes at one offset."""

    #: Version of the model that the state belongs to.
    model: str
    source: str
    offset: dict[str, Any]
    nodes: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, runner: Runner, model: str, source: str, offset: dict[str, Any]) -> LiveState:
        """The present state of the nodes."""
        nodes = {}
        for step in runner.graph.steps:
            state = step.node.save_live()
            if state is not None:
                nodes[step.node.id] = state
        return cls(model, source, offset, nodes)

    def write(self, path: Path) -> None:
        """Replace the file."""
        write_atomically(path, json.dumps(asdict(self), separators=(",", ":")).encode())

    def restore(self, runner: Runner) -> None:
        """Give the nodes their state back."""
        for step in runner.graph.steps:
            if step.node.id in self.nodes:
                step.node.load_live(self.nodes[step.node.id])

    @classmethod
    def read(cls, path: Path) -> LiveState | None:
        """What was written; `None` when there is nothing usable."""
        try:
            return cls(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
