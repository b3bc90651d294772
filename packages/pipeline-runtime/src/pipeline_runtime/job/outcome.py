"""What a kind of run leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline_runtime.commands.share import Share
from pipeline_runtime.exchange.run_exchange import RunExchange
from pipeline_runtime.job.job_files import JobFiles
from pipeline_runtime.job.parts import Parts
from pipeline_runtime.json_log import JsonLog
from pipeline_runtime.spec import PipelineSpec


@dataclass(frozen=True)
class Work:
    """What a kind of run works with."""

    spec: PipelineSpec
    share: Share
    #: The file in the place of the source's.
    input: Path | None
    #: An archive of the model to score with.
    model: Path | None
    #: Version of a model that is trained.
    version: str
    #: Events of a test.
    limit: int
    #: Empty folders: what is uploaded, and what is in between.
    output: Path
    scratch: Path
    files: JobFiles
    exchange: RunExchange
    parts: Parts
    log: JsonLog

    def named(self, anomalies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The anomalies with the name of the input in the place of where it lies here."""
        if self.input is None:
            return anomalies
        path, name = str(self.input), self.input.name
        return [{**item, "source": item["source"].replace(path, name)} for item in anomalies]


@dataclass(frozen=True)
class Outcome:
    """What is uploaded, and the figures of the run."""

    files: list[Path]
    metrics: dict[str, Any]
    #: Version of the model that was used or trained.
    model: str | None = None
    #: Seconds that workers have worked before.
    seconds: float = 0.0


@dataclass(frozen=True)
class PartOutcome:
    """What one of several workers leaves for `merge`; files by the ending of their names."""

    document: dict[str, Any]
    files: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """How a kind of run is executed, by one worker and by several."""

    whole: Callable[[Work], Outcome]
    share: Callable[[Work], PartOutcome] | None = None
    merge: Callable[[Work], Outcome] | None = None
