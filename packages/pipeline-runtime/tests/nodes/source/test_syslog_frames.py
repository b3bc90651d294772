"""Messages of a connection, however the bytes of it arrive."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline_runtime.nodes.source.syslog_frames import FrameError, Frames

TEXTS = st.lists(
    st.tuples(st.text("ab <>é09", min_size=1, max_size=30), st.booleans()), max_size=12
)


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(places)]


@given(TEXTS, st.lists(st.integers(0, 1000), max_size=10))
def test_both_framings_in_one_connection_and_a_successor_that_goes_on(
    texts: list[tuple[str, bool]], cuts: list[int]
) -> None:
    messages = [f"<13>{text}".encode().rstrip() for text, _ in texts]
    data = b"".join(
        b"%d %s" % (len(message), message) if counted else message + b"\n"
        for message, (_, counted) in zip(messages, texts, strict=True)
    )
    frames = Frames("auto", 1000)
    found = []
    for piece in in_pieces(data, cuts):
        found += frames.feed(piece)
        # As at every hand-over.
        successor = Frames("auto", 1000)
        successor.resume(*frames.state)
        frames = successor
    assert found == [(message, False) for message in messages]
    assert frames.end() == []


def test_lines_that_begin_with_a_number_are_no_lengths() -> None:
    frames = Frames("auto", 100)
    assert frames.feed(b"2024 was a year\n12 <13>eight ch\n") == [
        (b"2024 was a year", False),
        (b"<13>eight ch", False),
    ]


@pytest.mark.parametrize("counted", [True, False])
def test_long_messages_are_cut_and_the_next_one_is_found(counted: bool) -> None:
    frames = Frames("auto", 10)
    long, next_ = b"<13>" + b"x" * 50, b"<13>next"
    data = b"54 %s8 %s" % (long, next_) if counted else long + b"\n" + next_ + b"\n"
    found = [message for i in range(len(data)) for message in frames.feed(data[i : i + 1])]
    assert found == [(long[:10], True), (next_, False)]


def test_the_last_message_may_lack_its_end() -> None:
    frames = Frames("newline", 100)
    assert frames.feed(b"one\r\n\n\x00two") == [(b"one", False)]
    assert [message for message, _ in frames.end()] == [b"\x00two"]
    assert frames.end() == []


def test_a_length_that_is_demanded_has_to_be_there() -> None:
    frames = Frames("octet-counting", 100)
    assert frames.feed(b"3 abc") == [(b"abc", False)]
    with pytest.raises(FrameError, match="length"):
        frames.feed(b"no length\n")
