"""`normalisation`: brings features to one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline_runtime.node import Inputs, Node, NodeState, Outputs
from pipeline_runtime.ports import Features, Matrix, PortType


@dataclass(frozen=True)
class NormalisationParameters:
    """Parameters of `normalisation`."""

    method: str = "robust"
    #: Scaled values beyond this are cut.
    clip: float = 10


class Normalisation(Node):
    """Scales with centre and spread of the training events.

    `standard`: mean and standard deviation; `robust`: median and quartile range;
    `minmax`: smallest value and range; `none`: values pass unchanged. A feature without any
    spread is only centred, so that it never divides by zero.
    """

    type_id = "normalisation"
    category = "preprocess"
    inputs: ClassVar[dict[str, PortType]] = {"features": PortType.FEATURES}
    outputs: ClassVar[dict[str, PortType]] = {"features": PortType.FEATURES}
    Parameters = NormalisationParameters
    follows_stream = False
    parameters: NormalisationParameters
    _centre: Matrix
    _spread: Matrix

    def learn(self, inputs: Inputs) -> Outputs:
        """Find centre and spread."""
        features = inputs["features"]
        assert isinstance(features, Features)  # noqa: S101 - ports were checked with the graph
        values = features.values
        self._centre, spread = _measure(self.parameters.method, values)
        # A quartile range of 0 (most lines equal) falls back to the standard deviation.
        spread = np.where(spread > 0, spread, values.std(axis=0))
        self._spread = np.where(spread > 0, spread, 1.0)
        return self.process(inputs)

    def process(self, inputs: Inputs) -> Outputs:
        """Scale the rows."""
        features = inputs["features"]
        assert isinstance(features, Features)  # noqa: S101 - ports were checked with the graph
        if self.parameters.method == "none":
            return {"features": features}
        scaled = (features.values - self._centre) / self._spread
        clip = self.parameters.clip
        np.clip(scaled, -clip, clip, out=scaled)
        return {
            "features": Features(
                features.events, features.columns, scaled, features.raw, features.times
            )
        }

    def save(self) -> NodeState:
        """Centre and spread per column."""
        return NodeState(arrays={"centre": self._centre, "spread": self._spread})

    def load(self, state: NodeState) -> None:
        """Take over centre and spread."""
        self._centre = state.arrays["centre"]
        self._spread = state.arrays["spread"]


def _measure(method: str, values: Matrix) -> tuple[Matrix, Matrix]:
    if method == "standard":
        return values.mean(axis=0), values.std(axis=0)
    if method == "robust":
        low, middle, high = np.percentile(values, [25, 50, 75], axis=0)
        return middle, high - low
    if method == "minmax":
        low, high = values.min(axis=0), values.max(axis=0)
        return low, high - low
    columns = values.shape[1]
    return np.zeros(columns), np.ones(columns)
