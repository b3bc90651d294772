"""What workers that share a run leave at the portal for whoever puts it together.

Worker i of n leaves files `part-<i>-of-<n>.…`, and as the last one its marker
`result-<i>-of-<n>.json`, which names them with their digests. Without a marker nothing was done.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime import __version__
from pipeline_runtime.errors import CannotStart, TryAgain
from pipeline_runtime.exchange.run_exchange import RunExchange, SentFile
from pipeline_runtime.exchange.transfer import digest_of


@dataclass(frozen=True)
class Part:
    """What one worker has left."""

    #: By the ending of their names, such as `.csv`.
    files: dict[str, SentFile]
    #: Figures that belong to them.
    document: dict[str, Any]


def task_digest(*items: Any) -> str:
    """Equal where the same work is shared in the same way by the same version of the runtime."""
    text = json.dumps([__version__, *items], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Parts:
    """The parts of one run; `work` is the folder for files on their way."""

    def __init__(self, exchange: RunExchange, task: str, of: int, work: Path) -> None:
        self._exchange = exchange
        self._task = task
        self._of = of
        self._work = work

    def name(self, index: int, ending: str) -> str:
        """Name of a file of a part."""
        return f"part-{index}-of-{self._of}{ending}"

    def is_done(self, index: int) -> bool:
        """Whether a worker before has done it."""
        sent = self._exchange.files()
        marker = sent.get(self._marker(index))
        return marker is not None and self._complete(self._read(marker), sent) is not None

    def send(self, index: int, files: dict[str, Path], document: dict[str, Any]) -> None:
        """Upload a part; it counts from the moment in which the last file is there."""
        sent: dict[str, dict[str, Any]] = {}
        for ending, path in files.items():
            name = self.name(index, ending)
            self._exchange.send(path, name)
            sent[ending] = asdict(SentFile(name, path.stat().st_size, digest_of(path)))
        marker = self._work / self._marker(index)
        value = {"task": self._task, "files": sent, "document": document}
        marker.write_text(json.dumps(value), "utf-8")
        self._exchange.send(marker)

    def all(self) -> list[Part]:
        """The parts of all workers, in their order; raises `CannotStart` unless all are there."""
        sent = self._exchange.files()
        parts: list[Part] = []
        missing: list[int] = []
        for index in range(self._of):
            marker = sent.get(self._marker(index))
            value = None if marker is None else self._complete(self._read(marker), sent)
            if value is None:
                missing.append(index)
                continue
            files = {ending: SentFile(**file) for ending, file in value["files"].items()}
            parts.append(Part(files, value["document"]))
        if missing:
            which = ", ".join(map(str, missing))
            raise CannotStart(
                "parts-missing",
                f"Of {self._of} workers, these have left no part of this run: {which}.",
                "Repeat the run; all workers need the same spec, input and version of the image.",
            )
        return parts

    def fetch(self, file: SentFile) -> Path:
        """Fetch a file of a part; the caller deletes it."""
        target = self._work / file.name
        self._exchange.fetch(file, target)
        return target

    def _marker(self, index: int) -> str:
        return f"result-{index}-of-{self._of}.json"

    def _read(self, marker: SentFile) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="marker-", dir=self._work) as folder:
            path = Path(folder) / marker.name
            self._exchange.fetch(marker, path)
            try:
                value = json.loads(path.read_bytes())
            except ValueError as error:
                raise TryAgain(
                    "part-unreadable",
                    f"{marker.name} cannot be read: {error}.",
                    "Repeat the run.",
                ) from error
        return value if isinstance(value, dict) else {}

    def _complete(self, value: dict[str, Any], sent: dict[str, SentFile]) -> dict[str, Any] | None:
        """The marker, when it is of this work and all its files are there."""
        if value.get("task") != self._task:
            return None
        for file in value["files"].values():
            found = sent.get(file["name"])
            if found is None or found.digest != file["digest"]:
                return None
        return value
