"""The trainings of a pipeline, one directory each: `run.json`, `log.jsonl`, `model.tar.gz`."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pipeline_runtime.storage.atomic import write_atomically

RunState = Literal["queued", "running", "succeeded", "failed", "cancelled"]

#: Runs that are kept.
_KEPT = 20
#: Lines of a log; a run says far less.
_MOST_LINES = 5_000
_ARTIFACTS = frozenset({"model.tar.gz"})


@dataclass(frozen=True)
class RunRecord:
    """One training; times are RFC 3339."""

    id: str
    trigger: str
    state: RunState
    created_at: str
    #: Fingerprint of the graph that is trained.
    fingerprint: str
    started_at: str | None = None
    finished_at: str | None = None
    #: As the API tells it: done, total, unit, message.
    progress: dict[str, Any] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    #: Version of the model that came out.
    model: str | None = None
    #: As the API tells it: code, message, hint, node.
    failure: dict[str, Any] | None = None
    #: How often it was begun; more than once after a crash.
    attempts: int = 0
    #: Version that its model is to get.
    claimed: str | None = None
    #: Who asked for it.
    by: str | None = None
    #: Drift when it was asked for.
    psi: float | None = None

    @property
    def final(self) -> bool:
        """Whether nothing follows this state."""
        return self.state not in ("queued", "running")


class RunStore:
    """Directories by the id of the run. Safe for use by several threads of one process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()

    def directory(self, run: str) -> Path:
        """Where the files of a run lie."""
        return self._directory / run

    def save(self, record: RunRecord) -> None:
        """Write a run; the oldest beyond the limit are deleted when a new one begins."""
        with self._lock:
            path = self.directory(record.id) / "run.json"
            is_new = not path.exists()
            write_atomically(path, json.dumps(asdict(record), indent=2).encode())
        if is_new:
            for old in self.all()[_KEPT:]:
                shutil.rmtree(self.directory(old.id), ignore_errors=True)

    def change(self, run: str, **values: Any) -> RunRecord:
        """Set fields of a run; the new record."""
        record = self.get(run)
        if record is None:
            raise KeyError(run)
        record = replace(record, **values)
        self.save(record)
        return record

    def get(self, run: str) -> RunRecord | None:
        """A run, or `None` when there is none with that id."""
        if not run.isalnum():
            return None
        return _read(self.directory(run) / "run.json")

    def all(self) -> list[RunRecord]:
        """All runs, newest first."""
        found = (_read(path) for path in self._directory.glob("*/run.json"))
        records = [record for record in found if record is not None]
        return sorted(records, key=lambda record: (record.created_at, record.id), reverse=True)

    def write_log(self, run: str, line: dict[str, Any]) -> None:
        """Append a line; its sequence is added."""
        path = self.directory(run) / "log.jsonl"
        with self._lock:
            count = _count_lines(path)
            if count >= _MOST_LINES:
                return
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"sequence": count + 1, **line}, ensure_ascii=False) + "\n")

    def log(self, run: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Lines behind a sequence number."""
        items: list[dict[str, Any]] = []
        try:
            with (self.directory(run) / "log.jsonl").open(encoding="utf-8") as file:
                for text in file:
                    # A crash may leave half a line behind.
                    try:
                        line = json.loads(text)
                    except ValueError:
                        continue
                    if line["sequence"] > after:
                        items.append(line)
                    if len(items) >= limit:
                        break
        except FileNotFoundError:
            return []
        return items

    def artifact(self, run: str, name: str) -> Path | None:
        """A file that a run left."""
        path = self.directory(run) / name
        known = name in _ARTIFACTS and self.get(run) is not None
        return path if known and path.is_file() else None


def _read(path: Path) -> RunRecord | None:
    try:
        return RunRecord(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _count_lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except FileNotFoundError:
        return 0
