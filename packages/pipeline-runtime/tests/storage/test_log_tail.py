"""Reading on through whatever happens to a log file."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline_runtime.storage.log_tail import LogTail, lag_behind


class Log:
    """A log file that is written to as daemons and logrotate do."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "auth.log"
        self.path.touch()

    def write(self, *lines: str) -> None:
        with self.path.open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def rotate(self) -> None:
        """`create`: rename, then a new file."""
        for number in (3, 2, 1):
            old = self.path.with_name(f"auth.log.{number}")
            if old.exists():
                old.rename(self.path.with_name(f"auth.log.{number + 1}"))
        self.path.rename(self.path.with_name("auth.log.1"))
        self.path.touch()

    def copy_and_truncate(self) -> None:
        """`copytruncate`."""
        shutil.copyfile(self.path, self.path.with_name("auth.log.1"))
        os.truncate(self.path, 0)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def tail_of(
    log: Log, offset: dict[str, object] | None = None, *, from_end: bool = False
) -> LogTail:
    # Offsets survive as JSON.
    kept = json.loads(json.dumps(offset)) if offset else None
    return LogTail(log.path, from_end=from_end, offset=kept)


def read(tail: LogTail, polls: int = 4) -> list[str]:
    lines = []
    for _ in range(polls):
        lines += [raw.decode() for raw, _ in tail.read(1000)]
    return lines


def test_lines_come_once_they_are_complete(log: Log) -> None:
    tail = tail_of(log)
    with log.path.open("a") as file:
        file.write("one\ntw")
        file.flush()
        assert read(tail) == ["one"]
        file.write("o\n")
    assert read(tail) == ["two"]
    assert read(tail) == []
    assert lag_behind(log.path, tail.offset()) == 0


def test_the_lag_counts_rotated_files(log: Log) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    tail.read(1)
    assert lag_behind(log.path, tail.offset()) == 4
    log.rotate()
    log.write("three")
    assert lag_behind(log.path, tail.offset()) == 4 + 6
    log.path.unlink()
    assert lag_behind(log.path, tail.offset()) == 0


def test_a_limit_is_kept_and_positions_grow(log: Log) -> None:
    log.write(*(f"line {i}" for i in range(10)))
    tail = tail_of(log)
    first, rest = tail.read(3), tail.read(100)
    assert [raw for raw, _ in first + rest] == [f"line {i}".encode() for i in range(10)]
    positions = [position for _, position in first + rest]
    assert positions == sorted(set(positions))


def test_the_end_is_behind_the_last_complete_line(log: Log) -> None:
    with log.path.open("a") as file:
        file.write("old\nhalf ")
    tail = tail_of(log, from_end=True)
    assert read(tail) == []
    with log.path.open("a") as file:
        file.write("done\nnew\n")
    assert read(tail) == ["half done", "new"]


def test_reading_goes_on_at_the_offset(log: Log) -> None:
    log.write("one", "two", "three")
    tail = tail_of(log)
    tail.read(2)
    offset = tail.offset()
    tail.close()
    assert read(tail_of(log, offset)) == ["three"]


def test_rotation_loses_nothing(log: Log) -> None:
    log.write("one")
    tail = tail_of(log)
    assert read(tail) == ["one"]
    log.write("two")
    log.rotate()
    log.write("three")
    assert read(tail) == ["two", "three"]


def test_a_writer_may_keep_the_old_file_for_a_moment(log: Log) -> None:
    tail = tail_of(log)
    with log.path.open("a") as writer:
        log.rotate()
        assert tail.read(10) == []
        writer.write("late\n")
    log.write("new")
    assert read(tail) == ["late", "new"]


def test_several_rotations_between_two_reads(log: Log) -> None:
    log.write("one")
    tail = tail_of(log)
    assert read(tail) == ["one"]
    for number, name in enumerate(("two", "three", "four")):
        log.rotate()
        log.write(name)
        os.utime(log.path, (2_000_000_000 + number,) * 2)
    assert read(tail, 12) == ["two", "three", "four"]


def test_rotation_while_nobody_reads(log: Log) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    tail.read(1)
    offset = tail.offset()
    tail.close()
    log.rotate()
    log.write("three")
    os.utime(log.path, (2_000_000_000,) * 2)
    assert read(tail_of(log, offset)) == ["two", "three"]


def test_truncation_starts_at_the_beginning_again(log: Log) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    assert len(read(tail)) == 2
    os.truncate(log.path, 0)
    log.write("new")
    assert read(tail) == ["new"]


def test_truncation_is_seen_although_the_file_is_longer_already(log: Log) -> None:
    log.write("short one")
    tail = tail_of(log)
    assert read(tail) == ["short one"]
    tail.offset()
    os.truncate(log.path, 0)
    log.write("a line that is longer than before")
    assert read(tail) == ["a line that is longer than before"]


def test_copytruncate_finishes_in_the_copy(log: Log) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    tail.read(2)
    tail.offset()
    log.write("three")
    log.copy_and_truncate()
    log.write("four")
    os.utime(log.path, (2_000_000_000,) * 2)
    assert read(tail) == ["three", "four"]


def test_a_file_that_is_away_is_waited_for(log: Log) -> None:
    log.write("one")
    tail = tail_of(log)
    assert read(tail) == ["one"]
    log.path.unlink()
    assert read(tail) == []
    assert tail.problem
    log.write("two")
    assert read(tail) == ["two"]
    assert tail.problem is None


