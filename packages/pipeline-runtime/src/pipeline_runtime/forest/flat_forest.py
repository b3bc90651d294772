"""An isolation forest as plain arrays, with scoring that equals scikit-learn's.

scikit-learn walks its trees one by one, and prepares each call anew: about 5 ms whether one row
or hundreds are scored. Here all trees of all rows take one step at a time, which costs a few
array operations per level of depth. The scores are the same to the last bit, because leaves are
reached by the same comparisons and their depths are added in the same order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline_runtime.ports import Matrix

#: Rows times trees that are walked together: fits into the processor's cache.
_CHUNK = 32_768
_NAMES = ("roots", "left", "feature", "threshold", "path", "shape")


class FlatForest:
    """Trees side by side; the right child of a node follows its left one."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        self._roots = arrays["roots"].astype(np.intp)
        self._left = arrays["left"].astype(np.intp)
        self._feature = arrays["feature"].astype(np.intp)
        self._threshold = arrays["threshold"].astype(np.float32)
        self._path = arrays["path"].astype(np.float64)
        depth, columns, denominator = arrays["shape"].tolist()
        self._depth, self.columns, self._denominator = int(depth), int(columns), denominator

    def scores(self, matrix: Matrix) -> Matrix:
        """`-score_samples` of each row: in (0, 1], the higher, the more anomalous."""
        rows = np.ascontiguousarray(matrix, dtype=np.float32)
        count = len(rows)
        if count == 0 or self._denominator == 0:
            return np.ones(count)
        step = max(1, _CHUNK // len(self._roots))
        parts = [self._depths(rows[i : i + step]) for i in range(0, count, step)]
        depths = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return np.asarray(2.0 ** -(depths / self._denominator))

    def _depths(self, rows: npt.NDArray[np.float32]) -> Matrix:
        flat = rows.ravel()
        offsets = np.arange(len(rows), dtype=np.intp) * rows.shape[1]
        node = np.repeat(self._roots[:, None], len(rows), axis=1)
        for _ in range(self._depth):
            position = self._feature.take(node)
            position += offsets
            right = flat.take(position) > self._threshold.take(node)
            node = self._left.take(node)
            node += right
        paths = self._path.take(node)
        # Trees are added one after the other, as scikit-learn does. A sum over the single column
        # of one row would add in pairs, and round differently.
        if len(rows) == 1:
            return np.asarray(np.add.accumulate(paths, axis=0)[-1])
        return np.asarray(np.add.reduce(paths, axis=0))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays it can be built from again."""
        values = (
            self._roots.astype(np.int32),
            self._left.astype(np.int32),
            self._feature.astype(np.int32),
            self._threshold,
            self._path,
            np.array([self._depth, self.columns, self._denominator], dtype=np.float64),
        )
        return dict(zip(_NAMES, values, strict=True))
