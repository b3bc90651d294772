"""Why a row got its score.

Each feature in turn is replaced by its typical value (the median of the training rows): what the
score loses. And a typical row gets the value of that feature alone: what the score gains. The
contribution is the mean of both, the first and last step of a Shapley value: several features
that say the same share the credit, where removing one alone would hardly matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline_runtime.forest.flat_forest import FlatForest
from pipeline_runtime.ports import Column, Contribution, Features, Matrix

#: Features that are tried per row, by distance from the typical value.
_TRIED = 8
#: Contributions that are reported.
_REPORTED = 5
_SMALLEST = 0.001


def explain_rows(
    forest: FlatForest,
    features: Features,
    scores: Matrix,
    rows: Sequence[int],
    typical: Matrix,
    typical_raw: Matrix,
    spread: Matrix,
) -> list[list[Contribution]]:
    """The largest contributions of each row, largest first.

    `typical` and `spread` are in the scale of the model, `typical_raw` before scaling.
    """
    if not rows:
        return []
    index = np.asarray(rows)
    values = features.values[index]
    distance = np.abs(values - typical) / spread
    tried = np.argsort(-distance, axis=1, kind="stable")[:, :_TRIED]
    count, width = tried.shape
    cells, flat = np.arange(count * width), tried.ravel()
    without = np.repeat(values, width, axis=0)
    alone = np.repeat(typical[None, :], count * width, axis=0)
    alone[cells, flat] = without[cells, flat]
    without[cells, flat] = typical[flat]
    scored = forest.scores(np.concatenate([without, alone, typical[None, :]]))
    lost = scores[index][:, None] - scored[: count * width].reshape(count, width)
    gained = scored[count * width : -1].reshape(count, width) - scored[-1]
    gains = (lost + gained) / 2
    result: list[list[Contribution]] = []
    for place, row in enumerate(index):
        best = np.argsort(-gains[place], kind="stable")[:_REPORTED]
        result.append(
            [
                _contribution(
                    features.columns[tried[place, i]],
                    float(features.raw[row, tried[place, i]]),
                    float(typical_raw[tried[place, i]]),
                    float(gains[place, i]),
                )
                for i in best
                if gains[place, i] >= _SMALLEST
            ]
        )
    return result


def _contribution(column: Column, raw: float, typical_raw: float, gain: float) -> Contribution:
    value, typical = column.display(raw), column.display(typical_raw)
    label = column.label[0].upper() + column.label[1:]
    text = f"{label}: {_shown(value)}{column.unit}, usually {_shown(typical)}{column.unit}."
    return Contribution(column.name, value, typical, gain, text)


def _shown(value: float) -> str:
    if abs(value) >= 100 or abs(value - round(value)) < 0.005:
        return f"{value:.0f}"
    return f"{value:.2f}".rstrip("0")
