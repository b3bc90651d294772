"""What a batch counts while it scores, and the report that comes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.ports import Matrix

#: The anomalies of the report, highest score first.
SHOWN = 50


@dataclass
class Tally:
    """Figures of one worker, or of all of them together."""

    #: Of the model node.
    threshold: float
    #: Version, time, events, and whether it was trained in this run.
    model: dict[str, Any]
    #: RFC 3339.
    begun: str
    events: int = 0
    malformed: int = 0
    anomalies: int = 0
    #: Of the source; `None` when nothing was read.
    columns: list[str] | None = None
    #: The anomalies with the highest scores, in the order of the report.
    shown: list[dict[str, Any]] = field(default_factory=list)
    #: What each node has done: id, type, events, seconds.
    nodes: list[dict[str, Any]] = field(default_factory=list)
    #: All scores, in order.
    values: list[Matrix] = field(default_factory=list)

    def show(self, anomalies: Sequence[dict[str, Any]]) -> None:
        """Add anomalies that come behind all others; of equal ones the first ones are kept."""
        self.shown += anomalies
        self.shown.sort(key=lambda anomaly: -anomaly["score"])
        del self.shown[SHOWN:]

    def as_json(self) -> dict[str, Any]:
        """Everything but the scores themselves."""
        names = ("threshold", "model", "begun", "events", "malformed", "anomalies", "columns")
        return {name: getattr(self, name) for name in (*names, "shown", "nodes")}


def together(tallies: Sequence[Tally]) -> Tally:
    """The tally of workers in the order of their shares."""
    first = tallies[0]
    whole = Tally(first.threshold, first.model, min(tally.begun for tally in tallies))
    for tally in tallies:
        whole.events += tally.events
        whole.malformed += tally.malformed
        whole.anomalies += tally.anomalies
        whole.columns = whole.columns or tally.columns
        whole.show(tally.shown)
        whole.values += tally.values
    whole.nodes = [
        {
            **node,
            "events": sum(tally.nodes[i]["events"] for tally in tallies),
            "seconds": round(math.fsum(tally.nodes[i]["seconds"] for tally in tallies), 6),
        }
        for i, node in enumerate(first.nodes)
    ]
    return whole


def require_events(tally: Tally, source: str) -> None:
    """Raises `CannotStart` when there was nothing to score."""
    if not tally.events:
        raise CannotStart(
            "no-events",
            f'The source "{source}" holds no events.',
            "Give a file with one event a line.",
            source,
        )


def report_of(tally: Tally) -> dict[str, Any]:
    """The report; there is at least one event."""
    values = np.concatenate(tally.values)
    shares = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    quantiles = np.quantile(values, [share for _, share in shares])
    return {
        "events": tally.events,
        "malformed": tally.malformed,
        "anomalies": tally.anomalies,
        "threshold": tally.threshold,
        "scores": {
            name: round(float(quantile), 6)
            for (name, _), quantile in zip(shares, quantiles, strict=True)
        },
        "model": tally.model,
        "nodes": tally.nodes,
        "topAnomalies": tally.shown,
        "startedAt": tally.begun,
    }


def metrics_of(report: dict[str, Any]) -> dict[str, float]:
    """The figures of the run."""
    model = report["model"]
    return {
        **{name: report[name] for name in ("events", "anomalies", "malformed", "threshold")},
        **({"trainingEvents": model["events"]} if model["trained"] else {}),
    }
