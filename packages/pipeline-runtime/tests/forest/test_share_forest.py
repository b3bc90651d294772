"""Workers that share a training grow the very forest that one alone would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline_runtime.forest.share_forest import joined, train_share, trees_of
from pipeline_runtime.forest.train_forest import train_forest


@settings(max_examples=25, deadline=None)
@given(
    trees=st.integers(1, 40),
    workers=st.sampled_from([1, 2, 4, 7]),
    rows=st.integers(50, 300),
    samples=st.integers(2, 256),
    seed=st.integers(0, 2**31 - 1),
)
def test_the_joined_forest_is_that_of_one_worker(
    trees: int, workers: int, rows: int, samples: int, seed: int
) -> None:
    matrix = np.round(np.random.default_rng(seed).normal(size=(rows, 6)), 1)
    whole = train_forest(matrix, trees=trees, samples=samples, seed=seed)
    shares = []
    for share in range(workers):
        first, last = trees_of(share, workers, trees)
        grown = train_share(matrix, trees=trees, samples=samples, seed=seed, first=first, last=last)
        assert (grown is None) == (first == last)
        shares += [grown] if grown is not None else []
    again = joined(shares, min(samples, rows)).arrays()
    for name, values in whole.arrays().items():
        np.testing.assert_array_equal(again[name], values)
        assert again[name].dtype == values.dtype


@pytest.mark.parametrize(("trees", "workers"), [(100, 4), (3, 7), (101, 64)])
def test_every_tree_belongs_to_one_worker(trees: int, workers: int) -> None:
    ranges = [range(*trees_of(share, workers, trees)) for share in range(workers)]
    assert [tree for part in ranges for tree in part] == list(range(trees))
    assert max(map(len, ranges)) - min(map(len, ranges)) <= 1
