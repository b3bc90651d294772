"""Offset, counters and anomalies of a stream; what belongs together is committed together."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.storage.database import open_database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS anomaly (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (source, position)
);
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stream has come."""

    #: Identity of the source, so that another source starts anew.
    source: str
    offset: dict[str, Any]
    #: Position of the last event that is done with.
    position: int
    #: Events, anomalies, malformed.
    counters: dict[str, int]


class StateStore:
    """The durable side of a stream. Safe for use by several threads."""

    def __init__(self, path: Path) -> None:
        self._connection = open_database(path, _SCHEMA)
        self._lock = threading.Lock()

    def progress(self) -> Progress | None:
        """What was committed last."""
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = 'progress'"
            ).fetchone()
        return Progress(**json.loads(row[0])) if row else None

    def commit(
        self,
        progress: Progress,
        anomalies: Sequence[tuple[int, dict[str, Any]]],
        keep: int,
    ) -> None:
        """Store anomalies (position, document) and progress in one transaction.

        An anomaly at a position that has one already is not stored again; the oldest beyond
        `keep` are dropped.
        """
        value = json.dumps(
            {
                "source": progress.source,
                "offset": progress.offset,
                "position": progress.position,
                "counters": progress.counters,
            }
        )
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('progress', ?)", (value,))
            self._insert(connection, progress.source, anomalies, keep)

    def record(self, source: str, documents: Sequence[dict[str, Any]], keep: int) -> None:
        """Store anomalies that have no position, such as those of requests."""
        first = time.time_ns()
        anomalies = [(first + i, document) for i, document in enumerate(documents)]
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._insert(connection, source, anomalies, keep)

    @staticmethod
    def _insert(
        connection: sqlite3.Connection,
        source: str,
        anomalies: Sequence[tuple[int, dict[str, Any]]],
        keep: int,
    ) -> None:
        if not anomalies:
            return
        connection.executemany(
            "INSERT OR IGNORE INTO anomaly (source, position, document) VALUES (?, ?, ?)",
            [(source, position, json.dumps(document)) for position, document in anomalies],
        )
        connection.execute(
            "DELETE FROM anomaly WHERE sequence <= (SELECT max(sequence) FROM anomaly) - ?",
            (keep,),
        )

    def anomalies(self, after: int, limit: int) -> list[dict[str, Any]]:
        """The next anomalies, oldest first, each with its `sequence`."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT sequence, document FROM anomaly WHERE sequence > ? "
                "ORDER BY sequence LIMIT ?",
                (after, limit),
            ).fetchall()
        return [{"sequence": sequence, **json.loads(document)} for sequence, document in rows]

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()
