"""Bins of training events, and the population-stability index."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pytest
from pipelines import document, events, graph
from sshd_log import sshd_log

from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.ports import Column, Features, LogEvents, Matrix

RANDOM = np.random.default_rng(1)
EVENTS = 4000


def features(*columns: Matrix, adapts: tuple[bool, ...] = ()) -> Features:
    rows = np.column_stack(columns)
    names = tuple(
        Column(f"c{i}", f"column {i}", adapts=i < len(adapts) and adapts[i])
        for i in range(rows.shape[1])
    )
    return Features(LogEvents([], [], 0.0), names, rows, rows, np.zeros(len(rows)))


def psi(before: Matrix, now: Matrix) -> float:
    reference = Reference.of(features(before))
    assert reference is not None
    return float(reference.psi(reference.count(reference.pick(features(now))))[0])


@pytest.mark.parametrize(
    ("before", "same", "moved"),
    [
        pytest.param(
            RANDOM.normal(size=EVENTS),
            RANDOM.normal(size=EVENTS),
            RANDOM.normal(0.8, size=EVENTS),
            id="continuous",
        ),
        pytest.param(
            RANDOM.choice([0.0, 1.0, 2.0], EVENTS, p=[0.7, 0.2, 0.1]),
            RANDOM.choice([0.0, 1.0, 2.0], EVENTS, p=[0.7, 0.2, 0.1]),
            RANDOM.choice([0.0, 1.0, 2.0], EVENTS, p=[0.3, 0.2, 0.5]),
            id="categories",
        ),
        pytest.param(
            np.where(RANDOM.random(EVENTS) < 0.95, 0.0, RANDOM.random(EVENTS)),
            np.where(RANDOM.random(EVENTS) < 0.95, 0.0, RANDOM.random(EVENTS)),
            np.where(RANDOM.random(EVENTS) < 0.5, 0.0, RANDOM.random(EVENTS)),
            id="mostly zero",
        ),
        pytest.param(np.zeros(EVENTS), np.zeros(EVENTS), np.full(EVENTS, 0.5), id="constant"),
        pytest.param(
            np.full(EVENTS, 3.0), np.full(EVENTS, 3.0), np.full(EVENTS, -3.0), id="another constant"
        ),
        pytest.param(
            RANDOM.choice([0.0, 10.0], EVENTS),
            RANDOM.choice([0.0, 10.0], EVENTS) + RANDOM.normal(0, 0.1, EVENTS),
            np.full(EVENTS, 40.0),
            id="categories that wander a little",
        ),
    ],
)
def test_it_tells_drift_from_chance(before: Matrix, same: Matrix, moved: Matrix) -> None:
    assert psi(before, same) < 0.05
    assert psi(before, moved) > 0.25


def test_it_is_the_formula_with_half_an_event_in_each_bin() -> None:
    before = np.array([0.0] * 60 + [1.0] * 40)
    reference = Reference.of(features(before))
    assert reference is not None
    now = np.array([0.0] * 20 + [1.0] * 80)
    counted = reference.count(reference.pick(features(now)))
    # An open bin on both sides, and one for each value.
    assert reference.counts.tolist() == [0, 60, 40, 0]
    assert counted.tolist() == [0, 20, 80, 0]
    shares = [((a + 0.5) / 102, (b + 0.5) / 102) for a, b in ((60, 20), (40, 80))]
    expected = sum((b - a) * log(b / a) for a, b in shares)
    assert reference.psi(counted)[0] == pytest.approx(expected)


def test_about_ten_bins_and_every_row_in_one() -> None:
    values = RANDOM.normal(size=EVENTS)
    reference = Reference.of(features(values))
    assert reference is not None
    assert 10 <= reference.size <= 13
    assert reference.counts.sum() == EVENTS
    assert reference.count(np.array([[-1e9], [0.0], [1e9]])).sum() == 3


def test_bins_are_told_in_the_unit_of_the_feature() -> None:
    rows = np.log1p(np.array([[0.0]] * 50 + [[99.0]] * 50))
    columns = (Column("length", "length", log=True),)
    reference = Reference.of(
        Features(LogEvents([], [], 0.0), columns, rows, rows, np.zeros(len(rows)))
    )
    assert reference is not None
    ((low, high),) = reference.bins(reference.counts)
    assert (low.expected, high.expected, low.actual) == (0.5, 0.5, 0.5)
    assert low.high is not None
    assert 0 < low.high < 99 < (high.high or 0)


def test_a_file_brings_it_back() -> None:
    reference = Reference.of(features(RANDOM.normal(size=300), np.zeros(300)))
    assert reference is not None
    again = Reference.from_json(json.loads(json.dumps(reference.as_json())))
    assert again is not None
    now = RANDOM.normal(size=(50, 2))
    np.testing.assert_array_equal(again.count(now), reference.count(now))
    np.testing.assert_array_equal(again.counts, reference.counts)


@pytest.mark.parametrize("value", [None, {}, {"columns": [], "edges": [], "counts": []}])
def test_what_is_no_reference_is_none(value: dict[str, object] | None) -> None:
    assert Reference.from_json(value) is None


def test_features_that_follow_the_stream_are_left_out() -> None:
    reference = Reference.of(features(np.zeros(9), np.arange(9.0), adapts=(True, False)))
    assert reference is not None
    assert reference.names == ["c1"]
    assert Reference.of(features(np.zeros(9), adapts=(True,))) is None


def test_the_same_log_does_not_drift_and_another_does() -> None:
    lines = [line for line, _ in sshd_log(14_000, attack_share=0)]
    runner = Runner(graph(document({})))
    reference = Reference.of(runner.learn(events(lines[:5000])).features)
    assert reference is not None

    def drift(later: list[str]) -> float:
        parts = [
            runner.process(events(later[i : i + 250])).features for i in range(0, len(later), 250)
        ]
        counts = sum(reference.count(reference.pick(part)) for part in parts)
        return float(reference.psi(counts).max())  # type: ignore[arg-type]

    assert drift(lines[5000:11_000]) < 0.25
    attacked = [line for line, _ in sshd_log(3000, seed=3, attack_share=0.8)]
    assert drift(attacked) > 0.5
