"""What is known about each model version, and which one is the champion."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pipeline_runtime.storage.database import open_database

State = Literal["champion", "challenger", "archived", "rejected"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (
  version INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  state TEXT NOT NULL,
  document TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_champion ON version (fingerprint) WHERE state = 'champion';
CREATE UNIQUE INDEX IF NOT EXISTS one_challenger ON version (fingerprint)
  WHERE state = 'challenger';
"""


@dataclass(frozen=True)
class VersionRecord:
    """One trained model and where it comes from; times are RFC 3339."""

    version: str
    #: Models of graphs with the same fingerprint are interchangeable.
    fingerprint: str
    state: State
    trained_at: str
    #: Training events.
    events: int
    threshold: float
    #: `start`, or why its training was started.
    trigger: str
    #: Times of the first and the last training event, in seconds since the epoch.
    window: tuple[float, float] | None = None
    #: The champion at the time of its training.
    parent: str | None = None
    #: Id of the run that trained it.
    run: str | None = None
    revision: int | None = None
    #: Largest population-stability index when it was trained.
    psi: float | None = None
    #: What the gate saw, as the API tells it.
    gate: dict[str, Any] | None = None
    promoted_at: str | None = None
    promoted_by: str | None = None
    retired_at: str | None = None
    reason: str | None = None
    #: Was champion, and is not to become it again.
    taken_back: bool = False


class VersionStore:
    """A small database beside the models. Safe for use by several threads and processes.

    A champion is replaced in one transaction: there is one at any time, the old or the new.
    """

    def __init__(self, path: Path) -> None:
        self._connection = open_database(path, _SCHEMA)
        self._lock = threading.Lock()

    def all(self) -> list[VersionRecord]:
        """Every version, newest first."""
        return self._select("1 ORDER BY version DESC", ())

    def get(self, version: str) -> VersionRecord | None:
        """One version."""
        found = self._select("version = ?", (version,)) if version.isdigit() else []
        return found[0] if found else None

    def champion(self, fingerprint: str) -> VersionRecord | None:
        """The version that scores what is answered and recorded."""
        return self._one(fingerprint, "champion")

    def challenger(self, fingerprint: str) -> VersionRecord | None:
        """The version that scores in the shadow."""
        return self._one(fingerprint, "challenger")

    def trained_by(self, run: str) -> VersionRecord | None:
        """The version that a run left."""
        return next((record for record in self.all() if record.run == run), None)

    def earlier_champions(self, fingerprint: str) -> list[VersionRecord]:
        """Versions to which a champion can be rolled back, the last one first."""
        found = self._select("fingerprint = ? AND state = 'archived'", (fingerprint,))
        found = [record for record in found if record.promoted_at is not None]
        return sorted(found, key=lambda r: (r.retired_at or "", int(r.version)), reverse=True)

    def put_champion(self, record: VersionRecord, reason: str) -> None:
        """Add a version that is champion at once; `reason` retires the one before."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._retire(connection, record.fingerprint, record.promoted_at, reason)
            self._write(connection, replace(record, state="champion"))

    def put_challenger(self, record: VersionRecord, at: str) -> None:
        """Add a challenger; one that waits already is rejected."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for old in self._read(
                connection, "fingerprint = ? AND state = 'challenger'", (record.fingerprint,)
            ):
                reason = f"Version {record.version} took its place."
                self._write(
                    connection, replace(old, state="rejected", retired_at=at, reason=reason)
                )
            self._write(connection, replace(record, state="challenger"))

    def promote(self, version: str, *, at: str, by: str, reason: str) -> None:
        """Make a version the champion; `reason` archives the one before."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            (record,) = self._read(connection, "version = ?", (version,))
            if record.state == "champion":
                return
            self._retire(connection, record.fingerprint, at, reason)
            self._write(connection, _crowned(record, at, by))

    def roll_back(self, to: str, *, at: str, by: str, reason: str) -> None:
        """Reject the champion and the challenger, and make `to` the champion."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            (target,) = self._read(connection, "version = ?", (to,))
            for old in self._read(
                connection,
                "fingerprint = ? AND state IN ('champion', 'challenger') AND version <> ?",
                (target.fingerprint, to),
            ):
                was_champion = old.state == "champion"
                why = reason if was_champion else f"Trained before the roll-back to version {to}."
                self._write(
                    connection,
                    replace(
                        old, state="rejected", retired_at=at, reason=why, taken_back=was_champion
                    ),
                )
            self._write(connection, _crowned(target, at, by))

    def reject(self, version: str, *, at: str, reason: str) -> None:
        """Give up on a challenger."""
        self.change(version, state="rejected", retired_at=at, reason=reason)

    def change(self, version: str, **values: Any) -> None:
        """Set fields of one version."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            for record in self._read(connection, "version = ?", (version,)):
                self._write(connection, replace(record, **values))

    def forget(self, versions: list[str]) -> None:
        """Delete records."""
        with self._lock, self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "DELETE FROM version WHERE version = ?", [(version,) for version in versions]
            )

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def _retire(
        self, connection: sqlite3.Connection, fingerprint: str, at: str | None, reason: str
    ) -> None:
        for old in self._read(connection, "fingerprint = ? AND state = 'champion'", (fingerprint,)):
            self._write(connection, replace(old, state="archived", retired_at=at, reason=reason))

    def _one(self, fingerprint: str, state: State) -> VersionRecord | None:
        found = self._select("fingerprint = ? AND state = ?", (fingerprint, state))
        return found[0] if found else None

    def _select(self, where: str, values: tuple[object, ...]) -> list[VersionRecord]:
        with self._lock:
            return self._read(self._connection, where, values)

    @staticmethod
    def _read(
        connection: sqlite3.Connection, where: str, values: tuple[object, ...]
    ) -> list[VersionRecord]:
        rows = connection.execute(
            f"SELECT document FROM version WHERE {where}",  # noqa: S608 - from this file only
            values,
        ).fetchall()
        return [_from_json(row[0]) for row in rows]

    @staticmethod
    def _write(connection: sqlite3.Connection, record: VersionRecord) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?)",
            (int(record.version), record.fingerprint, record.state, json.dumps(asdict(record))),
        )


def _crowned(record: VersionRecord, at: str, by: str) -> VersionRecord:
    return replace(
        record,
        state="champion",
        promoted_at=at,
        promoted_by=by,
        retired_at=None,
        reason=None,
        taken_back=False,
    )


def _from_json(text: str) -> VersionRecord:
    values = json.loads(text)
    window = values.get("window")
    return VersionRecord(**{**values, "window": tuple(window) if window else None})
