"""The log of the process: JSON lines on stdout, those of libraries included."""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from typing import TextIO

_LEVELS = {"WARNING": "warning", "ERROR": "error", "CRITICAL": "error"}


def rfc3339(seconds: float) -> str:
    """A time as people and Go programs read it, in UTC with milliseconds."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class JsonLog:
    """Writes `{"time", "level", "node", "message", …}` lines."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def info(self, message: str, *, node: str | None = None, **fields: object) -> None:
        """Something that happened as it should."""
        self.write("info", message, node, fields)

    def warning(self, message: str, *, node: str | None = None, **fields: object) -> None:
        """Something that somebody should look at."""
        self.write("warning", message, node, fields)

    def error(self, message: str, *, node: str | None = None, **fields: object) -> None:
        """Something that does not work."""
        self.write("error", message, node, fields)

    def write(self, level: str, message: str, node: str | None, fields: dict[str, object]) -> None:
        """One line; a closed stdout is no reason to stop."""
        now = datetime.now(UTC).timestamp()
        record = {"time": rfc3339(now), "level": level, "node": node, "message": message, **fields}
        text = json.dumps(record, default=str, ensure_ascii=False) + "\n"
        try:
            with self._lock:
                stream = self._stream or sys.stdout
                stream.write(text)
                stream.flush()
        except (OSError, ValueError):
            return


class JsonLogHandler(logging.Handler):
    """Sends what libraries log through a `JsonLog`."""

    def __init__(self, log: JsonLog) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, with its traceback if it has one."""
        fields: dict[str, object] = {"logger": record.name}
        if record.exc_info:
            fields["traceback"] = logging.Formatter().formatException(record.exc_info)
        level = _LEVELS.get(record.levelname, "info")
        self._log.write(level, record.getMessage(), None, fields)


def capture_library_logs(log: JsonLog) -> None:
    """Route the `logging` module to the log, from level warning on; uvicorn's errors too."""
    root = logging.getLogger()
    root.handlers = [JsonLogHandler(log)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
