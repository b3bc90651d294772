"""Events that others sent, on disk before they are acknowledged.

An SQLite database with `synchronous=FULL`: a committed append was fsynced. Several processes may
append at once, as they do while one release hands over to the next.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pipeline_runtime.storage.database import open_database

#: The most recent ids that are recognised when they come again.
_REMEMBERED_IDS = 200_000
#: Characters after which a batch is full.
_MOST_CHARACTERS = 16_777_216

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  line TEXT NOT NULL,
  -- characters of this line and of those before it
  total INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE);
-- `received`, and whatever else its users count together with it
CREATE TABLE IF NOT EXISTS count (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class PushedEvent:
    """One event of a request; an `id` makes sending it again harmless."""

    line: str
    source: str = "push"
    id: str | None = None


class Spool:
    """A durable queue with sequence numbers."""

    def __init__(self, path: Path) -> None:
        self._connection = open_database(path, _SCHEMA)
        self._lock = threading.Lock()
        self._arrival = threading.Event()

    def append(
        self, events: Sequence[PushedEvent], counts: Mapping[str, int] | None = None
    ) -> tuple[int, int]:
        """Store a request as a whole; how many were accepted, how many known already.

        `counts` are added to those of the same names in the same transaction.
        """
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            fresh = [event for event in events if self._is_fresh(connection, event)]
            last = connection.execute(
                "SELECT total FROM event ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
            totals = accumulate(
                (len(event.line) for event in fresh), initial=last[0] if last else 0
            )
            next(totals)
            connection.executemany(
                "INSERT INTO event (source, line, total) VALUES (?, ?, ?)",
                [(e.source, e.line, total) for e, total in zip(fresh, totals, strict=True)],
            )
            connection.execute(
                "DELETE FROM seen WHERE number <= (SELECT max(number) FROM seen) - ?",
                (_REMEMBERED_IDS,),
            )
            self._add(connection, {"received": len(fresh), **(counts or {})})
        self._arrival.set()
        return len(fresh), len(events) - len(fresh)

    @staticmethod
    def _add(connection: sqlite3.Connection, counts: Mapping[str, int]) -> None:
        connection.executemany(
            "INSERT INTO count VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            [(name, amount) for name, amount in counts.items() if amount],
        )

    def counts(self) -> dict[str, int]:
        """What was counted over the whole life of the spool."""
        with self._lock:
            return dict(self._connection.execute("SELECT name, value FROM count").fetchall())

    @staticmethod
    def _is_fresh(connection: sqlite3.Connection, event: PushedEvent) -> bool:
        if event.id is None:
            return True
        done = connection.execute("INSERT OR IGNORE INTO seen (id) VALUES (?)", (event.id,))
        return done.rowcount > 0

    def read(self, after: int, limit: int) -> list[tuple[int, str, str]]:
        """Sequence, source and line of the next events; fewer than `limit` where lines are long."""
        rows: list[tuple[int, str, str]] = []
        size = 0
        with self._lock:
            found = self._connection.execute(
                "SELECT sequence, source, line FROM event WHERE sequence > ? "
                "ORDER BY sequence LIMIT ?",
                (after, limit),
            )
            for row in found:
                rows.append(row)
                size += len(row[2])
                if size >= _MOST_CHARACTERS:
                    break
        return rows

    def lag_bytes(self, after: int) -> int:
        """Characters that wait to be read."""
        with self._lock:
            first = self._connection.execute(
                "SELECT total - length(line) FROM event WHERE sequence > ? "
                "ORDER BY sequence LIMIT 1",
                (after,),
            ).fetchone()
            last = self._connection.execute(
                "SELECT total FROM event ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
        return int(last[0] - first[0]) if first else 0

    def size_bytes(self) -> int:
        """Bytes on disk that hold data, without free pages."""
        with self._lock:
            used, free, size = (
                int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (used - free) * size

    def forget(self, up_to: int) -> None:
        """Events up to this one are done with."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM event WHERE sequence <= ?", (up_to,))

    def wait(self, seconds: float) -> None:
        """Until something was appended by this process."""
        if self._arrival.wait(seconds):
            self._arrival.clear()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()
