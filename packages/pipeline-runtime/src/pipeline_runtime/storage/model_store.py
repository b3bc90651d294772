"""The models of a pipeline, numbered from 1."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.node import NodeState
from pipeline_runtime.storage.atomic import sync_directory, write_atomically
from pipeline_runtime.storage.model_directory import (
    ModelInfo,
    read_info,
    read_reference,
    read_states,
    write_model,
)

#: A directory that is younger may be one that another process is writing right now.
_UNFINISHED_SECONDS = 86_400.0
_LIVE = "live.json"
_KEPT = 4


class ModelStore:
    """Directories `1`, `2`, … each of which holds a model with the fingerprint of its graph."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def newest(self, fingerprint: str) -> tuple[ModelInfo, dict[str, NodeState]] | None:
        """The newest usable model of graphs with this fingerprint."""
        for number in sorted(self._numbers(), reverse=True):
            try:
                info, states = self.read(str(number))
            except ModelUnusable:
                continue
            if info.fingerprint == fingerprint:
                return info, states
        return None

    def any(self) -> bool:
        """Whether there is a model of any graph."""
        return bool(self._numbers())

    def has(self, version: str) -> bool:
        """Whether the files of a version are there."""
        return (self._directory / version / "MLmodel").exists()

    def read(self, version: str) -> tuple[ModelInfo, dict[str, NodeState]]:
        """A version; raises `ModelUnusable`."""
        directory = self._directory / version
        return read_info(directory), read_states(directory)

    def reference(self, version: str) -> dict[str, Any] | None:
        """Bins of the training events of a version."""
        return read_reference(self._directory / version)

    def write(
        self,
        describe: Callable[[str], ModelInfo],
        states: dict[str, NodeState],
        document: dict[str, Any],
        example: list[str],
        reference: dict[str, Any] | None = None,
        *,
        drop_old: bool = True,
        wanted: str = "1",
    ) -> ModelInfo:
        """Store a model under the next version, which `describe` is given.

        `drop_old`: keep the newest four; otherwise the caller prunes. `wanted`: see `claim`.
        """
        info = describe(self.claim(wanted))
        directory = self._directory / info.version
        write_model(directory, info, states, document, example, reference)
        if drop_old:
            for number in sorted(self._numbers(), reverse=True)[_KEPT:]:
                shutil.rmtree(self._directory / str(number), ignore_errors=True)
        return info

    def adopt(self, directory: Path, version: str) -> None:
        """Take over a directory that another process wrote, as a version that was claimed."""
        directory.replace(self._directory / version)
        sync_directory(self._directory)

    def claim(self, wanted: str = "1") -> str:
        """A version that no other process, such as the running release, writes as well.

        `wanted`, unless there are newer ones.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        least = int(wanted) if wanted.isdigit() and wanted.isascii() else 1
        while True:
            version = str(max(least, max(self._numbers(), default=0) + 1))
            try:
                (self._directory / version).mkdir()
            except FileExistsError:
                continue
            return version

    def give_back(self, version: str) -> None:
        """Let go of a version that was claimed, and that nothing was written to."""
        shutil.rmtree(self._directory / version, ignore_errors=True)

    def write_live(self, version: str, nodes: dict[str, dict[str, Any]]) -> None:
        """Keep the live state of a champion that retires, for a roll-back."""
        write_atomically(self._directory / version / _LIVE, json.dumps(nodes).encode())

    def read_live(self, version: str) -> dict[str, dict[str, Any]]:
        """What `write_live` kept; empty when there is nothing."""
        try:
            found = json.loads((self._directory / version / _LIVE).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def versions(self) -> list[str]:
        """Versions with files, oldest first."""
        return [str(number) for number in sorted(self._numbers())]

    def directory(self, version: str) -> Path:
        """Where the files of a version are."""
        return self._directory / version

    def prune(self, known: Collection[str], kept: Collection[str]) -> None:
        """Delete the files of versions that are `known` and not `kept`.

        What nobody knows is what a crash left, and is deleted after a day.
        """
        for number in self._numbers():
            version = str(number)
            directory = self._directory / version
            if version in kept:
                continue
            if version in known or _age(directory) > _UNFINISHED_SECONDS:
                shutil.rmtree(directory, ignore_errors=True)

    def _numbers(self) -> list[int]:
        if not self._directory.is_dir():
            return []
        return [int(path.name) for path in self._directory.iterdir() if path.name.isdigit()]


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
