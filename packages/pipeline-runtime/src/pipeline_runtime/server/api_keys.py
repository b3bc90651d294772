"""API keys: the process knows digests only, and re-reads their file when it changes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


class ApiKeys:
    """Keys by their SHA-256 in `{"sha256": ["hex", …]}`; no file or no entries: no key is right."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._digests: frozenset[str] = frozenset()

    def accepts(self, key: str) -> bool:
        """Whether this is a key of the pipeline."""
        self._refresh()
        return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest() in self._digests

    def _refresh(self) -> None:
        if self._path is None:
            return
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if seen == self._seen:
                return
            entries = json.loads(self._path.read_text("utf-8"))["sha256"]
            digests = frozenset(str(entry).lower() for entry in entries)
        except (OSError, ValueError, KeyError, TypeError):
            # A file that is away or half written must not let anybody in.
            self._digests, self._seen = frozenset(), None
            return
        self._digests, self._seen = digests, seen
