"""Reads files that were compressed when a log was rotated."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_SUFFIXES = frozenset({*_OPENERS, ".zst", ".lz4", ".Z"})
_CHUNK = 1_048_576


class Unreadable(Exception):
    """A compressed file is broken, or of a kind that cannot be read; says why."""


def is_compressed(path: Path) -> bool:
    """Whether the name says so."""
    return path.suffix in _SUFFIXES


def head_of(path: Path, length: int) -> bytes:
    """The first bytes of what a file holds, compressed or not; empty when it is away.

    Raises `Unreadable`.
    """
    try:
        with _open(path) as file:
            head: bytes = file.read(length)
            return head
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise Unreadable(f"it is broken ({error}).") from error
    except OSError:
        return b""


def unpacked(path: Path) -> int:
    """A descriptor of a file without a name that holds what the compressed file does.

    It has the time of the compressed file. Raises `Unreadable`.
    """
    with tempfile.TemporaryFile() as plain:
        try:
            status = path.stat()
            with _open(path) as packed:
                shutil.copyfileobj(packed, plain, _CHUNK)
            plain.flush()
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            raise Unreadable(f"it cannot be unpacked ({error}).") from error
        os.utime(plain.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
        return os.dup(plain.fileno())


def _open(path: Path) -> Any:
    if not is_compressed(path):
        return path.open("rb")
    opener = _OPENERS.get(path.suffix)
    if opener is None:
        raise Unreadable(f"files that end with {path.suffix} cannot be read.")
    return opener(path, "rb")
