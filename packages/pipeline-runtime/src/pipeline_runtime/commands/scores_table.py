"""The table of scores that a batch leaves."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline_runtime.ports import Contribution
from pipeline_runtime.storage.atomic import sync_directory

_SCORES = ("score", "anomaly", "reasons")
_DELIMITERS = {"tab": "\t"}
_CHUNK = 1_048_576


class ScoresTable:
    """A CSV file (RFC 4180) that appears under its name once it is complete.

    `headed`: whether names of the columns come first; not in what is appended to another table.
    """

    def __init__(self, path: Path, delimiter: str, *, headed: bool = True) -> None:
        self._headed = headed
        self._path = path
        self._temporary = path.with_name(f".{path.name}.tmp")
        self._file = self._temporary.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(
            self._file, delimiter=_DELIMITERS.get(delimiter, delimiter), lineterminator="\r\n"
        )
        self._columns = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._file.close()
            self._temporary.unlink(missing_ok=True)

    def header(self, columns: list[str]) -> None:
        """Names of the columns; those of the input that are taken already get a number."""
        if self._columns:
            return
        self._columns = len(columns)
        if not self._headed:
            return
        taken = set(columns)
        added = []
        for name in _SCORES:
            unique, number = name, 2
            while unique in taken:
                unique, number = f"{name}_{number}", number + 1
            taken.add(unique)
            added.append(unique)
        self._writer.writerow([*columns, *added])

    def row(
        self, values: list[str], score: float, anomaly: bool, reasons: list[Contribution]
    ) -> None:
        """One event; a row that is short is filled up, so that the scores keep their columns."""
        padded = [*values[: self._columns], *[""] * (self._columns - len(values))]
        text = "; ".join(reason.text for reason in reasons)
        self._writer.writerow([*padded, f"{score:.6f}", "true" if anomaly else "false", text])

    def append(self, rows: Path) -> None:
        """The rows of a table without a header."""
        self._file.flush()
        with rows.open("rb") as file:
            shutil.copyfileobj(file, self._file.buffer, _CHUNK)

    def finish(self) -> None:
        """Make it durable, and show it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.replace(self._path)
        sync_directory(self._path.parent)
