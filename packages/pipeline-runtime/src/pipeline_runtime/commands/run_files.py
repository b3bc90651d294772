"""What a run tells whoever started it: how far it is, and what came out, as small JSON files."""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from pathlib import Path
from typing import Any

from pipeline_runtime.storage.atomic import write_atomically

_PROGRESS_SECONDS = 0.5


def add_run_file_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of every command that can be a run."""
    parser.add_argument("--progress", type=Path, help="file that says how far it is")
    parser.add_argument("--result", type=Path, help="file that says what came out")
    parser.add_argument("--secrets-fd", type=int, help="descriptor to read secrets from, once")


class RunFiles:
    """Writes `progress.json` and `result.json`; does nothing without their paths."""

    def __init__(self, progress: Path | None, result: Path | None) -> None:
        self._progress = progress
        self._result = result
        self._written = 0.0
        self.started = time.monotonic()

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> RunFiles:
        """As the command line asks."""
        return cls(arguments.progress, arguments.result)

    def progress(self, done: int, total: int | None, unit: str, message: str) -> None:
        """How far it is; writes every half second at most, and when it is all."""
        now = time.monotonic()
        complete = total is not None and done >= total
        if self._progress is None or (now - self._written < _PROGRESS_SECONDS and not complete):
            return
        self._written = now
        value: dict[str, Any] = {"done": done, "unit": unit, "message": message}
        if total is not None:
            value["total"] = max(total, done)
        # Not synced: after a power cut nobody asks how far it was.
        temporary = self._progress.with_name(f".{self._progress.name}.{os.getpid()}.tmp")
        temporary.write_text(json.dumps(value), "utf-8")
        temporary.replace(self._progress)

    def result(self, metrics: dict[str, float], model: str | None = None) -> None:
        """Figures of the run, `seconds` added, and the version of the model."""
        if self._result is None:
            return
        figures = {**metrics, "seconds": round(time.monotonic() - self.started, 3)}
        figures = {name: value for name, value in figures.items() if math.isfinite(value)}
        write_atomically(
            self._result, json.dumps({"metrics": figures, "model": model}).encode("utf-8")
        )
