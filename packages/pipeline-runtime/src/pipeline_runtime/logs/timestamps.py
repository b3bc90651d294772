"""Times in log lines.

Times without a zone (RFC 3164 syslog, many applications) are read as UTC, so that the same log
gives the same features everywhere.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_CACHE_LIMIT = 8192

#: `2024-05-01T10:00:00.123Z`, `2024-05-01 10:00:00,123 +0200`, nginx' `2024/05/01 10:00:00`.
ISO = re.compile(
    r"\d{4}(?:-\d\d-|/\d\d/)\d\d[T ]"
    r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?(?![\d:])"
)
#: `May  1 10:00:00`, optionally with the year behind or in front of the time.
RFC3164 = re.compile(r"[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d")
#: `01/May/2024:10:00:00 +0000`
CLF = re.compile(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?")


def parse_iso(text: str) -> float | None:
    """Seconds since the epoch of an ISO 8601 time; without a zone it is UTC."""
    text = text.replace(",", ".", 1).replace("/", "-")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            # More than six digits of a second, or a space in front of the zone.
            trimmed = re.sub(r"(\.\d{6})\d+", r"\1", text)
            moment = datetime.fromisoformat(re.sub(r" (?=[Z+-])", "", trimmed))
        except ValueError:
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


class Rfc3164Clock:
    """Reads times that have no year: the year that brings the time closest to now, not after.

    `now` is seconds since the epoch; a day of clock difference is tolerated. Days are kept for
    the present hour of `now` only, so that a process that runs for years stays right.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._hour = -1.0
        #: `May  1` -> seconds since the epoch of its midnight
        self._days: dict[str, float] = {}

    def parse(self, text: str) -> float | None:
        """Seconds since the epoch."""
        if len(text) > 15:
            month = _MONTHS.get(text[:3].lower())
            return (
                None
                if month is None
                else self._midnight(int(text[7:11]), month, text) + (_seconds(text[12:]))
            )
        hour = self._now() // 3600
        if hour != self._hour:
            self._hour = hour
            self._days.clear()
        midnight = self._days.get(text[:6])
        if midnight is None:
            found = self._closest(text)
            if found is None:
                return None
            midnight = self._days[text[:6]] = found
        return midnight + _seconds(text[7:])

    def _closest(self, text: str) -> float | None:
        month = _MONTHS.get(text[:3].lower())
        if month is None:
            return None
        now = self._now()
        year = time.gmtime(now).tm_year
        latest = now + 86_400 - _seconds(text[7:])
        days = [self._midnight(y, month, text) for y in (year - 1, year, year + 1)]
        return max(day for day in days if day <= latest)

    @staticmethod
    def _midnight(year: int, month: int, text: str) -> float:
        return float(calendar.timegm((year, month, int(text[4:6]), 0, 0, 0)))


def _seconds(clock: str) -> int:
    """Seconds since midnight of `hh:mm:ss`."""
    return int(clock[:2]) * 3600 + int(clock[3:5]) * 60 + int(clock[6:8])


def parse_clf(text: str) -> float | None:
    """Seconds since the epoch of a time of the common log format."""
    day, month_name, rest = text[:2], text[3:6], text[7:]
    month = _MONTHS.get(month_name.lower())
    if month is None:
        return None
    year, hour, minute, second = rest[:4], rest[5:7], rest[8:10], rest[11:13]
    moment = float(
        calendar.timegm((int(year), month, int(day), int(hour), int(minute), int(second)))
    )
    zone = rest[14:]
    if zone:
        offset = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
        moment -= offset if zone[0] == "+" else -offset
    return moment


def parse_epoch(text: str) -> float | None:
    """Seconds since the epoch of a number: seconds, or milliseconds when it is too large."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number / 1000 if number > 1e11 else number


class TimestampReader:
    """Parses the times of lines; the same text is parsed once."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._rfc3164 = Rfc3164Clock(now)
        self._cache: dict[str, float | None] = {}
        self._parsers: dict[str, Callable[[str], float | None]] = {
            "iso": parse_iso,
            "clf": parse_clf,
            "epoch": parse_epoch,
        }

    def read(self, kind: str, text: str) -> float | None:
        """Seconds since the epoch, or `None` when the text is no time after all."""
        if kind == "rfc3164":
            try:
                return self._rfc3164.parse(text)
            except (ValueError, OverflowError):
                return None
        try:
            return self._cache[text]
        except KeyError:
            pass
        if len(self._cache) >= _CACHE_LIMIT:
            self._cache.clear()
        try:
            value = self._parsers[kind](text)
        except (ValueError, OverflowError, IndexError):
            value = None
        self._cache[text] = value
        return value
