"""What pipelines find: in the sample logs, and where nearly everything is an attack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attacked_log import attacked_log, is_login
from numpy.typing import NDArray
from pipelines import document, events, graph
from sklearn.metrics import roc_auc_score

from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.graph import Graph
from pipeline_runtime.spec import read_spec

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
_BATCH = 256
#: Of `generate_*_log.py`: there is no attack among these.
_QUIET_LINES = 1000


def scored(pipeline: Graph, lines: list[str]) -> tuple[NDArray[np.float64], float]:
    """Scores of what follows the training lines, and the threshold."""
    runner = Runner(pipeline)
    required = pipeline.model.parameters.training_events
    threshold = runner.learn(events(lines[:required])).threshold
    score = runner.process if pipeline.mode == "stream" else runner.sample
    rest = range(required, len(lines), _BATCH)
    return np.concatenate([score(events(lines[i : i + _BATCH])).values for i in rest]), threshold


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the package stands alone")
@pytest.mark.parametrize(
    ("pipeline", "log", "recall", "false_share"),
    [("ssh-anomalies", "sshd", 0.75, 0.02), ("access-log-api", "access", 0.8, 0.02)],
)
def test_the_example_pipelines_find_most_attacks_of_the_sample_logs(
    pipeline: str, log: str, recall: float, false_share: float
) -> None:
    example = Graph.build(read_spec(EXAMPLES / "pipelines" / f"{pipeline}.yaml"))
    assert example.model.parameters.training_events == _QUIET_LINES
    lines = (EXAMPLES / f"logs/{log}-sample.log").read_text("utf-8").splitlines()
    labels = (EXAMPLES / f"logs/{log}-sample.labels.csv").read_text("utf-8").splitlines()[1:]
    attacks = np.array([not label.endswith(",normal") for label in labels])
    assert not attacks[:_QUIET_LINES].any()
    values, threshold = scored(example, lines)
    truth, flagged = attacks[_QUIET_LINES:], values >= threshold
    assert roc_auc_score(truth, values) > 0.9
    assert flagged[truth].mean() > recall
    assert flagged[~truth].mean() < false_share


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_log_full_of_attacks_does_not_flood(seed: int) -> None:
    lines = list(attacked_log(8000, seed))
    pipeline = graph(document(Path("/var/log/auth.log"), contamination=0.02, trainingEvents=1000))
    values, threshold = scored(pipeline, lines)
    logins = np.array([is_login(line) for line in lines[1000:]])
    flagged = values >= threshold
    assert 3 <= logins.sum() < 0.01 * len(logins)
    assert 0.005 < flagged.mean() < 0.04
    assert flagged[logins].mean() > 0.7
    assert (values[logins] > np.quantile(values, 0.95)).all()


def test_a_log_that_says_the_same_again_and_again() -> None:
    same = [
        f"2024-05-01T10:{i // 60:02d}:{i % 60:02d}Z h app: all is well" for i in range(300)
    ] * 10
    pipeline = graph(document(Path("/var/log/auth.log"), contamination=0.02, trainingEvents=1000))
    values, threshold = scored(pipeline, [*same, "2024-05-01T10:06:00Z h app: disk failure"])
    assert values[-1] >= threshold
    assert values[-1] == values.max()
    assert (values[:-1] >= threshold).mean() < 0.04
