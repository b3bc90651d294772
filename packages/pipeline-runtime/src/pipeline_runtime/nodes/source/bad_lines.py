"""Samples of lines that could not be read, so that a person can see what is wrong with them."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from pathlib import Path

from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.storage.atomic import write_atomically

_KEPT = 20
_LONGEST = 200
_MOST_ODD = 0.3
_CONTROL = dict.fromkeys([*range(9), *range(10, 32), 0x7F])


class BadLines:
    """The latest ones with their reasons. Safe for use by several threads."""

    def __init__(self) -> None:
        self._samples: deque[dict[str, str]] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._changed = False

    def keep_in(self, path: Path) -> None:
        """Go on with the samples of a file, and write there what comes."""
        self._path = path
        try:
            found = json.loads(path.read_bytes())
            samples = [
                {name: str(sample[name]) for name in ("time", "line", "reason")} for sample in found
            ]
        except (OSError, ValueError, TypeError, KeyError):
            return
        with self._lock:
            self._samples = deque(samples, maxlen=_KEPT)

    def note(self, line: str | bytes, reason: str) -> None:
        """Remember a line, shortened, with what is wrong with it."""
        text = line[: 4 * _LONGEST].decode("utf-8", "replace") if isinstance(line, bytes) else line
        text = "".join(
            c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:_LONGEST]
        )
        sample = {"time": rfc3339(time.time()), "line": text, "reason": reason}
        with self._lock:
            self._samples.append(sample)
            self._changed = True

    def latest(self) -> list[dict[str, str]]:
        """Newest first."""
        with self._lock:
            return list(reversed(self._samples))

    def save(self) -> None:
        """Write them down if there are new ones; a full disk costs the samples only."""
        with self._lock:
            if not self._changed or self._path is None:
                return
            self._changed = False
            body = json.dumps(list(self._samples)).encode()
        try:
            write_atomically(self._path, body)
        except OSError:
            self._changed = True


def why_unreadable(line: str) -> str | None:
    """What keeps a line from being text; a few odd characters do not."""
    if line.isprintable():
        return None
    if not line.strip():
        return "It is empty."
    # Those behind the part that models read do not matter, and long lines take long.
    part = line[:16_384]
    odd = part.count("\N{REPLACEMENT CHARACTER}") + len(part) - len(part.translate(_CONTROL))
    if odd > _MOST_ODD * len(part):
        return f"It is binary data: {odd} of {len(part)} characters are no text."
    return None
