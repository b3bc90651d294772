"""A log file that is cut into pieces, so that a run cannot fill the disk."""

from __future__ import annotations

from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
BACKUPS = 3
#: A longer line is cut.
_LONGEST = 65_536


class RotatingLog:
    """Appends lines to `path`; older ones are in `path.1`, `path.2`, …"""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, backups: int = BACKUPS) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._backups = backups
        self._file = path.open("ab")
        self._size = path.stat().st_size

    def write(self, line: bytes) -> None:
        """Append one line; its end is added where it is missing."""
        text = line.rstrip(b"\n")[:_LONGEST] + b"\n"
        if self._size and self._size + len(text) > self._max_bytes:
            self._rotate()
        self._file.write(text)
        self._file.flush()
        self._size += len(text)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._backups, 0, -1):
            newer = self._piece(number - 1)
            if newer.exists():
                newer.replace(self._piece(number))
        self._file = self._path.open("ab")
        self._size = 0

    def _piece(self, number: int) -> Path:
        return self._path if number == 0 else self._path.with_name(f"{self._path.name}.{number}")
