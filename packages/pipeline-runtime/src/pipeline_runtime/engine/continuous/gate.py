"""Whether a challenger may take the champion's place."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from pipeline_runtime.engine.continuous.settings import LearningSettings
from pipeline_runtime.engine.continuous.shadow import Compared
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.ports import Matrix

#: Least rank correlation with a champion whose training events still look like today's.
_LEAST_AGREEMENT = 0.5
#: Times the expected share of anomalies, and times the champion's, that may be flagged.
_TIMES_EXPECTED = 3.0
_TIMES_CHAMPION = 1.5
#: Times the champion's scoring time, and seconds per event that are no matter in any case.
_TIMES_SLOWER = 2.0
_SLOWER_SECONDS = 0.001


@dataclass(frozen=True)
class Check:
    """One condition, as the API tells it."""

    name: str
    passed: bool
    value: float
    bound: float
    text: str


def judge(
    compared: Compared, drift: tuple[float, float] | None, settings: LearningSettings
) -> dict[str, Any]:
    """The result of the gate, as the API tells it; `drift` of champion and challenger."""
    checks = [
        _anomaly_ratio(compared, settings.contamination),
        _agreement(compared, drift, settings.drift_threshold),
        _drift(drift, settings.drift_threshold),
        _latency(compared),
    ]
    return {
        "at": rfc3339(time.time()),
        "passed": all(check.passed for check in checks),
        "events": len(compared),
        "checks": [
            {**vars(check), "value": _rounded(check.value), "bound": _rounded(check.bound)}
            for check in checks
        ],
    }


def refusal(gate: dict[str, Any]) -> str:
    """Why the gate did not let it pass, in one text."""
    return " ".join(check["text"] for check in gate["checks"] if not check["passed"])


def _anomaly_ratio(compared: Compared, contamination: float) -> Check:
    events = max(1, len(compared))
    mine, theirs = compared.challenger_anomalies / events, compared.champion_anomalies / events
    # Three standard deviations, as a few events may hold more anomalies by chance.
    chance = 3.0 * sqrt(contamination * (1.0 - contamination) / events)
    bound = min(1.0, max(_TIMES_EXPECTED * contamination, _TIMES_CHAMPION * theirs) + chance)
    return Check(
        "anomaly-ratio",
        mine <= bound,
        mine,
        bound,
        f"It flags {_percent(mine)} of the events, the champion {_percent(theirs)}; "
        f"at most {_percent(bound)} are plausible.",
    )


def _agreement(compared: Compared, drift: tuple[float, float] | None, threshold: float) -> Check:
    value = rank_correlation(np.array(compared.champion), np.array(compared.challenger))
    drifted = drift is not None and drift[0] >= threshold
    bound = 0.0 if drifted else _LEAST_AGREEMENT
    why = " as the champion's training events no longer look like today's" if drifted else ""
    return Check(
        "agreement",
        value >= bound,
        value,
        bound,
        f"Both models put the events in an order that agrees by {value:.2f} (1: the same order); "
        f"at least {bound:.2f} is asked for{why}.",
    )


def _drift(drift: tuple[float, float] | None, threshold: float) -> Check:
    if drift is None:
        text = "The champion was stored without bins, so that drift cannot be compared."
        return Check("drift", True, 0.0, threshold, text)
    theirs, mine = drift
    bound = max(theirs, threshold)
    return Check(
        "drift",
        mine <= bound,
        mine,
        bound,
        f"The events differ from its training events by a stability index of {mine:.2f}, "
        f"from the champion's by {theirs:.2f}; at most {bound:.2f} is asked for.",
    )


def _latency(compared: Compared) -> Check:
    mine, theirs = _median(compared.challenger_seconds), _median(compared.champion_seconds)
    bound = max(_TIMES_SLOWER * theirs, theirs + _SLOWER_SECONDS)
    return Check(
        "latency",
        mine <= bound,
        # In milliseconds.
        mine * 1000,
        bound * 1000,
        f"It takes {mine * 1000:.3f} ms an event, the champion {theirs * 1000:.3f} ms; "
        f"at most {bound * 1000:.3f} ms is asked for.",
    )


def rank_correlation(first: Matrix, second: Matrix) -> float:
    """Spearman's coefficient, ties with their mean rank; 0 where one side is constant."""
    if len(first) < 2:
        return 0.0
    a, b = _ranks(first), _ranks(second)
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / norm if norm > 0 else 0.0


def _ranks(values: Matrix) -> Matrix:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means = ends - (counts - 1) / 2.0
    return np.asarray(means[inverse])


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
