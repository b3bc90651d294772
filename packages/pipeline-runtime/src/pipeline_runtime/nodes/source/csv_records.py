"""Records of CSV (RFC 4180) out of lines, as a record may go over several."""

from __future__ import annotations

import csv

#: Bytes of a record; a longer one most likely begins with a quote that was never closed.
LONGEST_RECORD = 1_048_576

csv.field_size_limit(LONGEST_RECORD)


def is_open_after(line: bytes, delimiter: bytes, inside: bool) -> bool:
    """Whether a quoted field goes on behind a line; `inside`: it began within one."""
    if not inside and b'"' not in line:
        return False
    place = 0
    if not inside and line.startswith(b'"'):
        inside, place = True, 1
    while True:
        if inside:
            quote = line.find(b'"', place)
            if quote < 0:
                return True
            if line[quote + 1 : quote + 2] == b'"':
                place = quote + 2
                continue
            inside, place = False, quote + 1
        opening = line.find(delimiter + b'"', place)
        if opening < 0:
            return False
        inside, place = True, opening + 2


def fields_of(record: str, delimiter: str) -> list[str]:
    """The fields of one record; raises `ValueError` with the reason when it has none."""
    try:
        return next(csv.reader([record], delimiter=delimiter), [])
    except csv.Error as error:
        raise ValueError(f"It is no row: {error}.") from error
