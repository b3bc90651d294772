"""API keys: the process knows digests only, and re-reads their file when it changes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


class ApiKeys:
    """Keys by their SHA-256 in `{"sha256": ["hex", …], "management": ["hex", …]}`.

    Without file or entries no key is right. A management key is the portal's: it may do what any
    key may, and look after models and runs besides.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._digests: frozenset[str] = frozenset()
        self._management: frozenset[str] = frozenset()

    def accepts(self, key: str) -> bool:
        """Whether this is a key of the pipeline."""
        self._refresh()
        digest = _digest(key)
        return digest in self._digests or digest in self._management

    def manages(self, key: str) -> bool:
        """Whether this key may look after models and runs."""
        self._refresh()
        return _digest(key) in self._management

    def _refresh(self) -> None:
        if self._path is None:
            return
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if seen == self._seen:
                return
            entries = json.loads(self._path.read_text("utf-8"))
            digests = _read(entries["sha256"])
            management = _read(entries.get("management", []))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # A file that is away or half written must not let anybody in.
            self._digests = self._management = frozenset()
            self._seen = None
            return
        self._digests, self._management, self._seen = digests, management, seen


def _read(entries: list[object]) -> frozenset[str]:
    return frozenset(str(entry).lower() for entry in entries)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
