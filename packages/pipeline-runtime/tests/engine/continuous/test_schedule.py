"""When a training is due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline_runtime.engine.continuous.schedule import Situation, due, due_at

CALM = Situation(
    now=10_000.0,
    continuous=True,
    learned=True,
    busy=False,
    last_training=9_000.0,
    interval=3600.0,
    new_events=500,
    drift=0.1,
    drift_threshold=0.25,
    in_vain=0,
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"now": 12_600.0}, "interval"),
        ({"now": 12_599.0}, None),
        ({"now": 99_999.0, "interval": None}, None),
        ({"drift": 0.25}, "drift"),
        ({"drift": None, "now": 12_600.0}, "interval"),
        ({"drift": 0.25, "busy": True}, None),
        ({"drift": 0.25, "continuous": False}, None),
        ({"drift": 0.25, "learned": False}, None),
        ({"drift": 0.25, "new_events": 49}, None),
        ({"drift": 0.25, "new_events": None}, "drift"),
        ({"drift": 0.25, "last_training": 9_950.0}, None),
        # What a training could not cure does not keep the machine busy.
        ({"drift": 0.25, "in_vain": 4}, "drift"),
        ({"drift": 0.25, "in_vain": 5}, None),
        ({"drift": 0.25, "in_vain": 500, "interval": None}, None),
        ({"drift": 0.25, "in_vain": 500, "now": 16_200.0}, "drift"),
    ],
)
def test_it_is_due_for_a_reason(change: dict[str, Any], expected: str | None) -> None:
    assert due(replace(CALM, **change)) == expected


def test_the_interval_has_an_end_only_where_it_counts() -> None:
    assert due_at(CALM) == 12_600.0
    assert due_at(replace(CALM, interval=None)) is None
    assert due_at(replace(CALM, continuous=False)) is None
