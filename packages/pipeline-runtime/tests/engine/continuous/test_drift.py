"""The rolling window of drift."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipeline_runtime.engine.continuous import drift
from pipeline_runtime.engine.continuous.drift import DriftMonitor
from pipeline_runtime.engine.continuous.reference import Reference
from pipeline_runtime.ports import Column, Features, LogEvents, Matrix

COLUMNS = (Column("severity", "severity"), Column("length", "length of the message", log=True))


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "_ALLOWANCE", 60.0)


def features(rows: Matrix) -> Features:
    return Features(LogEvents([], [], 0.0), COLUMNS, rows, rows, np.zeros(len(rows)))


def usual(count: int, seed: int = 0) -> Features:
    random = np.random.default_rng(seed)
    return features(np.column_stack([random.integers(0, 3, count), random.normal(4, 1, count)]))


def monitor() -> DriftMonitor:
    made = DriftMonitor(1000, 0.25)
    made.use("1", Reference.of(usual(5000)))
    return made


def test_it_says_nothing_about_a_few_events() -> None:
    made = monitor()
    made.add(usual(200, 1))
    assert (made.report(), made.by_feature(), made.largest) == (None, {}, None)


def test_the_window_moves_on() -> None:
    made = monitor()
    for seed in range(8):
        made.add(usual(250, seed + 1))
    assert made.is_full
    assert made.largest is not None
    assert made.largest < 0.1
    other = features(np.column_stack([np.full(250, 9.0), np.full(250, 4.0)]))
    for _ in range(4):
        made.add(other)
    report = made.report()
    assert report is not None
    assert report["events"] == 1000
    assert report["psi"] > 1
    assert report["features"][0]["psi"] == report["psi"]
    for _ in range(4):
        made.add(usual(250, 77))
    assert made.largest < 0.2


def test_a_report_is_what_the_portal_reads() -> None:
    made = monitor()
    made.add(usual(600, 1))
    report = made.report()
    assert report is not None
    assert {"at", "events", "psi", "threshold", "features"} == set(report)
    for feature in report["features"]:
        assert set(feature) == {"name", "label", "psi", "bins"}
        assert sum(part["expected"] for part in feature["bins"]) == pytest.approx(1, abs=1e-4)
        assert sum(part["actual"] for part in feature["bins"]) == pytest.approx(1, abs=1e-4)
    json.dumps(report, allow_nan=False)
    assert set(made.by_feature()) == {"severity", "length"}


def test_a_restart_goes_on_with_the_window_of_the_same_model() -> None:
    made = monitor()
    for seed in range(4):
        made.add(usual(250, seed))
    state = json.loads(json.dumps(made.as_json()))
    again = monitor()
    again.restore(state)
    assert again.by_feature() == made.by_feature()
    assert again.is_full
    other = DriftMonitor(1000, 0.25)
    other.use("2", Reference.of(usual(5000)))
    other.restore(state)
    assert other.by_feature() == {}


def test_another_model_begins_anew() -> None:
    made = monitor()
    made.add(usual(600, 1))
    made.use("2", Reference.of(usual(5000, 2)))
    assert made.report() is None
    made.use("3", None)
    assert not made.measurable
    assert made.add(usual(600, 1)) is False


def test_it_takes_its_share_of_the_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "_ALLOWANCE", 0.0)
    monkeypatch.setattr(drift, "_TIME_SHARE", 0.0)
    made = monitor()
    made.add(usual(10, 1))
    # Whatever it took is more than nothing: the rest is left out.
    for seed in range(8):
        made.add(usual(250, seed))
    assert made.report() is None
