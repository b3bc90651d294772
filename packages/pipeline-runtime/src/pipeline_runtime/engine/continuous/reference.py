"""Bins of the training events, and the population-stability index of later ones.

PSI = sum over bins of (actual - expected) * ln(actual / expected), of shares of the events
(N. Siddiqi, Credit Risk Scorecards, 2006). Empty bins would make it infinite, so half an event is
added to each bin (Jeffreys' prior of a multinomial distribution; R. Krichevsky, V. Trofimov, "The
performance of universal encoding", IEEE Trans. Inf. Theory 27, 1981).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline_runtime.ports import Column, Features, Matrix

Counts = npt.NDArray[np.int64]

#: A bin holds about this share of the training events.
_SHARE = 0.1
_PRIOR = 0.5
#: Around the only value of a feature, relative to it.
_MARGIN = 0.1


@dataclass(frozen=True)
class Bin:
    """One bin of one feature; bounds in the unit of the feature, `None`: open."""

    low: float | None
    high: float | None
    expected: float
    actual: float


class Reference:
    """Bins per feature, side by side in one vector.

    A bin holds its upper edge, and not its lower one.
    """

    def __init__(
        self, columns: tuple[Column, ...], edges: list[Matrix], counts: Counts | None = None
    ) -> None:
        self.columns = columns
        self.edges = edges
        sizes = [len(edge) + 1 for edge in edges]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._sizes = np.array(sizes)
        self._picked: tuple[tuple[Column, ...], list[int]] | None = None
        width = max(sizes) - 1
        self._padded = np.full((len(edges), width), np.inf, dtype=np.float32)
        for i, edge in enumerate(edges):
            self._padded[i, : len(edge)] = edge
        self._used = np.arange(width + 1) < self._sizes[:, None]
        self.size = int(sum(sizes))
        self.counts: Counts = np.zeros(self.size, dtype=np.int64) if counts is None else counts

    @classmethod
    def of(cls, features: Features) -> Reference | None:
        """The bins of training rows, before any scaling; `None` without a steady feature.

        Features that adapt to the stream are left out: rarities are measured against counts that
        grow with it, and move by bits within hours of the very same log.
        """
        measured = [i for i, column in enumerate(features.columns) if not column.adapts]
        columns = tuple(features.columns[i] for i in measured)
        edges = [_edges(features.raw[:, i]) for i in measured]
        if not edges:
            return None
        reference = cls(columns, edges)
        reference.counts = reference.count(reference.pick(features))
        return reference

    def pick(self, features: Features) -> Matrix:
        """The columns that are measured, of rows that have at least these."""
        if self._picked is None or self._picked[0] is not features.columns:
            places = {column.name: i for i, column in enumerate(features.columns)}
            self._picked = (features.columns, [places[name] for name in self.names])
        return features.raw[:, self._picked[1]]

    @property
    def names(self) -> list[str]:
        """Features in the order of `psi`."""
        return [column.name for column in self.columns]

    def count(self, rows: Matrix) -> Counts:
        """How many rows fall into each bin of each feature."""
        columns = np.ascontiguousarray(rows.T, dtype=np.float32)
        # Rows above each edge; the difference of two neighbours is what lies between them.
        above = np.count_nonzero(columns[:, None, :] > self._padded[:, :, None], axis=2)
        counts = -np.diff(above, axis=1, prepend=len(rows), append=0)
        return np.asarray(counts[self._used], dtype=np.int64)

    def psi(self, counts: Counts) -> Matrix:
        """The index of each feature for the counts of later rows."""
        expected, actual = self._shares(self.counts), self._shares(counts)
        terms = (actual - expected) * np.log(actual / expected)
        return np.asarray(np.add.reduceat(terms, self._starts))

    def bins(self, counts: Counts) -> list[list[Bin]]:
        """The bins of each feature that any event falls into, as plain shares."""
        result = []
        before, now = _plain(self.counts, self.columns), _plain(counts, self.columns)
        for column, edges, start in zip(self.columns, self.edges, self._starts, strict=True):
            bounds = [None, *[column.display(float(edge)) for edge in edges], None]
            result.append(
                [
                    Bin(bounds[i], bounds[i + 1], float(before[start + i]), float(now[start + i]))
                    for i in range(len(edges) + 1)
                    if before[start + i] or now[start + i]
                ]
            )
        return result

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "columns": [
                {"name": c.name, "label": c.label, "unit": c.unit, "log": c.log}
                for c in self.columns
            ],
            "edges": [edge.tolist() for edge in self.edges],
            "counts": self.counts.tolist(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> Reference | None:
        """What `as_json` returned; `None` when there is nothing usable."""
        if value is None:
            return None
        try:
            columns = tuple(Column(**column) for column in value["columns"])
            edges = [np.asarray(edge, dtype=np.float64) for edge in value["edges"]]
            counts = np.asarray(value["counts"], dtype=np.int64)
            reference = cls(columns, edges, counts)
        except (KeyError, TypeError, ValueError):
            return None
        usable = len(edges) == len(columns) > 0 and len(counts) == reference.size
        return reference if usable else None

    def _shares(self, counts: Counts) -> Matrix:
        totals = np.add.reduceat(counts, self._starts) + _PRIOR * self._sizes
        return np.asarray((counts + _PRIOR) / np.repeat(totals, self._sizes))


def _plain(counts: Counts, columns: tuple[Column, ...]) -> Matrix:
    events = max(1.0, float(counts.sum()) / max(1, len(columns)))
    return np.asarray(counts / events)


def _edges(values: Matrix) -> Matrix:
    """Edges of the bins of one feature: quantiles, each moved half-way to the next value.

    A value that many events share (a zero, a category) so gets a bin of its own that is wide
    enough for rounding, and for rarities that move a little from event to event. What lies far
    outside of all training values has bins of its own at both ends.
    """
    distinct, counts = np.unique(values, return_counts=True)
    heavy = distinct[counts >= _SHARE * len(values)]
    low, high = float(distinct[0]), float(distinct[-1])
    margin = (high - low) / 2 or _MARGIN * max(1.0, abs(low))
    cuts = [heavy, np.array([high]), _quantiles(values)]
    rest = values[~np.isin(values, heavy)]
    if len(rest) >= 2 * _SHARE * len(values):
        cuts.append(_quantiles(rest))
    # Below a heavy value there is a cut as well, so that nothing else shares its bin.
    below = np.searchsorted(distinct, heavy) - 1
    cuts.append(distinct[below[below >= 0]])
    places = np.searchsorted(distinct, np.unique(np.concatenate(cuts)))
    places = places[places < len(distinct) - 1]
    middles = (distinct[places] + distinct[places + 1]) / 2
    return np.unique(np.concatenate([[low - margin], middles, [high + margin]]))


def _quantiles(values: Matrix) -> Matrix:
    parts = round(1 / _SHARE)
    shares = np.arange(1, parts) / parts
    return np.asarray(np.quantile(values, shares, method="inverted_cdf"))
