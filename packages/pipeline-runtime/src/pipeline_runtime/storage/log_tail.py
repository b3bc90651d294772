"""Follows a file through growth, rotation and truncation.

A file is known by device, inode and a digest of its first bytes. The offset names file and byte,
so that after a restart the reading goes on in the same file, even when it was renamed meanwhile
(`auth.log` to `auth.log.1`). Rotated siblings are read to their end before the file that took
their place; compressed ones are not read.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline_runtime.storage.compressed import Unreadable, head_of, is_compressed, unpacked

_CHUNK = 262_144
#: A longer line is cut here; what is behind is left out.
_LONGEST = 4_194_304
#: Bytes after which a batch is full.
_MOST_BYTES = 16_777_216
_HEAD = 256
#: Bits of a position that hold the byte; the generation of the file is above.
_OFFSET_BITS = 44
_ROTATED_SUFFIX = re.compile(r"[.-]\d[\d.T_-]*(?:\.(?:gz|bz2|xz|zst|lz4|Z))?")

#: Lines without their ends, each with its position.
Lines = list[tuple[bytes, int]]


def generation_of(position: int) -> int:
    """Which of the files that were read one after the other a position is in."""
    return position >> _OFFSET_BITS


def byte_of(position: int) -> int:
    """Where in its file a position is."""
    return position & ((1 << _OFFSET_BITS) - 1)


def _say_nothing(line: str | bytes, reason: str) -> None:
    pass


class LogTail:
    """Lines of a file with their positions. Not safe for use by several threads.

    `note` hears of lines that had to be cut, and of files that cannot be read.
    """

    def __init__(
        self,
        path: Path,
        *,
        from_end: bool,
        offset: dict[str, Any] | None,
        note: Callable[[str | bytes, str], None] = _say_nothing,
    ) -> None:
        self.path = path
        self._note = note
        self._lost = 0
        #: Why nothing can be read at the moment.
        self.problem: str | None = None
        self._fd: int | None = None
        #: Device and inode of a compressed file, as those of what it was unpacked to are others.
        self._opened: tuple[int, int] | None = None
        self._generation = 0
        #: Byte behind the last line that was given out.
        self._done = 0
        self._rest = b""
        #: Bytes of the line in `_rest` that were left out.
        self._left_out = 0
        self._head = b""
        self._rotation_seen = False
        if offset is None:
            self._open(path, 0)
            if from_end and self._fd is not None:
                self._skip_to_end()
        else:
            self._resume(offset)

    def read(self, limit: int) -> Lines:
        """At most `limit` complete lines of one file that are there now.

        Fewer where lines are long, so that who writes them does not decide how much memory a
        batch takes.
        """
        lines: Lines = []
        taken = 0
        generation = self._generation
        while len(lines) < limit and taken < _MOST_BYTES:
            before = self._done
            if not self._take(lines, limit):
                break
            if self._generation != generation:
                if lines:
                    break
                generation = self._generation
            taken += max(0, self._done - before)
        return lines

    def rest(self) -> Lines:
        """The last line of the file, which has no line end; only once `read` gave nothing."""
        lines: Lines = []
        self._take_rest(lines)
        return lines

    @property
    def generation(self) -> int:
        """The file that is read now; compare `generation_of`."""
        return self._generation

    @property
    def size(self) -> int:
        """Bytes of the file that is read now, those of a compressed one unpacked."""
        return os.fstat(self._fd).st_size if self._fd is not None else 0

    def take_lost(self) -> int:
        """Events that are known to be lost since this was called last; at least so many."""
        lost, self._lost = self._lost, 0
        return lost

    def offset(self) -> dict[str, Any]:
        """Where to go on; JSON."""
        self._learn_head()
        status = os.fstat(self._fd) if self._fd is not None else None
        return {
            "path": str(self.path),
            "generation": self._generation,
            "device": status.st_dev if status else None,
            "inode": status.st_ino if status else None,
            "offset": self._done,
            "headLength": len(self._head),
            "head": hashlib.sha256(self._head).hexdigest(),
        }

    def close(self) -> None:
        """Close the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _take(self, lines: Lines, limit: int) -> bool:
        """Add lines; false when there is nothing more to read now."""
        if b"\n" not in self._rest and not self._fill(lines):
            return False
        base = self._generation << _OFFSET_BITS
        parts = self._rest.split(b"\n", limit - len(lines))
        self._rest = parts.pop()
        done = self._done
        for raw in parts:
            length = len(raw) + self._left_out
            lines.append((self._cut(raw), base + done))
            self._left_out = 0
            done += length + 1
        self._done = done
        if len(self._rest) > _LONGEST and b"\n" not in self._rest:
            self._left_out += len(self._rest) - _LONGEST
            self._rest = self._rest[:_LONGEST]
        return True

    def _take_rest(self, lines: Lines) -> None:
        """Add what is left of a file that nobody writes to any more."""
        if self._rest:
            length = len(self._rest) + self._left_out
            lines.append((self._cut(self._rest), (self._generation << _OFFSET_BITS) + self._done))
            self._done += length
            self._rest, self._left_out = b"", 0

    def _cut(self, raw: bytes) -> bytes:
        length = len(raw) + self._left_out
        if length <= _LONGEST:
            return raw
        self._note(raw, f"It has {length} bytes, and was cut behind {_LONGEST}.")
        return raw[:_LONGEST]

    @property
    def _next_byte(self) -> int:
        return self._done + len(self._rest) + self._left_out

    def _fill(self, lines: Lines) -> bool:
        """Read more bytes; goes over to the next file at the end of a rotated one."""
        if self._fd is None and not self._open(self.path, 0):
            return False
        if self._fd is None:
            return False
        if self._truncated():
            return self._restart()
        data = os.pread(self._fd, _CHUNK, self._next_byte)
        if data:
            self._rest += data
            self._rotation_seen = False
            self.problem = None
            return True
        following = self._following()
        if following is None:
            return False
        if not self._rotation_seen:
            # Writers often keep the old file open for a moment: look once more, later.
            self._rotation_seen = True
            return False
        self._take_rest(lines)
        return self._open(following, 0)

    def _truncated(self) -> bool:
        assert self._fd is not None  # noqa: S101 - callers have a file
        size = os.fstat(self._fd).st_size
        if size < self._next_byte:
            return True
        # Truncated and already longer again: the beginning differs then.
        return bool(self._head) and os.pread(self._fd, len(self._head), 0) != self._head

    def _restart(self) -> bool:
        """The file was emptied: finish in its copy, when there is one, then start at 0."""
        head, done = self._head, self._done
        copy = self._sibling(head, done + 1) if head else None
        if copy is not None and self._open(copy, done, moved=True):
            return True
        if self._open(self.path, 0):
            return True
        self.close()
        self._done, self._rest, self._left_out, self._head = 0, b"", 0, b""
        return False

    def _following(self) -> Path | None:
        """The file to read after the present one, when that was rotated away."""
        assert self._fd is not None  # noqa: S101 - callers have a file
        opened = os.fstat(self._fd)
        known = self._opened or (opened.st_dev, opened.st_ino)
        try:
            current = self.path.stat()
        except OSError as error:
            self.problem = f"The log file {self.path} cannot be read: {error.strerror}."
            return None
        if (current.st_dev, current.st_ino) == known:
            self.problem = None
            return None
        newer = [
            (status.st_mtime_ns, path)
            for path, status in rotated_siblings(self.path)
            if status.st_mtime_ns > opened.st_mtime_ns
            and status.st_ino != opened.st_ino
            and not self._is_packed_copy(path)
        ]
        return min(newer)[1] if newer else self.path

    def _is_packed_copy(self, path: Path) -> bool:
        """Whether a file is the present one, which was compressed meanwhile."""
        self._learn_head()
        if not is_compressed(path) or not self._head:
            return False
        try:
            return head_of(path, len(self._head)) == self._head
        except Unreadable:
            return False

    def _sibling(self, head: bytes, at_least: int) -> Path | None:
        """The rotated file that begins like this and holds at least what was read."""
        digest = hashlib.sha256(head).hexdigest()
        return self._rotated_to(len(head), digest, at_least)

    def _rotated_to(self, length: int, digest: str, at_least: int) -> Path | None:
        """The rotated file whose first bytes have this digest; plain ones first."""
        siblings = rotated_siblings(self.path)
        siblings.sort(key=lambda item: (is_compressed(item[0]), -item[1].st_mtime_ns))
        for path, status in siblings:
            try:
                if hashlib.sha256(head_of(path, length)).hexdigest() != digest:
                    continue
            except Unreadable as error:
                self._lost += 1
                self._note(str(path), f"What it holds may be lost: {error}")
                continue
            if is_compressed(path) or status.st_size >= at_least:
                return path
        return None

    def _resume(self, offset: dict[str, Any]) -> None:
        self._generation = int(offset["generation"])
        if offset["path"] != str(self.path):
            self._open(self.path, 0)
            return
        for path, status in [*self._current(), *rotated_siblings(self.path)]:
            same_file = (status.st_dev, status.st_ino) == (offset["device"], offset["inode"])
            if not same_file or is_compressed(path) or status.st_size < offset["offset"]:
                continue
            head = head_of(path, offset["headLength"])
            if hashlib.sha256(head).hexdigest() == offset["head"]:
                self._open(path, offset["offset"], moved=True)
                return
        if offset["headLength"]:
            # Copied, or compressed, and emptied or removed afterwards.
            moved = self._rotated_to(offset["headLength"], offset["head"], offset["offset"])
            if moved is not None and self._open(moved, offset["offset"], moved=True):
                return
        self._open(self.path, 0)

    def _current(self) -> list[tuple[Path, os.stat_result]]:
        try:
            return [(self.path, self.path.stat())]
        except OSError:
            return []

    def _open(self, path: Path, at: int, *, moved: bool = False) -> bool:
        """Read on in a file; `moved`: it holds what was read before, so that positions go on."""
        try:
            fd = (
                unpacked(path) if is_compressed(path) else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            )
        except Unreadable as error:
            self._lost += 1
            self._note(str(path), f"What it holds is lost: {error}")
            return path != self.path and self._open(self.path, 0)
        except OSError as error:
            self.problem = f"The log file {path} cannot be read: {error.strerror}."
            return False
        self.close()
        self._fd = fd
        self._opened = _identity(path) if is_compressed(path) else None
        self._generation += 0 if moved else 1
        self._done, self._rest, self._left_out, self._head = at, b"", 0, b""
        self._rotation_seen = False
        self.problem = None
        self._learn_head()
        return True

    def _learn_head(self) -> None:
        """Remember how the file begins, as far as it was read."""
        known = min(_HEAD, self._done)
        if self._fd is not None and len(self._head) < known:
            self._head = os.pread(self._fd, known, 0)

    def _skip_to_end(self) -> None:
        """Go behind the last complete line."""
        assert self._fd is not None  # noqa: S101 - callers have a file
        position = os.fstat(self._fd).st_size
        while position > 0:
            start = max(0, position - _CHUNK)
            found = os.pread(self._fd, position - start, start).rfind(b"\n")
            if found >= 0:
                self._done = start + found + 1
                break
            position = start
        self._learn_head()


