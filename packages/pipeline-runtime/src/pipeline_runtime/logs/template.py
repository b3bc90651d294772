"""The template of a message: what stays when numbers, addresses, paths and ids are masked."""

from __future__ import annotations

import re

#: An IPv6 address (RFC 4291, section 2.2): eight groups, fewer around `::`, or an IPv4 address
#: behind `::ffff:`.
ADDRESS6 = (
    r"(?<![\w:.])(?:::[fF]{4}:(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"
    r"|(?:(?:[0-9a-fA-F]{1,4}:){1,6}|:):(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,5})?)(?![\w:])"
)
_MASKS = re.compile(
    rf"(?P<address>(?<![\w.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?:/\d{{1,2}})?|{ADDRESS6})"
    r"|(?P<id>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"
    r"|\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b"
    r"|\b0x[0-9a-fA-F]+\b"
    r"|\b(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{6,}\b"
    r"|\b(?:SHA256|MD5):[\w+/:=]+)"
    r"|(?P<path>(?<![\w/<])(?:/[\w.@%+~=-]+){1,}/?)"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?)"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z_'-]*[A-Za-z]")
_LONGEST = 512
_LONGEST_WORD = 40
_MOST_WORDS = 64
_MASK_NAMES = re.compile(r"<(?:address|id|path|number)>")


def template_of(message: str) -> str:
    """The message with masks in place of what varies, spaces folded, cut at a bounded length."""
    return " ".join(_MASKS.sub(lambda m: f"<{m.lastgroup}>", message).split())[:_LONGEST]


def words_of(message: str) -> tuple[str, ...]:
    """The first different words of a message in lower case; those within paths too."""
    words = dict.fromkeys(word[:_LONGEST_WORD].lower() for word in _WORD.findall(message))
    return tuple(words)[:_MOST_WORDS]


def words_of_template(template: str) -> tuple[str, ...]:
    """The words that a template still holds."""
    return words_of(_MASK_NAMES.sub(" ", template))
