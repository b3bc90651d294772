"""A forest that several workers train: each grows some of its trees.

scikit-learn draws a seed per tree, and from it all that is random about the tree. A worker that
knows the seeds of all trees, and the same rows, grows its own exactly as one worker alone would.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline_runtime.forest.flat_forest import FlatForest
from pipeline_runtime.forest.train_forest import average_path_length, flatten
from pipeline_runtime.ports import Matrix


class _SeedsOf(np.random.RandomState):
    """Draws as a generator of that seed does; of the seeds of trees, a range only."""

    def __init__(self, seed: int, trees: int, first: int, last: int) -> None:
        super().__init__(seed)
        self._seed, self._trees, self._first, self._last = seed, trees, first, last

    def uniform(self, *arguments: Any, **named: Any) -> Any:
        """Targets of the trees: as at the beginning, whatever was drawn before."""
        return np.random.RandomState(self._seed).uniform(*arguments, **named)

    def randint(self, *arguments: Any, **named: Any) -> Any:
        """Seeds of the trees."""
        if named.get("size") != self._last - self._first:
            raise ValueError("scikit-learn draws the seeds of its trees in another way")
        named["size"] = self._trees
        whole = np.random.RandomState(self._seed).randint(*arguments, **named)
        return whole[self._first : self._last]


def trees_of(share: int, of: int, trees: int) -> tuple[int, int]:
    """First tree of a share, and the one behind its last."""
    return trees * share // of, trees * (share + 1) // of


def train_share(
    matrix: Matrix, *, trees: int, samples: int, seed: int, first: int, last: int
) -> FlatForest | None:
    """The trees from `first` up to `last` of the forest that `train_forest` gives; `None`: none."""
    if first >= last:
        return None
    from sklearn.ensemble import IsolationForest

    samples = min(samples, len(matrix))
    model = IsolationForest(
        n_estimators=last - first,
        max_samples=samples,
        random_state=_SeedsOf(seed, trees, first, last),
    )
    return flatten(model.fit(matrix), samples)


def joined(shares: Sequence[FlatForest], samples: int) -> FlatForest:
    """The whole forest of shares in their order; `samples` rows went into each tree."""
    parts: dict[str, list[npt.NDArray[Any]]] = {}
    start, depth, columns, trees = 0, 0, 0, 0
    for share in shares:
        arrays = share.arrays()
        for name in ("roots", "left"):
            parts.setdefault(name, []).append(arrays[name].astype(np.int64) + start)
        for name in ("feature", "threshold", "path"):
            parts.setdefault(name, []).append(arrays[name])
        start += len(arrays["left"])
        trees += len(arrays["roots"])
        depth = max(depth, int(arrays["shape"][0]))
        columns = int(arrays["shape"][1])
    whole: dict[str, npt.NDArray[Any]] = {k: np.concatenate(v) for k, v in parts.items()}
    denominator = trees * float(average_path_length(np.array([samples]))[0])
    whole["shape"] = np.array([depth, columns, denominator], dtype=np.float64)
    return FlatForest(whole)
