"""Parts of lines of every format."""

from __future__ import annotations

import calendar

import pytest

from pipeline_runtime.logs.header import Span, read_header
from pipeline_runtime.logs.line_shape import LineShape
from pipeline_runtime.logs.timestamps import TimestampReader

NOW = float(calendar.timegm((2024, 6, 1, 0, 0, 0)))
MOMENT = float(calendar.timegm((2024, 5, 1, 10, 0, 0)))

LINES = [
    (
        "May  1 10:00:00 web01 sshd[123]: Failed password for root from 10.1.2.3 port 22 ssh2",
        ("web01", "sshd", "Failed password for root from 10.1.2.3 port 22 ssh2", "10.1.2.3", 2),
    ),
    (
        "<38>May  1 10:00:00 web01 sshd: Accepted publickey for bob from fe80::1:2 port 22",
        ("web01", "sshd", "Accepted publickey for bob from fe80::1:2 port 22", "fe80::1:2", 0),
    ),
    (
        "2024-05-01T12:00:00.000000+02:00 web01 sudo: pam_unix(sudo:auth): conversation failed",
        ("web01", "sudo", "pam_unix(sudo:auth): conversation failed", "", 2),
    ),
    (
        '<11>1 2024-05-01T10:00:00Z db pg 77 - [x y="z\\]"][z] connection lost',
        ("db", "pg", "connection lost", "", 2),
    ),
    (
        '10.9.8.7 - bob [01/May/2024:12:00:00 +0200] "GET /a?b=1 HTTP/1.1" 503 17 "-" "curl/8"',
        ("", "", 'GET /a?b=1 HTTP/1.1" 503 17 "-" "curl/8"', "10.9.8.7", 2),
    ),
    (
        '{"time":"2024-05-01T10:00:00.000Z","level":"fatal","msg":"disk full","host":"n1",'
        '"client":"10.0.0.9"}',
        ("n1", "", "disk full", "10.0.0.9", 3),
    ),
    (
        '{"ts":1714557600.0,"level":30,"message":"ok","service":"api"}',
        ("", "api", "ok", "", 0),
    ),
    (
        "<34>1 2024-05-01T10:00:00.000Z web01 su - ID47 - \ufeff'su root' failed on /dev/pts/8",
        ("web01", "su", "'su root' failed on /dev/pts/8", "", 3),
    ),
    (
        "2024-05-01T10:00:00+0000 web01 sshd[1]: Invalid user pi from 10.1.2.3 port 22",
        ("web01", "sshd", "Invalid user pi from 10.1.2.3 port 22", "10.1.2.3", 2),
    ),
    (
        '2001:db8::1 - - [01/May/2024:10:00:00 +0000] "GET / HTTP/2.0" 200 153 "-" "Mozilla/5.0"',
        ("", "", 'GET / HTTP/2.0" 200 153 "-" "Mozilla/5.0"', "2001:db8::1", 0),
    ),
    (
        '::ffff:10.0.0.1 - - [01/May/2024:10:00:00 +0000] "\\x16\\x03" 400 157 "-" "-"',
        ("", "", '\\x16\\x03" 400 157 "-" "-"', "::ffff:10.0.0.1", 2),
    ),
    (
        'shop.example:443 10.0.0.1 - - [01/May/2024:10:00:00 +0000] "GET / HTTP/1.1" 500 1',
        ("", "", 'GET / HTTP/1.1" 500 1', "10.0.0.1", 2),
    ),
    (
        '10.0.0.1, 10.9.9.9 - - [01/May/2024:10:00:00 +0000] "GET / HTTP/1.1" 500 1 "-" "-"',
        ("", "", 'GET / HTTP/1.1" 500 1 "-" "-"', "10.0.0.1", 2),
    ),
    (
        "2024/05/01 10:00:00 [error] 7#7: *1 connect() failed, client: 10.0.0.5, server: _",
        ("", "", " [error] 7#7: *1 connect() failed, client: 10.0.0.5, server: _", "10.0.0.5", 2),
    ),
    (
        '{"log":"connect() failed, client: 10.0.0.5\\n","stream":"stderr",'
        '"time":"2024-05-01T10:00:00.000000000Z"}',
        ("", "", "connect() failed, client: 10.0.0.5\\n", "10.0.0.5", 2),
    ),
    (
        "2024-05-01T10:00:00.000000000Z stderr F cannot reach 10.0.0.7",
        ("", "", " stderr F cannot reach 10.0.0.7", "10.0.0.7", 2),
    ),
    (
        '{"ts":"2024-05-01T10:00:00Z","severity":"ERROR","message":"\\"caf\\u00e9\\" closed"}',
        ("", "", '\\"caf\\u00e9\\" closed', "", 2),
    ),
    (
        "<11>May  1 10:00:00 web01 no tag here from 10.0.0.7",
        ("", "", " web01 no tag here from 10.0.0.7", "10.0.0.7", 2),
    ),
    (
        "<190>May  1 10:00:00 web01 nginx: 10.0.0.1 - - [01/May/2024:10:00:00 +0000] "
        '"GET /a HTTP/1.1" 500 1 "-" "-"',
        ("web01", "nginx", 'GET /a HTTP/1.1" 500 1 "-" "-"', "10.0.0.1", 2),
    ),
    (
        '<14>1 2024-05-01T10:00:00Z web01 api 7 - - {"level":"fatal","msg":"down","ip":"10.0.0.3"}',
        ("web01", "api", "down", "10.0.0.3", 3),
    ),
    (
        "2024-05-01 10:00:00,000 ERROR com.acme.Main - boom",
        ("", "", " ERROR com.acme.Main - boom", "", 2),
    ),
]


