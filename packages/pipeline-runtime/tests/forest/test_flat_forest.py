"""Scores are those of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from pipeline_runtime.forest.flat_forest import FlatForest
from pipeline_runtime.forest.train_forest import flatten, train_forest


@pytest.mark.parametrize(
    ("rows", "columns", "trees", "samples", "digits"),
    [(1000, 22, 100, 256, 2), (1000, 3, 10, 16, 0), (60, 5, 20, 60, 1), (2000, 8, 30, 2000, 6)],
)
def test_scores_equal_those_of_scikit_learn_to_the_last_bit(
    rows: int, columns: int, trees: int, samples: int, digits: int
) -> None:
    random = np.random.default_rng(rows + columns)
    # Rounded values bring equal values and thresholds that lie on them.
    matrix = np.round(random.normal(size=(rows, columns)), digits)
    probe = np.round(random.normal(scale=3, size=(777, columns)), digits)
    model = IsolationForest(n_estimators=trees, max_samples=samples, random_state=3).fit(matrix)
    forest = flatten(model, samples)
    np.testing.assert_array_equal(forest.scores(probe), -model.score_samples(probe))
    again = FlatForest(forest.arrays())
    np.testing.assert_array_equal(again.scores(probe), forest.scores(probe))


def test_scores_do_not_depend_on_the_batch() -> None:
    random = np.random.default_rng(5)
    matrix = random.normal(size=(600, 4))
    forest = train_forest(matrix, trees=50, samples=256, seed=1)
    together = forest.scores(matrix)
    single = np.concatenate([forest.scores(matrix[i : i + 1]) for i in range(len(matrix))])
    np.testing.assert_array_equal(together, single)
    assert forest.scores(matrix[:0]).shape == (0,)


def test_rows_that_are_all_equal_can_be_learned() -> None:
    forest = train_forest(np.ones((50, 3)), trees=10, samples=256, seed=0)
    scores = forest.scores(np.ones((2, 3)))
    assert np.isfinite(scores).all()


def test_an_outlier_scores_higher_than_what_is_usual() -> None:
    random = np.random.default_rng(9)
    matrix = random.normal(size=(500, 6))
    forest = train_forest(matrix, trees=100, samples=256, seed=0)
    assert forest.scores(np.full((1, 6), 8.0))[0] > np.quantile(forest.scores(matrix), 0.99)
