"""The models of a pipeline, numbered from 1."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.node import NodeState
from pipeline_runtime.storage.model_directory import ModelInfo, read_info, read_states, write_model

_KEPT = 4


class ModelStore:
    """Directories `1`, `2`, … each of which holds a model with the fingerprint of its graph."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def newest(self, fingerprint: str) -> tuple[ModelInfo, dict[str, NodeState]] | None:
        """The newest usable model of graphs with this fingerprint."""
        for number in sorted(self._numbers(), reverse=True):
            directory = self._directory / str(number)
            try:
                info = read_info(directory)
                if info.fingerprint == fingerprint:
                    return info, read_states(directory)
            except ModelUnusable:
                continue
        return None

    def any(self) -> bool:
        """Whether there is a model of any graph."""
        return bool(self._numbers())

    def next_version(self) -> str:
        """Version of the model that is written next."""
        return str(max(self._numbers(), default=0) + 1)

    def write(
        self,
        info: ModelInfo,
        states: dict[str, NodeState],
        document: dict[str, Any],
        example: list[str],
    ) -> None:
        """Store a model, and drop the oldest."""
        write_model(self._directory / info.version, info, states, document, example)
        for number in sorted(self._numbers(), reverse=True)[_KEPT:]:
            shutil.rmtree(self._directory / str(number), ignore_errors=True)

    def _numbers(self) -> list[int]:
        if not self._directory.is_dir():
            return []
        return [int(path.name) for path in self._directory.iterdir() if path.name.isdigit()]