@pytest.mark.parametrize(("line", "parts"), LINES)
def test_parts_are_found(line: str, parts: tuple[str, str, str, str, int]) -> None:
    def text(span: Span | None) -> str:
        return line[span[0] : span[1]] if span else ""

    header, shape = read_header(line), LineShape(line)
    found = (text(header.host), text(header.process), text(header.message), text(shape.address))
    assert (*found, shape.severity_of(line)) == parts
    assert header.time_kind is not None
    assert header.time is not None
    reader = TimestampReader(lambda: NOW)
    assert reader.read(header.time_kind, text(header.time)) == MOMENT


@pytest.mark.parametrize(
    "line", ["", " ", "{", "{}", "[1]", "<", "x" * 9000, "\x00\ufffd", '{"time":{}}', "<9>1 - - -"]
)
def test_any_text_is_a_line(line: str) -> None:
    assert read_header(line).message[1] <= len(line)
    LineShape(line)


@pytest.mark.parametrize(
    "text", ["version 1.2.3.4.5 of 11.22.33", "at 10:00:00 std::vector", "52:54:00:12:34:56 up"]
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert LineShape(text).address == (0, 0)


@pytest.mark.parametrize(
    "address", ["::1", "::ffff:10.1.2.3", "fe80::", "2001:db8::8:800:200c:417a", "1:2:3:4:5:6:7:8"]
)
def test_addresses_of_version_6_are_found(address: str) -> None:
    shape = LineShape(f"from {address} port 22")
    assert f"from {address} port 22"[shape.address[0] : shape.address[1]] == address
    assert shape.template == "from <address> port <number>"


@pytest.mark.parametrize(
    ("text", "now", "year"),
    [
        ("Dec 31 23:59:59", (2024, 1, 1), 2023),
        ("Jan  1 00:00:01", (2023, 12, 31), 2024),
        ("Feb 29 12:00:00", (2024, 6, 1), 2024),
        ("May  1 2020 10:00:00", (2024, 6, 1), 2020),
    ],
)
def test_a_time_without_year_is_the_one_closest_to_now(
    text: str, now: tuple[int, int, int], year: int
) -> None:
    moment = TimestampReader(lambda: calendar.timegm((*now, 23, 59, 30))).read("rfc3164", text)
    assert moment is not None
    import time

    assert time.gmtime(moment).tm_year == year


def test_a_priority_is_read_although_the_rest_keeps_to_no_rfc() -> None:
    line = "<35>su[77]: it went up"
    header, shape = read_header(line), LineShape(line)
    assert header.process is not None
    assert line[header.process[0] : header.process[1]] == "su"
    assert line[header.message[0] : header.message[1]] == "it went up"
    assert shape.severity_of(line) == 2
    assert LineShape("<14>just text").severity_of("<14>just text") == 0


def test_all_fields_of_a_json_line_count() -> None:
    def shape(text: str) -> LineShape:
        return LineShape('{"time":"2024-05-01T10:00:00Z","msg":"request",' + text + "}")

    usual = shape('"method":"GET","path":"/a","ms":12,"user":{"role":"guest"},"error":null')
    assert usual.template == "request method=GET ms=<number> path=<path> user.role=guest"
    # The order of the fields and the values of numbers do not matter.
    other = shape('"user":{"role":"guest"},"path":"/b","method":"GET","ms":1234')
    assert other.template == usual.template
    rare = shape('"method":"DELETE","path":"/a","ms":12,"user":{"role":"admin"}')
    assert rare.template != usual.template
    assert {"delete", "admin"} <= set(rare.words)
    # Names of fields are no bad news; their values are.
    assert shape('"failed":0').severity == 0
    assert shape('"result":"denied"').severity == 2
    assert shape(f'"token":"{"x" * 100}"').template == "request token=..."


def test_a_json_line_without_a_message_is_told_by_its_fields() -> None:
    shape = LineShape('{"ts":"2024-05-01T10:00:00Z","amount":12.5,"country":"CH"}')
    assert shape.template == "amount=<number> country=CH"
