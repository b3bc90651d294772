"""`isolation-forest`: learns what is usual without labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from pipeline_runtime.forest.explain import explain_rows
from pipeline_runtime.forest.flat_forest import FlatForest
from pipeline_runtime.forest.train_forest import train_forest
from pipeline_runtime.node import Inputs, Node, NodeState, Outputs
from pipeline_runtime.ports import Contribution, Features, Matrix, PortType, Scores


@dataclass(frozen=True)
class IsolationForestParameters:
    """Parameters of `isolation-forest`."""

    #: Expected share of anomalies; decides the threshold unless one is given.
    contamination: float = 0.01
    trees: int = 100
    #: Training rows that each tree sees.
    samples: int = 256
    seed: int = 42
    #: Score from which an event is an anomaly; `None`: from `contamination`.
    threshold: float | None = None
    training_events: int = 1000
    #: `once` or `continuous`.
    learning: str = "once"
    #: Latest events that a retraining learns from.
    window_events: int = 10_000
    #: Longest time between two trainings; `None`: no interval.
    retrain_every_minutes: int | None = 60
    #: Population-stability index from which a retraining starts.
    drift_threshold: float = 0.25
    #: Events that a challenger scores beside the champion.
    shadow_events: int = 500
    #: `automatic` or `manual`.
    promotion: str = "automatic"
    #: Read by the portal, which sees the alerts.
    rollback_on_alerts: bool = True
    rollback_window_minutes: int = 30


#: What decides when and how a model is replaced, not what it learns.
_REPLACEMENT = (
    "learning",
    "windowEvents",
    "retrainEveryMinutes",
    "driftThreshold",
    "shadowEvents",
    "promotion",
    "rollbackOnAlerts",
    "rollbackWindowMinutes",
)


class IsolationForestNode(Node):
    """Isolation Forest (Liu, Ting, Zhou 2008). Scores are in (0, 1]: higher is more anomalous.

    `grow` makes the forest; workers that share a training put their own in its place.
    """

    type_id = "isolation-forest"
    category = "model"
    inputs: ClassVar[dict[str, PortType]] = {"features": PortType.FEATURES}
    outputs: ClassVar[dict[str, PortType]] = {"scores": PortType.SCORES}
    Parameters = IsolationForestParameters
    unlearned_parameters = frozenset({"contamination", "threshold", *_REPLACEMENT})
    follows_stream = False
    parameters: IsolationForestParameters
    _forest: FlatForest
    _typical: Matrix
    _typical_raw: Matrix
    _spread: Matrix
    _training_scores: Matrix
    threshold: float

    def __init__(self, node_id: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(node_id, parameters)
        self.grow: Callable[[Matrix], FlatForest] = self.grow_all

    def grow_all(self, matrix: Matrix) -> FlatForest:
        """The whole forest."""
        p = self.parameters
        return train_forest(matrix, trees=p.trees, samples=p.samples, seed=p.seed)

    def learn(self, inputs: Inputs) -> Outputs:
        """Train on all rows, and find the threshold."""
        features = _features(inputs)
        values = features.values
        self._forest = self.grow(values)
        self._typical = np.median(values, axis=0)
        self._typical_raw = np.median(features.raw, axis=0)
        spread = values.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)
        scores = self._forest.scores(values)
        self._training_scores = np.sort(scores)
        self._set_threshold()
        return {"scores": self._scores(features, scores)}

    def process(self, inputs: Inputs) -> Outputs:
        """Score the rows."""
        features = _features(inputs)
        return {"scores": self._scores(features, self._forest.scores(features.values))}

    def save(self) -> NodeState:
        """Trees, usual values and the scores of the training rows."""
        arrays: dict[str, Any] = {f"forest_{k}": v for k, v in self._forest.arrays().items()}
        arrays |= {
            "typical": self._typical,
            "typical_raw": self._typical_raw,
            "spread": self._spread,
            "training_scores": self._training_scores,
        }
        return NodeState(values={"threshold": self.threshold}, arrays=arrays)

    def load(self, state: NodeState) -> None:
        """Take over a forest; the threshold follows today's parameters."""
        arrays = state.arrays
        self._forest = FlatForest(
            {k.removeprefix("forest_"): v for k, v in arrays.items() if k.startswith("forest_")}
        )
        self._typical = arrays["typical"]
        self._typical_raw = arrays["typical_raw"]
        self._spread = arrays["spread"]
        self._training_scores = arrays["training_scores"]
        self._set_threshold()

    def _set_threshold(self) -> None:
        if self.parameters.threshold is not None:
            self.threshold = float(self.parameters.threshold)
            return
        quantile = np.quantile(self._training_scores, 1.0 - self.parameters.contamination)
        # Just above, so that a crowd of equal scores at the quantile stays below.
        self.threshold = float(np.nextafter(quantile, 2.0))

    def _scores(self, features: Features, scores: Matrix) -> Scores:
        def explain(rows: Sequence[int]) -> list[list[Contribution]]:
            return explain_rows(
                self._forest,
                features,
                scores,
                rows,
                self._typical,
                self._typical_raw,
                self._spread,
            )

        return Scores(features, scores, self.threshold, self.id, explain)


def _features(inputs: Inputs) -> Features:
    features = inputs["features"]
    if not isinstance(features, Features):
        raise TypeError("isolation-forest reads features")
    return features