def test_another_file_at_the_same_path_is_read_from_its_start(log: Log) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    first = tail.read(10)
    offset = tail.offset()
    tail.close()
    log.path.unlink()
    log.write("other content, as the inode may be used again", "and more")
    again = tail_of(log, offset).read(10)
    assert len(again) == 2
    assert min(position for _, position in again) > max(position for _, position in first)


def test_a_very_long_line_is_one_event_that_is_cut(log: Log) -> None:
    log.path.write_bytes(b"before\n" + b"x" * 9_000_000 + b"\nnext\n" + b"y" * 9_000_000)
    notes: list[str] = []
    tail = LogTail(log.path, from_end=False, offset=None, note=lambda _, why: notes.append(why))
    lines = read(tail)
    assert [len(line) for line in lines] == [6, 4_194_304, 4]
    assert "9000000 bytes" in notes[0]
    # What has no end yet is read again after a restart, and once.
    again = tail_of(log, tail.offset())
    with log.path.open("a") as file:
        file.write("y\nlast\n")
    assert [len(line) for line in read(again)] == [4_194_304, 4]
    assert [len(line) for line in read(tail)] == [4_194_304, 4]


def pack(log: Log, number: int, open_: Any = gzip.open, suffix: str = ".gz") -> None:
    """Compress a rotated file as logrotate does: the time stays, the original goes."""
    plain = log.path.with_name(f"auth.log.{number}")
    packed = plain.with_name(plain.name + suffix)
    status = plain.stat()
    with open_(packed, "wb") as file:
        file.write(plain.read_bytes())
    os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
    plain.unlink()


@pytest.mark.parametrize(
    ("open_", "suffix"), [(gzip.open, ".gz"), (bz2.open, ".bz2"), (lzma.open, ".xz")]
)
def test_files_that_were_compressed_before_they_were_read(
    log: Log, open_: Any, suffix: str
) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    tail.read(1)
    offset = tail.offset()
    tail.close()
    for number, name in enumerate(("three", "four")):
        log.rotate()
        log.write(name)
        os.utime(log.path, (2_000_000_000 + number,) * 2)
    pack(log, 2, open_, suffix)
    pack(log, 1, open_, suffix)
    log.write("five")
    os.utime(log.path, (2_000_000_009,) * 2)
    # log.1.gz holds "three", log.2.gz "one" and "two".
    again = tail_of(log, offset)
    first = [raw for raw, _ in again.read(1)]
    assert first == [b"two"]
    # A restart within a compressed file goes on in it.
    rest = tail_of(log, again.offset())
    assert read(rest, 12) == ["three", "four", "five"]
    assert rest.take_lost() == 0


def test_a_file_that_is_compressed_while_it_is_followed_is_not_read_twice(log: Log) -> None:
    log.write("one")
    tail = tail_of(log)
    assert read(tail) == ["one"]
    log.rotate()
    log.write("two")
    pack(log, 1)
    os.utime(log.path.with_name("auth.log.1.gz"), (2_000_000_000,) * 2)
    assert read(tail, 8) == ["two"]


def test_copytruncate_with_compression_finishes_in_the_copy(log: Log) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    tail.read(2)
    offset = tail.offset()
    log.write("three")
    log.copy_and_truncate()
    pack(log, 1)
    log.write("four")
    os.utime(log.path, (2_000_000_000,) * 2)
    assert read(tail) == ["three", "four"]
    # While nobody read, too.
    assert read(tail_of(log, offset)) == ["three", "four"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_that_cannot_be_read_is_counted_as_lost(log: Log, suffix: str) -> None:
    log.write("one", "two")
    tail = tail_of(log)
    tail.read(1)
    offset = tail.offset()
    tail.close()
    log.rotate()
    log.path.with_name("auth.log.1").unlink()
    log.path.with_name("auth.log.1" + suffix).write_bytes(b"\x1f\x8bno more")
    log.write("three")
    notes: list[str] = []
    again = LogTail(log.path, from_end=False, offset=offset, note=lambda _, why: notes.append(why))
    assert read(again) == ["three"]
    assert again.take_lost() == 1
    assert "lost" in notes[0]


def test_the_last_line_of_a_file_that_ends(log: Log) -> None:
    log.path.write_bytes(b"one\ntwo")
    tail = tail_of(log)
    assert read(tail) == ["one"]
    assert [raw for raw, _ in tail.rest()] == [b"two"]
    assert tail.rest() == []
    assert tail.offset()["offset"] == 7


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["write", "rotate", "restart", "read"]), max_size=25))
def test_every_line_comes_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, plan: list[str]
) -> None:
    log = Log(tmp_path_factory.mktemp("tail"))
    os.utime(log.path, ns=(1_000_000_000,) * 2)
    tail = tail_of(log)
    written: list[str] = []
    seen: list[str] = []
    rotations = 0
    for step in plan:
        if step == "write":
            written.append(f"line {len(written)}")
            log.write(written[-1])
        elif step == "rotate" and rotations < 3:
            rotations += 1
            log.rotate()
        elif step == "restart":
            offset = tail.offset()
            tail.close()
            tail = tail_of(log, offset)
        else:
            seen += read(tail, 1)
        # Files written within one tick of the clock have the same time.
        os.utime(log.path, ns=(1_000_000_000 * (rotations + 1),) * 2)
    seen += read(tail, 12)
    tail.close()
    assert seen == written


def test_long_lines_make_short_batches(log: Log) -> None:
    for i in range(40):
        log.write(f"{i}" + "x" * 1_000_000)
    tail = tail_of(log)
    sizes = [len(tail.read(1000)) for _ in range(4)]
    tail.close()
    assert sum(sizes) == 40
    assert max(sizes) <= 20
