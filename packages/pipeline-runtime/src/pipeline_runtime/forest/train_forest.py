"""Trains an isolation forest with scikit-learn, and lays it out as plain arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipeline_runtime.forest.flat_forest import FlatForest
from pipeline_runtime.ports import Matrix

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest

_EULER = 0.5772156649015329


def train_forest(matrix: Matrix, *, trees: int, samples: int, seed: int) -> FlatForest:
    """Fit `trees` trees on `samples` rows each (all rows, when there are fewer)."""
    # Importing scikit-learn takes a second or more: only a process that trains should wait for it.
    from sklearn.ensemble import IsolationForest

    samples = min(samples, len(matrix))
    model = IsolationForest(n_estimators=trees, max_samples=samples, random_state=seed)
    return flatten(model.fit(matrix), samples)


def flatten(model: IsolationForest, samples: int) -> FlatForest:
    """Lay out a fitted model; `samples` is the number of rows that each tree saw."""
    roots: list[int] = []
    parts: dict[str, list[npt.NDArray[Any]]] = {
        "left": [],
        "feature": [],
        "threshold": [],
        "path": [],
    }
    start, deepest = 0, 0
    for estimator in model.estimators_:
        tree = _Tree(estimator.tree_)
        roots.append(start)
        parts["left"].append(tree.left + start)
        parts["feature"].append(tree.feature)
        parts["threshold"].append(tree.threshold)
        parts["path"].append(tree.path)
        start += len(tree.left)
        deepest = max(deepest, tree.depth)
    arrays: dict[str, npt.NDArray[Any]] = {k: np.concatenate(v) for k, v in parts.items()}
    arrays["roots"] = np.array(roots)
    denominator = len(roots) * float(average_path_length(np.array([samples]))[0])
    arrays["shape"] = np.array([deepest, model.n_features_in_, denominator], dtype=np.float64)
    return FlatForest(arrays)


class _Tree:
    """One tree with children side by side, and leaves that lead to themselves."""

    def __init__(self, tree: Any) -> None:
        count = tree.node_count
        old_left, old_right = tree.children_left, tree.children_right
        # Breadth first, so that both children of a node get neighbouring places.
        order, depths, place = [0], [0], 0
        self.left = np.zeros(count, dtype=np.int64)
        while place < len(order):
            old = order[place]
            if old_left[old] >= 0:
                self.left[place] = len(order)
                order += [old_left[old], old_right[old]]
                depths += [depths[place] + 1] * 2
            else:
                self.left[place] = place
            place += 1
        permutation = np.array(order)
        leaf = old_left[permutation] < 0
        self.depth = max(depths)
        self.feature = np.where(leaf, 0, tree.feature[permutation])
        self.threshold = np.where(leaf, np.inf, _rounded_down(tree.threshold[permutation]))
        # The same terms in the same order as scikit-learn, for equal rounding.
        path_nodes = np.array(depths) + 1.0
        self.path = path_nodes + average_path_length(tree.n_node_samples[permutation]) - 1.0


def _rounded_down(threshold: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Largest float32 not above: rows are float32, so that comparisons stay the same."""
    result = threshold.astype(np.float32)
    too_large = result.astype(np.float64) > threshold
    result[too_large] = np.nextafter(result[too_large], np.float32(-np.inf))
    return result


def average_path_length(samples: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Mean depth of a search that fails in a tree of that many rows (Liu et al. 2008, eq. 1)."""
    n = samples.astype(np.float64)
    result = np.zeros(n.shape)
    result[n == 2] = 1.0
    many = n > 2
    result[many] = 2.0 * (np.log(n[many] - 1.0) + _EULER) - 2.0 * (n[many] - 1.0) / n[many]
    return result
