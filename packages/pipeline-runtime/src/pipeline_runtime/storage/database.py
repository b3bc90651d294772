"""SQLite databases as the runtime opens them."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Open or create a database whose commits survive a crash of the machine.

    Transactions are begun explicitly (`BEGIN IMMEDIATE`); another process that writes is waited
    for, 10 seconds at most.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(schema)
    return connection
