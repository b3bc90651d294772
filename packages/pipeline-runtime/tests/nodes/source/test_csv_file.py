"""Rows become events, whatever stands in them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.csv_file import CsvFile


class Rows:
    """A node on a file, and what it gave."""

    def __init__(self, path: Path, **parameters: Any) -> None:
        self.path = path
        self.parameters = parameters
        self.lines: list[str] = []
        self.sources: list[str] = []
        self.malformed = 0
        self.offset: dict[str, Any] | None = None
        self.restart()

    def restart(self) -> None:
        """As after a crash: only the offset is left."""
        self.node = CsvFile("rows", {"path": str(self.path), **self.parameters})
        offset = json.loads(json.dumps(self.offset)) if self.offset else None
        self.node.open(self.path.parent, offset)

    def read(self, limit: int = 1000) -> list[str]:
        while True:
            batch = self.node.read(limit)
            self._take(batch)
            if not len(batch):
                return self.lines

    def once(self, limit: int) -> None:
        self._take(self.node.read(limit))

    def end(self) -> list[str]:
        rest = self.node.rest()
        if rest is not None:
            self._take(rest)
        return self.lines

    def _take(self, batch: Any) -> None:
        assert len(batch.positions) == len(batch.events.lines)
        self.lines += batch.events.lines
        self.sources += batch.events.sources
        self.malformed += len(batch.malformed)
        self.offset = batch.offset

    @property
    def reasons(self) -> list[str]:
        return [sample["reason"] for sample in self.node.bad_lines.latest()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def append(path: Path, text: str) -> None:
    with path.open("a", newline="") as file:
        file.write(text)


def test_all_columns_become_json(path: Path) -> None:
    append(
        path, '\ufefftime,user,text\r\n1,ann,"a ""quoted"", word"\r\n2,bob,"two\r\nlines"\r\n\r\n'
    )
    assert [json.loads(line) for line in Rows(path).read()] == [
        {"time": "1", "user": "ann", "text": 'a "quoted", word'},
        {"time": "2", "user": "bob", "text": "two\r\nlines"},
    ]


def test_a_text_column_with_time_and_id(path: Path) -> None:
    append(path, "id;when;what\n7;1714557600;it failed\n8;2024-05-01T10:00:01Z;it\twent on\n")
    rows = Rows(path, delimiter="semicolon", textColumn="what", timeColumn="when", idColumn="id")
    assert rows.read() == [
        "2024-05-01T10:00:00.000+00:00 it failed",
        "2024-05-01T10:00:01Z it went on",
    ]
    assert rows.sources == [f"{path}#7", f"{path}#8"]


def test_a_time_column_comes_first_in_json(path: Path) -> None:
    append(path, "stamp,time,a\n2024-05-01T10:00:00Z,12 s,x\n")
    line = Rows(path, timeColumn="stamp").read()[0]
    assert next(iter(json.loads(line).items())) == ("@timestamp", "2024-05-01T10:00:00Z")


@pytest.mark.parametrize(
    ("columns", "names"), [([], ["column1", "column2"]), (["a", "b"], ["a", "b"])]
)
def test_a_file_without_a_row_of_names(path: Path, columns: list[str], names: list[str]) -> None:
    append(path, "1\t2\n3\t4\n")
    rows = Rows(path, header=False, columns=columns, delimiter="tab")
    assert [json.loads(line) for line in rows.read()] == [
        dict(zip(names, values, strict=True)) for values in (["1", "2"], ["3", "4"])
    ]


def test_encodings(path: Path) -> None:
    path.write_bytes("a\n5 €\n".encode("cp1252"))
    assert Rows(path, encoding="windows-1252", textColumn="a").read() == ["5 €"]


def test_bad_rows_are_counted_and_sampled(path: Path) -> None:
    append(path, "a,b\n1,2\n3\n4,5,6\n\x00\x01,2\n7,8\n")
    rows = Rows(path)
    assert len(rows.read()) == 2
    assert rows.malformed == 3
    assert rows.reasons[1:] == ["It has 3 columns instead of 2.", "It has 1 columns instead of 2."]
    assert (rows.offset or {})["received"] == 5


def test_a_quote_that_is_never_closed_costs_one_row(path: Path) -> None:
    lines = [f"{i},text {i}" for i in range(60_000)]
    lines[10] = '10,"never closed'
    append(path, "a,b\n" + "\n".join(lines) + "\n" + "x" * 1_100_000 + ",y\n")
    rows = Rows(path)
    found = rows.read(5000)
    rows.end()
    assert len(found) + rows.malformed == 60_001
    assert json.loads(found[10])["a"] == "11"
    # The last one is longer than any row.
    assert rows.malformed == 2
    assert "never closed" in rows.reasons[1]


def test_rows_that_are_appended_over_restarts(path: Path) -> None:
    append(path, 'a,b\n1,"one')
    rows = Rows(path)
    assert rows.read() == []
    rows.restart()
    append(path, '\nmore"\n2,tw')
    assert [json.loads(line) for line in rows.read()] == [{"a": "1", "b": "one\nmore"}]
    rows.restart()
    append(path, "o\n")
    assert json.loads(rows.read()[-1]) == {"a": "2", "b": "two"}
    assert rows.end() == rows.lines
    append(path, "3,three")
    rows.read()
    assert json.loads(rows.end()[-1]) == {"a": "3", "b": "three"}


def test_every_row_comes_once_over_rotations_and_restarts(path: Path) -> None:
    chance = random.Random(5)
    path.touch()
    rows = Rows(path)
    written: list[dict[str, str]] = []
    for generation in range(3):
        # Each file has columns of its own.
        names = [f"g{generation}", "text"]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(names)
        for i in range(300):
            values = [str(i), chance.choice(["plain", 'a "b"', "two\nlines", "a,b", ""])]
            writer.writerow(values)
            written.append(dict(zip(names, values, strict=True)))
        append(path, text.getvalue())
        for _ in range(3):
            rows.once(chance.randrange(1, 90))
            if chance.random() < 0.5:
                rows.node.close()
                rows.restart()
        if generation < 2:
            rotated = path.with_name(f"rows.csv.{2 - generation}")
            path.rename(rotated)
            path.touch()
            # Files written within one tick of the clock have the same time.
            os.utime(path, ns=((generation + 2) * 10**9,) * 2)
            os.utime(rotated, ns=((generation + 1) * 10**9,) * 2)
    for _ in range(8):
        rows.read()
    assert [json.loads(line) for line in rows.lines] == written
    assert rows.malformed == 0


def test_a_compressed_rotation_is_read_to_its_end(path: Path) -> None:
    append(path, "a\n1\n2\n3\n")
    rows = Rows(path)
    rows.once(1)
    rows.node.close()
    with gzip.open(path.with_name("rows.csv.1.gz"), "wb") as packed:
        packed.write(path.read_bytes())
    path.unlink()
    append(path, "b\n4\n")
    rows.restart()
    for _ in range(4):
        rows.read()
    assert [json.loads(line) for line in rows.lines] == [
        {"a": "1"},
        {"a": "2"},
        {"a": "3"},
        {"b": "4"},
    ]


def test_columns_that_are_missing_are_told(path: Path) -> None:
    append(path, "a,b\n1,2\n")
    with pytest.raises(CannotStart, match='no column "text"') as raised:
        CsvFile("rows", {"path": str(path), "textColumn": "text"}).check()
    assert raised.value.node == "rows"
    assert "a, b" in raised.value.hint
    # A file that came later may have others; it is not fatal then.
    rows = Rows(path, idColumn="number")
    assert rows.read() == []
    assert rows.reasons == ['There is no column "number".']


def test_a_file_that_comes_with_each_run_must_have_come() -> None:
    node = CsvFile("rows", {})
    with pytest.raises(CannotStart, match="comes with each run") as refused:
        node.check()
    assert (refused.value.code, refused.value.node) == ("source-no-file", "rows")
    assert "Start the run with a file" in refused.value.hint
