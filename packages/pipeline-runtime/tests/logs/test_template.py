"""Masks, words, and shapes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline_runtime.logs.line_shape import ShapeCache
from pipeline_runtime.logs.template import template_of, words_of, words_of_template


def test_what_varies_is_masked() -> None:
    message = (
        "job 42 of 10.0.0.1 read /var/lib/x-1/data.bin id 0xdeadbeef "
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff in 1.5 s"
    )
    assert template_of(message) == (
        "job <number> of <address> read <path> id <id> <id> in <number> s"
    )


def test_words_of_paths_count_but_masks_do_not() -> None:
    assert words_of("GET /wp-admin/setup.php") == ("get", "wp-admin", "setup", "php")
    assert words_of_template("GET <path> took <number> ms") == ("get", "took", "ms")


@given(st.integers(0, 10**9), st.integers(0, 255), st.integers(0, 255))
def test_lines_that_differ_in_digits_only_share_a_shape(pid: int, a: int, b: int) -> None:
    cache = ShapeCache()
    line = f"May  1 10:00:00 h sshd[{pid}]: Failed password for root from 10.0.{a}.{b} port 22"
    other = line.translate(str.maketrans("0123456789", "9876543210"))
    # Month and day stay what they are, so that both are times.
    shape = cache.of(line)
    assert cache.of(other) is shape
    assert line[shape.address[0] : shape.address[1]] == f"10.0.{a}.{b}"
    assert line[shape.pid[0] : shape.pid[1]] == str(pid)


def test_the_cache_is_bounded() -> None:
    cache = ShapeCache(limit=10)
    for i in range(100):
        cache.of("x" * i)
    assert len(cache._shapes) <= 10


def test_long_lines_fill_the_cache_by_their_size() -> None:
    cache = ShapeCache()
    for i in range(2500):
        cache.of("y" * 8000 + "x" * (i % 97) + "abcdefghij"[i % 10] * (i // 10))
    assert sum(map(len, cache._shapes)) < 8_100_000
    shape = cache.of(" ".join(f"word{chr(97 + i % 26) * (i // 26 + 1)}" for i in range(400)))
    assert len(shape.words) == 64
    assert len(shape.template) == 512


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser(text: str) -> None:
    shape = ShapeCache().of(text)
    shape.severity_of(text)
    assert len(shape.content) == 9
