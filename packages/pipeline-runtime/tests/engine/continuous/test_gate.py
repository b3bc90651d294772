"""What lets a challenger pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipeline_runtime.engine.continuous.gate import judge, rank_correlation, refusal
from pipeline_runtime.engine.continuous.settings import LearningSettings
from pipeline_runtime.engine.continuous.shadow import Compared

SETTINGS = LearningSettings(
    continuous=True,
    window_events=1000,
    retrain_every=None,
    drift_threshold=0.25,
    shadow_events=400,
    automatic=True,
    contamination=0.02,
)
SCORES = np.random.default_rng(2).random(400)
GOOD = Compared(
    champion=SCORES.tolist(),
    challenger=(SCORES * 0.9).tolist(),
    champion_anomalies=8,
    challenger_anomalies=9,
    champion_seconds=[1e-4] * 4,
    challenger_seconds=[1.1e-4] * 4,
)


def failed(gate: dict[str, Any]) -> list[str]:
    return [check["name"] for check in gate["checks"] if not check["passed"]]


def test_one_that_is_as_good_passes() -> None:
    gate = judge(GOOD, (0.05, 0.1), SETTINGS)
    assert gate["passed"]
    assert (gate["events"], failed(gate), refusal(gate)) == (400, [], "")
    assert all(check["text"].endswith(".") for check in gate["checks"])


@pytest.mark.parametrize(
    ("change", "drift", "check"),
    [
        ({"challenger_anomalies": 60}, (0.05, 0.05), "anomaly-ratio"),
        ({"challenger": SCORES[::-1].tolist()}, (0.05, 0.05), "agreement"),
        ({"challenger": [0.5] * 400}, (0.05, 0.05), "agreement"),
        ({}, (0.3, 0.4), "drift"),
        ({"challenger_seconds": [0.002] * 4}, (0.05, 0.05), "latency"),
    ],
)
def test_each_condition_can_stop_it(
    change: dict[str, Any], drift: tuple[float, float], check: str
) -> None:
    gate = judge(replace(GOOD, **change), drift, SETTINGS)
    assert not gate["passed"]
    assert failed(gate) == [check]
    assert refusal(gate) == next(c["text"] for c in gate["checks"] if c["name"] == check)


def test_where_the_champion_flags_everything_a_calmer_one_is_welcome() -> None:
    gate = judge(replace(GOOD, champion_anomalies=300, challenger_anomalies=40), None, SETTINGS)
    assert gate["passed"]


def test_after_drift_the_order_may_be_another_but_not_the_contrary() -> None:
    other = np.random.default_rng(3).random(400) + 0.1 * SCORES
    gate = judge(replace(GOOD, challenger=other.tolist()), (1.0, 0.1), SETTINGS)
    assert gate["passed"]
    contrary = replace(GOOD, challenger=(1 - SCORES).tolist())
    assert failed(judge(contrary, (1.0, 0.1), SETTINGS)) == ["agreement"]


def test_a_champion_without_bins_cannot_stop_it() -> None:
    assert judge(GOOD, None, SETTINGS)["passed"]


def test_rank_correlation_is_spearmans() -> None:
    first = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert rank_correlation(first, first**3) == pytest.approx(1)
    assert rank_correlation(first, -first) == pytest.approx(-1)
    # With ties, as scipy.stats.spearmanr gives it.
    assert rank_correlation(first, np.array([1.0, 1.0, 2.0, 2.0, 9.0])) == pytest.approx(0.948683)
    assert rank_correlation(first, np.ones(5)) == 0
    assert rank_correlation(np.array([1.0]), np.array([1.0])) == 0
