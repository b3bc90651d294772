"""Files that are either the old or the new version, never half of one."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_text(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file in one step, so that a reader or a crash never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object, mode: int = 0o600) -> None:
    """Replace a JSON file in one step; ASCII only, so that any text can be written."""
    write_text(path, json.dumps(value, indent=2) + "\n", mode)


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file, or None when the file is missing or no JSON object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError, json.JSONDecodeError):
        return None
    return value if isinstance(value, dict) else None


def read_line(path: Path) -> str | None:
    """The stripped content of a one-line file, or None when it is missing or empty."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8").strip() or None
    return None
