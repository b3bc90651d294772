"""The end of a runtime's log, and the cause of a failure in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline_runtime.host.errors import HostError

_TAIL_BYTES = 64 * 1024
_LINES = 20
# Exit code 1 of the runtime: it does not know itself what went wrong.
_CRASH = "crash"


def log_size(path: Path) -> int:
    """Size of a log in bytes; 0 when it is missing."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def last_lines(path: Path, offset: int = 0, lines: int = _LINES) -> list[str]:
    """The last lines of a log, none from before `offset`."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            # Smaller than the offset: rotated since.
            begin = max(0 if size < offset else offset, size - _TAIL_BYTES)
            stream.seek(begin)
            text = stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    return [line for line in text.splitlines() if line.strip()][-lines:]


def stated_error(lines: Sequence[str]) -> HostError | None:
    """What the runtime itself said last about why it cannot run (its exit codes 2 and 3).

    None for a crash, which may not happen again.
    """
    for line in reversed(lines):
        value = _json(line)
        if value is None:
            continue
        error = value.get("error")
        if isinstance(error, dict) and error.get("message"):
            if error.get("code") == _CRASH:
                return None
            return HostError(
                str(error.get("code") or "runtime-crashed"),
                str(error["message"]),
                _text(error.get("hint")),
                _text(error.get("node")),
                lines,
            )
        problems = value.get("problems")
        if isinstance(problems, list) and problems and isinstance(problems[0], dict):
            first = problems[0]
            more = f" ({len(problems) - 1} more problems)" if len(problems) > 1 else ""
            return HostError(
                "spec-invalid",
                f"The spec is wrong at {first.get('path') or '/'}: {first.get('message')}{more}",
                _text(first.get("hint")),
                _text(first.get("node")),
                lines,
            )
    return None


def crash(lines: Sequence[str]) -> HostError:
    """The error for a runtime that ended without being asked to."""
    stated = stated_error(lines)
    if stated is not None:
        return stated
    last = last_error(lines)
    return HostError(
        "runtime-crashed",
        f"The runtime ended: {last}" if last else "The runtime ended without a word.",
        "Read the last lines of its log.",
        log=lines,
    )


def last_error(lines: Sequence[str]) -> str | None:
    """The last line that reads like an error: a JSON log line, or the end of a traceback."""
    for line in reversed(lines):
        value = _json(line)
        if value is None:
            # Not a log line: the interpreter's last words, such as `ValueError: …`.
            return line.strip()[:1000]
        error = value.get("error")
        if isinstance(error, dict) and error.get("message"):
            return str(error["message"])[:1000]
        if value.get("level") == "error" and value.get("message"):
            return str(value["message"])[:1000]
    return None


def _json(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
