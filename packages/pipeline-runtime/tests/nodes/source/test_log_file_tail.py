"""Bytes become lines, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.log_file_tail import LogFileTail
from pipeline_runtime.nodes.source.source_node import SourceBatch


def batch_of(path: Path, content: bytes, **parameters: object) -> SourceBatch:
    path.write_bytes(content)
    node = LogFileTail("logs", {"path": str(path), **parameters})
    node.check()
    node.open(path.parent, None)
    batch = node.read(100)
    node.close()
    return batch


def test_lines_of_every_kind(tmp_path: Path) -> None:
    content = b"one\r\n\n\xc3\xa4\xc3\xb6\n" + b"user jos\xe9 failed\n" + bytes(range(200)) * 2
    batch = batch_of(tmp_path / "a", content + b"\n\x00\x01\x02\xff\xfe\nlast\n")
    # A single odd byte must not hide a line; binary data is counted and left out.
    assert batch.events.lines == ["one", "äö", "user jos\ufffd failed", "last"] or (
        batch.events.lines[:3] == ["one", "äö", "user jos\ufffd failed"]
        and batch.events.lines[-1] == "last"
    )
    assert len(batch.malformed) >= 2
    assert len(batch.positions) == len(batch.events.lines)
    assert set(batch.events.sources) == {str(tmp_path / "a")}


def test_the_encoding_is_a_parameter(tmp_path: Path) -> None:
    batch = batch_of(tmp_path / "a", b"jos\xe9\n", encoding="latin-1")
    assert batch.events.lines == ["josé"]


def test_it_cannot_start_without_its_file(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as raised:
        LogFileTail("logs", {"path": str(tmp_path / "none")}).check()
    assert (raised.value.code, raised.value.node) == ("source-missing", "logs")
    with pytest.raises(CannotStart) as raised:
        LogFileTail("logs", {"path": str(tmp_path)}).check()
    assert raised.value.code == "source-unreadable"


def test_a_byte_order_mark_and_a_very_long_line(tmp_path: Path) -> None:
    long = "May  1 10:00:00 h app: " + "x" * 1_000_000
    content = b"\xef\xbb\xbffirst\r\n" + long.encode() + b"\r\nlast\r\n"
    assert batch_of(tmp_path / "a", content).events.lines == ["first", long, "last"]


def test_bad_lines_are_sampled_with_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"fine\n" + b"".join(b"%d \x00\x01\x02\x03\x04\n" % i for i in range(30)))
    node = LogFileTail("logs", {"path": str(path)})
    node.prepare(tmp_path / "data")
    node.open(tmp_path, None)
    batch = node.read(100)
    assert len(batch.malformed) == 30
    samples = node.bad_lines.latest()
    assert len(samples) == 20
    assert samples[0]["line"].startswith("29 \ufffd")
    assert "binary" in samples[0]["reason"]
    assert batch.offset["received"] == 31
    # They outlive the process.
    node.committed(batch.offset)
    again = LogFileTail("logs", {"path": str(path)})
    again.prepare(tmp_path / "data")
    assert again.bad_lines.latest() == samples


def test_counts_go_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one\ntwo\nthree\n")
    node = LogFileTail("logs", {"path": str(path)})
    node.open(tmp_path, None)
    offset = node.read(2).offset
    node.close()
    again = LogFileTail("logs", {"path": str(path)})
    again.open(tmp_path, offset)
    assert again.report(again.read(5).offset).received == 3
    again.close()
