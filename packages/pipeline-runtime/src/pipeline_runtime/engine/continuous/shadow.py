"""A challenger that scores what the champion scores, without effect on results."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline_runtime.engine.continuous.reference import Counts, Reference
from pipeline_runtime.engine.runner import Runner
from pipeline_runtime.ports import Features, LogEvents, Scores


@dataclass
class Compared:
    """What both models gave for the same events."""

    champion: list[float] = field(default_factory=list)
    challenger: list[float] = field(default_factory=list)
    champion_anomalies: int = 0
    challenger_anomalies: int = 0
    #: Seconds per event, of each batch.
    champion_seconds: list[float] = field(default_factory=list)
    challenger_seconds: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.champion)


class Shadow:
    """Belongs to the thread of the stream."""

    def __init__(
        self,
        version: str,
        runner: Runner,
        reference: Reference | None,
        champion: str,
        champion_reference: Reference | None,
        required: int,
    ) -> None:
        self.version = version
        self.runner = runner
        self.reference = reference
        #: Version that it is compared with.
        self.champion = champion
        self.required = required
        self.compared = Compared()
        #: The gate has seen it.
        self.judged = False
        self._champion_reference = champion_reference
        self._counts: Counts | None = None
        self._champion_counts: Counts | None = None

    def score(self, events: LogEvents, champion: Scores, seconds: float) -> None:
        """Score a batch too; raises `NodeFailure`.

        Once enough was compared, only the live state follows the stream.
        """
        begun = time.perf_counter()
        scores = self.runner.process(events)
        took = time.perf_counter() - begun
        count = len(scores.values)
        if self.complete or not count:
            return
        compared = self.compared
        compared.champion += champion.values.tolist()
        compared.challenger += scores.values.tolist()
        compared.champion_anomalies += int(champion.anomalies.sum())
        compared.challenger_anomalies += int(scores.anomalies.sum())
        compared.champion_seconds.append(seconds / count)
        compared.challenger_seconds.append(took / count)
        self._counts = _added(self._counts, self.reference, scores.features)
        self._champion_counts = _added(
            self._champion_counts, self._champion_reference, champion.features
        )

    @property
    def complete(self) -> bool:
        """Whether enough events were compared."""
        return len(self.compared) >= self.required

    def drift(self) -> tuple[float, float] | None:
        """Largest index of the champion and of the challenger, of the events compared."""
        if (
            self.reference is None
            or self._champion_reference is None
            or self._counts is None
            or self._champion_counts is None
        ):
            return None
        return (
            float(self._champion_reference.psi(self._champion_counts).max()),
            float(self.reference.psi(self._counts).max()),
        )

    def as_json(self) -> dict[str, Any]:
        """What was compared, for a restart."""
        return {
            "champion": self.champion,
            "compared": {**vars(self.compared)},
            "counts": _listed(self._counts),
            "championCounts": _listed(self._champion_counts),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what `as_json` returned, when it is about the same champion."""
        if state.get("champion") != self.champion:
            return
        self.compared = Compared(**state["compared"])
        self._counts = _array(state["counts"], self.reference)
        self._champion_counts = _array(state["championCounts"], self._champion_reference)


def _added(counts: Counts | None, reference: Reference | None, rows: Features) -> Counts | None:
    if reference is None:
        return None
    added = reference.count(reference.pick(rows))
    return added if counts is None else counts + added


def _listed(counts: Counts | None) -> list[int] | None:
    return None if counts is None else [int(count) for count in counts]


def _array(values: list[int] | None, reference: Reference | None) -> Counts | None:
    if values is None or reference is None or len(values) != reference.size:
        return None
    return np.asarray(values, dtype=np.int64)
