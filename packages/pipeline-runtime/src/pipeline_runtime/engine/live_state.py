"""The state of nodes that follows the stream, on disk every few seconds.

The offset is committed with every batch or so, this state more rarely. After a crash the events
between the two are read again for the state only: they are neither scored nor counted twice.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.storage.atomic import write_atomically


@dataclass(frozen=True)
class LiveState:
    """State of the nodes at one offset."""

    #: Version of the model that the state belongs to.
    model: str
    source: str
    offset: dict[str, Any]
    nodes: dict[str, dict[str, Any]]
    #: The version in the shadow, its nodes, and what was compared.
    challenger: dict[str, Any] | None = None
    #: Counts of the latest events, for drift.
    drift: dict[str, Any] | None = None

    def nodes_of(self, version: str) -> dict[str, dict[str, Any]] | None:
        """State of the nodes of one model, champion or challenger of the time."""
        if version == self.model:
            return self.nodes
        if self.challenger is not None and self.challenger.get("version") == version:
            nodes: dict[str, dict[str, Any]] = self.challenger["nodes"]
            return nodes
        return None

    def write(self, path: Path) -> None:
        """Replace the file."""
        write_atomically(path, json.dumps(asdict(self), separators=(",", ":")).encode())

    @classmethod
    def read(cls, path: Path) -> LiveState | None:
        """What was written; `None` when there is nothing usable."""
        try:
            return cls(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
