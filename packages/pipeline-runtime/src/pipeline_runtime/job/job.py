"""One run from its input to its last file."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline_runtime.commands.share import Share
from pipeline_runtime.exchange.run_exchange import RunExchange
from pipeline_runtime.job.batch_job import BATCH
from pipeline_runtime.job.job_files import JobFiles
from pipeline_runtime.job.outcome import Kind, Outcome, PartOutcome, Work
from pipeline_runtime.job.parts import Parts, task_digest
from pipeline_runtime.job.sample_job import TEST
from pipeline_runtime.job.training_job import TRAINING
from pipeline_runtime.json_log import JsonLog
from pipeline_runtime.spec import PipelineSpec

_KINDS: dict[str, Kind] = {"batch": BATCH, "training": TRAINING, "test": TEST}
_RESULT = "result.json"


@dataclass(frozen=True)
class JobTask:
    """What the command line asks for."""

    kind: str
    spec: PipelineSpec
    run: str
    share: Share
    #: Puts together what `share.of` workers have left.
    merges: bool
    #: Digests.
    input: str | None
    model: str | None
    input_name: str
    limit: int
    data_dir: Path


class Job:
    """Works in a folder of its own, which is gone at the end."""

    def __init__(self, task: JobTask, exchange: RunExchange, files: JobFiles, log: JsonLog) -> None:
        self._task = task
        self._exchange = exchange
        self._files = files
        self._log = log
        self._folder = task.data_dir / "tmp" / task.run

    def run(self) -> None:
        """Execute it; raises `RuntimeFailure`, and `OSError` when the disk fails."""
        # What a container before this one left on the same volume is of no use.
        shutil.rmtree(self._folder, ignore_errors=True)
        scratch = self._folder / "work"
        for folder in (scratch, self._folder / "output", self._folder / "input"):
            folder.mkdir(parents=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(scratch)
        try:
            self._run(scratch)
        finally:
            tempfile.tempdir = None
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, scratch: Path) -> None:
        task, share, kind = self._task, self._task.share, _KINDS[self._task.kind]
        digest = task_digest(task.kind, task.spec.document, task.input, task.model, share.of)
        parts = Parts(self._exchange, digest, share.of, scratch)
        shares = not share.is_whole and not task.merges
        if shares and parts.is_done(share.index):
            self._log.info("A worker before has done this part", shard=share.index, of=share.of)
            return
        work = Work(
            spec=task.spec,
            share=share,
            input=self._fetched_input(),
            model=self._fetched_model(),
            version=time.strftime("%Y%m%d%H%M%S", time.gmtime()),
            limit=task.limit,
            output=self._folder / "output",
            scratch=scratch,
            files=self._files,
            exchange=self._exchange,
            parts=parts,
            log=self._log,
        )
        if shares and kind.share is not None:
            self._send_part(parts, kind.share(work))
        elif task.merges and kind.merge is not None and not share.is_whole:
            self._send(kind.merge(work))
        else:
            self._send(kind.whole(work))

    def _fetched_input(self) -> Path | None:
        digest = self._task.input
        if digest is None:
            return None
        target = self._folder / "input" / self._task.input_name

        def arrived(done: int, total: int | None) -> None:
            self._files.progress(done, total, "bytes", "Fetching the input")

        self._exchange.fetch_artifact(digest, target, "the input", arrived)
        # Events that tell no time have that of the file: the same for all workers.
        os.utime(target, (0, 0))
        self._log.info("Input fetched", bytes=target.stat().st_size)
        return target

    def _fetched_model(self) -> Path | None:
        digest = self._task.model
        if digest is None:
            return None
        target = self._folder / "input" / ".model.tar.gz"
        self._exchange.fetch_artifact(digest, target, "the model")
        return target

    def _send_part(self, parts: Parts, outcome: PartOutcome) -> None:
        share = self._task.share
        document = {**outcome.document, "seconds": self._seconds()}
        parts.send(share.index, outcome.files, document)
        self._log.info("Part done", shard=share.index, of=share.of)

    def _send(self, outcome: Outcome) -> None:
        for path in outcome.files:
            self._exchange.send(path)
        figures = {**outcome.metrics, "seconds": round(outcome.seconds + self._seconds(), 3)}
        result = self._folder / "output" / _RESULT
        document = {
            "state": "succeeded",
            "metrics": {name: value for name, value in figures.items() if math.isfinite(value)},
            "model": outcome.model,
            "files": [path.name for path in outcome.files],
        }
        result.write_text(json.dumps(document, indent=2), "utf-8")
        self._exchange.send(result)
        self._log.info("Done", files=document["files"])

    def _seconds(self) -> float:
        return round(time.monotonic() - self._files.started, 3)