def rotated_siblings(path: Path) -> list[tuple[Path, os.stat_result]]:
    """Rotated files of the same log; compressed ones whose original is gone."""
    found = []
    try:
        entries = list(os.scandir(path.parent))
    except OSError:
        return []
    for entry in entries:
        suffix = entry.name.removeprefix(path.name)
        if suffix != entry.name and _ROTATED_SUFFIX.fullmatch(suffix):
            try:
                found.append((Path(entry.path), entry.stat()))
            except OSError:
                continue
    plain = {found_path for found_path, _ in found}
    return [
        item for item in found if not (is_compressed(item[0]) and item[0].with_suffix("") in plain)
    ]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def lag_behind(path: Path, offset: dict[str, Any]) -> int:
    """Bytes of a log that lie behind an offset; safe to call from any thread."""
    identity = (offset["device"], offset["inode"])
    try:
        current = path.stat()
    except OSError:
        return 0
    if (current.st_dev, current.st_ino) == identity:
        # A truncated file is read from its start.
        size, done = current.st_size, int(offset["offset"])
        return size - done if size >= done else size
    rest = [
        max(0, status.st_size - int(offset["offset"]))
        for _, status in rotated_siblings(path)
        if (status.st_dev, status.st_ino) == identity
    ]
    return sum(rest) + current.st_size
