"""Tells the messages of a TCP connection apart.

RFC 6587 knows two ways: the length in front of each message (octet counting), or a line end
behind it. Senders do not say which they use, so `auto` looks at the beginning of each message.
"""

from __future__ import annotations

import re

_COUNTED = re.compile(rb"([1-9]\d{0,8}) <")
_MAYBE_COUNTED = re.compile(rb"[1-9]\d{0,8} ?")
_STRICT = re.compile(rb"([1-9]\d{0,8}) ")
_ENDS = b"\r\n\0"


class FrameError(Exception):
    """The connection does not keep to the framing, so that nothing more can be read from it."""


class Frames:
    """The bytes of one connection, of which at most one message is kept."""

    def __init__(self, framing: str, longest: int, rest: bytes = b"") -> None:
        self._framing = framing
        self._longest = longest
        self._rest = bytearray(rest)
        #: Bytes to leave out: of a counted message, or (-1) up to the next line end.
        self._skipping = 0

    @property
    def state(self) -> tuple[bytes, int]:
        """What a successor needs to go on: unfinished bytes, and what is left out."""
        return bytes(self._rest), self._skipping

    def resume(self, rest: bytes, skipping: int) -> None:
        """Go on where another process was."""
        self._rest, self._skipping = bytearray(rest), skipping

    def feed(self, data: bytes) -> list[tuple[bytes, bool]]:
        """Messages that are complete now, and whether they had to be cut.

        Raises `FrameError` where a length was demanded, and is missing.
        """
        self._rest += data
        found: list[tuple[bytes, bool]] = []
        while self._rest:
            if self._skipping:
                if not self._skip():
                    break
                continue
            if not self._next(found):
                break
        return found

    def end(self) -> list[tuple[bytes, bool]]:
        """The last message of a closed connection, though its line end is missing."""
        rest = bytes(self._rest).rstrip(_ENDS)
        self._rest.clear()
        return [(rest, False)] if rest and not self._skipping else []

    def _skip(self) -> bool:
        if self._skipping > 0:
            taken = min(self._skipping, len(self._rest))
            del self._rest[:taken]
            self._skipping -= taken
            return True
        end = self._rest.find(b"\n")
        if end < 0:
            self._rest.clear()
            return False
        del self._rest[: end + 1]
        self._skipping = 0
        return True

    def _next(self, found: list[tuple[bytes, bool]]) -> bool:
        """Take one message; false when more bytes are needed."""
        head = bytes(self._rest[:12])
        if self._framing == "octet-counting":
            match = _STRICT.match(head)
            if match is None:
                if _MAYBE_COUNTED.fullmatch(head):
                    return False
                raise FrameError(f"a length was expected, not {head!r}")
            return self._counted(int(match[1]), match.end(), found)
        if self._framing == "auto":
            match = _COUNTED.match(head)
            if match is not None:
                return self._counted(int(match[1]), match.end() - 1, found)
            if _MAYBE_COUNTED.fullmatch(head) and len(head) < 11:
                return False
        return self._line(found)

    def _counted(self, length: int, start: int, found: list[tuple[bytes, bool]]) -> bool:
        taken = min(length, self._longest)
        if len(self._rest) < start + taken:
            return False
        message = bytes(self._rest[start : start + taken]).rstrip(_ENDS)
        del self._rest[: start + taken]
        self._skipping = length - taken
        found.append((message, length > taken))
        return True

    def _line(self, found: list[tuple[bytes, bool]]) -> bool:
        end = self._rest.find(b"\n", 0, self._longest + 1)
        if end >= 0:
            message = bytes(self._rest[:end]).rstrip(_ENDS)
            del self._rest[: end + 1]
            if message:
                found.append((message, False))
            return True
        if len(self._rest) <= self._longest:
            return False
        found.append((bytes(self._rest[: self._longest]), True))
        del self._rest[: self._longest]
        self._skipping = -1
        return True
