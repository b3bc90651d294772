"""How bad a line says that it is: 0 normal, 1 notable, 2 failure, 3 critical."""

from __future__ import annotations

from collections.abc import Iterable

NORMAL, NOTABLE, FAILURE, CRITICAL = 0, 1, 2, 3

_CRITICAL = frozenset(
    """
    critical crit fatal emergency emerg panic alert attack exploit segfault corrupted
    break-in intrusion malware compromised
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_FAILURE = frozenset(
    """
    fail failed fails failure failures failing error errors err invalid denied deny denies
    refused refuse rejected reject illegal unauthorized unauthorised forbidden unable cannot
    incorrect wrong bad violation aborted exception traceback unknown disallowed blocked
    exceeded unexpected mismatch
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_NOTABLE = frozenset(
    """
    warn warning notice timeout timed disconnected disconnect closed reset retry retrying
    expired missing deprecated preauth sudo root killed terminated
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def of_words(words: Iterable[str]) -> tuple[int, int]:
    """Severity by the words of a message, and how many words speak of a failure."""
    severity, failures = NORMAL, 0
    for word in words:
        if word in _FAILURE or word in _CRITICAL:
            failures += 1
            severity = max(severity, CRITICAL if word in _CRITICAL else FAILURE)
        elif word in _NOTABLE:
            severity = max(severity, NOTABLE)
    return severity, failures


def of_syslog_priority(priority: int) -> int:
    """Severity by the priority of syslog (RFC 5424, section 6.2.1)."""
    level = priority & 7
    if level <= 2:
        return CRITICAL
    if level == 3:
        return FAILURE
    return NOTABLE if level == 4 else NORMAL


def of_http_status(status: int) -> int:
    """Severity by the status of an HTTP answer."""
    if status >= 400:
        return FAILURE
    return NORMAL


def of_level(level: str) -> int:
    """Severity by the level of a JSON line: a word, or a number as pino and bunyan write it."""
    if level.isdigit():
        number = int(level)
        if number >= 60:
            return CRITICAL
        return FAILURE if number >= 50 else NOTABLE if number >= 40 else NORMAL
    return of_words((level.lower(),))[0]
