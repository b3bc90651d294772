"""Scales."""

from __future__ import annotations

import numpy as np
import pytest
from pipelines import events

from pipeline_runtime.nodes.preprocess.normalisation import Normalisation
from pipeline_runtime.ports import Column, Features, Matrix


def features(values: Matrix) -> Features:
    columns = tuple(Column(f"c{i}", f"c{i}") for i in range(values.shape[1]))
    return Features(events(["x"] * len(values)), columns, values, values, np.zeros(len(values)))


def values_of(node: Normalisation, values: Matrix, *, learn: bool = False) -> Matrix:
    method = node.learn if learn else node.process
    result = method({"features": features(values)})["features"]
    assert isinstance(result, Features)
    return result.values


TRAINING = np.random.default_rng(1).normal(5, 3, size=(1001, 3))


@pytest.mark.parametrize(
    ("method", "centre", "spread"),
    [
        ("standard", lambda v: v.mean(0), lambda v: v.std(0)),
        (
            "robust",
            lambda v: np.median(v, 0),
            lambda v: np.percentile(v, 75, axis=0) - np.percentile(v, 25, axis=0),
        ),
        ("minmax", lambda v: v.min(0), lambda v: v.max(0) - v.min(0)),
    ],
)
def test_methods(method: str, centre: object, spread: object) -> None:
    assert callable(centre)
    assert callable(spread)
    node = Normalisation("scale", {"method": method})
    scaled = values_of(node, TRAINING, learn=True)
    np.testing.assert_allclose(scaled, (TRAINING - centre(TRAINING)) / spread(TRAINING))
    other = Normalisation("scale", {"method": method})
    other.load(node.save())
    np.testing.assert_array_equal(values_of(other, TRAINING), scaled)


def test_none_passes_values_unchanged() -> None:
    node = Normalisation("scale", {"method": "none"})
    np.testing.assert_array_equal(values_of(node, TRAINING, learn=True), TRAINING)


def test_extremes_are_cut_and_constant_columns_are_only_centred() -> None:
    node = Normalisation("scale", {"clip": 4})
    training = TRAINING.copy()
    training[:, 1] = 7.0
    training[:-3, 2] = 0.0
    values_of(node, training, learn=True)
    scaled = values_of(node, np.array([[1e9, 8.0, 0.0], [-1e9, 7.0, 0.0]]))
    assert scaled.tolist() == [[4.0, 1.0, 0.0], [-4.0, 0.0, 0.0]]
