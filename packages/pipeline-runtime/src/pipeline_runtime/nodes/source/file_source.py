"""Base of sources that follow a file of this machine."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.source_node import Offset, SourceNode
from pipeline_runtime.storage.log_tail import LogTail, lag_behind

#: What an offset says of the file, beside where in it to go on.
_FILE = ("path", "generation", "device", "inode")


class FileSource(SourceNode):
    """Follows a file through rotation and truncation, from a durable offset.

    Its parameters have `path` and `poll_interval_ms`, and may have `start_at`.
    """

    ends = True
    _tail: LogTail | None = None
    _received = 0
    _lost = 0
    _at: float | None = None

    @property
    def path(self) -> str:
        """Where the file is.

        Raises:
            CannotStart: it comes with each run, and this one brought none.
        """
        path: str | None = self.parameters.path
        if path is None:
            raise CannotStart(
                "source-no-file",
                f'The source "{self.id}" reads a file that comes with each run, but there is none.',
                "Start the run with a file, or enter the path of one in the pipeline.",
                self.id,
            )
        return path

    def check(self) -> None:
        """The file must exist and be readable."""
        path = Path(self.path)
        if not path.exists():
            raise CannotStart(
                "source-missing",
                f"The file {path} does not exist.",
                "Correct the path, or create the file before the start.",
                self.id,
            )
        if not path.is_file() or not os.access(path, os.R_OK):
            raise CannotStart(
                "source-unreadable",
                f"{path} is not a file that this process may read.",
                "Give the user that runs the pipeline read access (often the group adm).",
                self.id,
            )

    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Open the file; `data_dir` is not used."""
        self.close()
        from_end = getattr(self.parameters, "start_at", "beginning") == "end"
        self._tail = LogTail(
            Path(self.path), from_end=from_end, offset=offset, note=self.bad_lines.note
        )
        self._received = int((offset or {}).get("received", 0))
        self._lost = int((offset or {}).get("lost", 0))
        self._at = (offset or {}).get("at")

    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """One poll interval at most."""
        interval = self.parameters.poll_interval_ms / 1000
        stop.wait(interval if seconds is None else min(seconds, interval))

    def continues(self, earlier: Offset, later: Offset) -> bool:
        """Both are in the same file."""
        return all(earlier[name] == later[name] for name in _FILE)

    def lag_bytes(self, offset: Offset) -> int:
        """Bytes of the file, and of rotated ones, behind an offset."""
        return lag_behind(Path(self.path), offset)

    @property
    def problem(self) -> str | None:
        """The file is away, or may not be read."""
        return self._tail.problem if self._tail else None

    def close(self) -> None:
        """Close the file."""
        if self._tail:
            self._tail.close()
            self._tail = None

    def counted(self, offset: Offset, events: int) -> Offset:
        """An offset of the tail, with what came up to there."""
        self._received += events
        if events:
            self._at = time.time()
        self._lost += self.tail.take_lost()
        counts: Offset = {"received": self._received, "lost": self._lost}
        return {**offset, **counts, **({"at": self._at} if self._at else {})}

    @property
    def tail(self) -> LogTail:
        """The opened file."""
        if self._tail is None:
            raise RuntimeError("the source was not opened")
        return self._tail
