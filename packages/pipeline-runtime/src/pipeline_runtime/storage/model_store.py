"""The models of a pipeline, numbered from 1."""

from __future__ import annotations

import shutil
from collections.abc import Callable
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

    def write(
        self,
        describe: Callable[[str], ModelInfo],
        states: dict[str, NodeState],
        document: dict[str, Any],
        example: list[str],
    ) -> ModelInfo:
        """Store a model under the next version, which `describe` is given; drop the oldest."""
        info = describe(self._claim())
        write_model(self._directory / info.version, info, states, document, example)
        for number in sorted(self._numbers(), reverse=True)[_KEPT:]:
            shutil.rmtree(self._directory / str(number), ignore_errors=True)
        return info

    def _claim(self) -> str:
        """A version that no other process, such as the running release, writes as well."""
        self._directory.mkdir(parents=True, exist_ok=True)
        while True:
            version = str(max(self._numbers(), default=0) + 1)
            try:
                (self._directory / version).mkdir()
            except FileExistsError:
                continue
            return version

    def _numbers(self) -> list[int]:
        if not self._directory.is_dir():
            return []
        return [int(path.name) for path in self._directory.iterdir() if path.name.isdigit()]
