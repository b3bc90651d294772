"""Threshold, quality, reasons."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pipelines import document, events, graph
from sklearn.metrics import roc_auc_score
from sshd_log import sshd_log

from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.ports import Scores

PATH = Path("/var/log/auth.log")


def learned(**model: Any) -> tuple[Runner, Scores]:
    runner = Runner(graph(document(PATH, **model)))
    return runner, runner.learn(events([line for line, _ in sshd_log(1000)]))


@pytest.mark.parametrize("contamination", [0.01, 0.1, 0.5])
def test_the_expected_share_decides_the_threshold(contamination: float) -> None:
    _, scores = learned(contamination=contamination)
    assert 0 < scores.anomalies.mean() <= contamination


def test_a_given_threshold_wins() -> None:
    _, scores = learned(threshold=0.55)
    assert scores.threshold == 0.55
    assert (scores.anomalies == (scores.values >= 0.55)).all()


def test_the_same_seed_gives_the_same_model() -> None:
    first, second, other = (learned(seed=seed)[1].values for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_a_stored_model_scores_the_same_and_follows_todays_threshold() -> None:
    runner, _ = learned(contamination=0.01)
    other = Runner(graph(document(PATH, contamination=0.2)))
    other.load(copy.deepcopy(runner.save()))
    probe = events([line for line, _ in sshd_log(300, seed=99)])
    mine, theirs = runner.sample(probe), other.sample(probe)
    np.testing.assert_array_equal(mine.values, theirs.values)
    assert theirs.threshold < mine.threshold


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_attacks_stand_out_of_normal_traffic(seed: int) -> None:
    rows = list(sshd_log(8000, seed=seed, attack_share=0.08))
    truth = np.array([attack for _, attack in rows])
    assert 0.01 < truth.mean() < 0.2
    runner = Runner(graph(document(PATH)))
    parts = [runner.learn(events([line for line, _ in rows[:1000]])).values]
    parts += [
        runner.process(events([line for line, _ in rows[i : i + 256]])).values
        for i in range(1000, 8000, 256)
    ]
    assert roc_auc_score(truth, np.concatenate(parts)) > 0.95


def test_reasons_name_what_is_unusual() -> None:
    runner, _ = learned()
    lines = [
        f"May  9 10:00:{s:02d} bastion sshd[{s + 9}]: Failed password for root from 66.6.6.6 port 9"
        for s in range(40)
    ]
    scores = runner.process(events(lines))
    (reasons,) = scores.explain([39])
    names = [reason.name for reason in reasons]
    assert "source_failures" in names
    contributions = [reason.contribution for reason in reasons]
    assert contributions == sorted(contributions, reverse=True)
    assert min(contributions) > 0
    failures = reasons[names.index("source_failures")]
    assert failures.value == pytest.approx(40)
    assert failures.typical == pytest.approx(0)
    assert failures.text == "Failures from this address in the window: 40, usually 0."
    json.dumps([reason.as_json() for reason in reasons])
