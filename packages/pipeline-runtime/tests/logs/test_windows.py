"""Sliding counts."""

from __future__ import annotations

import pytest

from pipeline_runtime.logs.vocabulary import Vocabulary
from pipeline_runtime.logs.windows import LONG_AGO, Window


def test_events_and_failures_of_a_key_are_counted_in_the_window() -> None:
    window = Window(60)
    assert window.add("a", 0.0, True) == (1.0, 1.0, LONG_AGO)
    assert window.add("a", 10.0, False) == (2.0, 1.0, 10.0)
    assert window.add("b", 10.0, False) == (1.0, 0.0, LONG_AGO)
    # Half of the previous bucket still lies within the window.
    assert window.add("a", 90.0, False) == pytest.approx((2.0, 0.5, 80.0))
    # Two buckets later nothing of it is left.
    assert window.add("a", 200.0, False)[:2] == (1.0, 0.0)


def test_a_steady_rate_is_measured() -> None:
    window = Window(60)
    counts = [window.add("a", float(second), False)[0] for second in range(600)]
    assert all(55 <= count <= 65 for count in counts[120:])


def test_time_may_run_backwards() -> None:
    window = Window(60)
    window.add("a", 1000.0, False)
    assert window.add("a", 100.0, False) == (1.0, 0.0, 0.0)


def test_fading_forgets_what_is_rare_and_its_words() -> None:
    vocabulary = Vocabulary()
    for _ in range(4):
        vocabulary.count("sshd: hello <number>", "sshd", "10.0.0.1", ("hello",), 3)
    vocabulary.count("sshd: unusual thing", "sshd", "10.0.0.2", ("unusual", "thing"), 3)
    vocabulary.fade()
    assert vocabulary.templates == {"sshd: hello <number>": 2}
    assert vocabulary.sources == {"10.0.0.1": 2}
    assert set(vocabulary.words) == {"sshd", "hello"}
    assert vocabulary.total == 2
    assert Vocabulary.from_json(vocabulary.as_json()).as_json() == vocabulary.as_json()


def test_memory_is_bounded_whoever_writes_the_log() -> None:
    window = Window(60)
    for i in range(120_000):
        window.add(f"10.0.{i}", float(i // 100), False)
    assert len(window.records) <= 50_000
    vocabulary = Vocabulary()
    vocabulary.horizon = 10**9
    for i in range(100_001):
        vocabulary.count(f"t{i}", "p", None, (), 0)
    assert vocabulary.is_full
    vocabulary.fade()
    assert not vocabulary.templates
