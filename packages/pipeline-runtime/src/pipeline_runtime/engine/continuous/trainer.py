"""Runs trainings in the background, one at a time, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline_runtime.engine.continuous.train_process import Task
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.storage.model_store import ModelStore
from pipeline_runtime.storage.run_store import RunRecord, RunStore

#: A training that takes longer is ended.
_LONGEST_SECONDS = 3600.0
#: A training that was cut off this often by the end of the process is given up.
_MOST_ATTEMPTS = 3
#: What a training process may know of the environment; no secrets.
_PASSED = frozenset(
    {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH"}
)
_SHOWN_OF_STDERR = 2_000
#: One thread: more would take the processors from the stream.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


@dataclass(frozen=True)
class Trained:
    """What a training left."""

    run: RunRecord
    version: str
    #: Holds the model's files.
    directory: Path
    trained_at: str
    window: tuple[float, float] | None
    metrics: dict[str, float]


class Trainer(threading.Thread):
    """One training; `done` is called from this thread with what came out."""

    def __init__(
        self,
        runs: RunStore,
        run: RunRecord,
        store: ModelStore,
        task: Callable[[Path, str], Task],
        done: Callable[[Trained], None],
        failed: Callable[[RunRecord], None],
        log: JsonLog,
        node: str,
    ) -> None:
        super().__init__(name=f"train-{run.id}", daemon=True)
        self._runs = runs
        self._run = run
        self._store = store
        self._task = task
        self._done = done
        self._failed = failed
        self._log = log
        self._node = node
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._interrupted = False
        self._timed_out = False
        self._told: dict[str, Any] | None = None

    @property
    def run_id(self) -> str:
        """The run that it works on."""
        return self._run.id

    def interrupt(self, timeout: float) -> None:
        """End it, as the process ends; its run waits to be begun again."""
        with self._lock:
            self._interrupted = True
            self._kill()
        self.join(timeout)

    def run(self) -> None:
        """Train, and record how it went."""
        run = self._runs.change(
            self._run.id,
            state="running",
            started_at=self._run.started_at or _now(),
            attempts=self._run.attempts + 1,
        )
        self._run = run
        work = self._runs.directory(run.id) / f"attempt-{run.attempts}"
        try:
            self._train(work)
        except Exception as error:
            # The stream goes on with the model that it has, whatever happened here.
            self._fail(
                "training-failed",
                f"The training failed: {type(error).__name__}: {error}.",
                "Look at the log of the run, and at the free space of the data directory.",
            )
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _train(self, work: Path) -> None:
        if self._run.attempts > _MOST_ATTEMPTS:
            self._fail(
                "training-cut-off",
                f"The process ended during this training {_MOST_ATTEMPTS} times.",
                "Give the pipeline more memory, or lower the training window.",
            )
            return
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        if self._run.claimed is not None:
            # Of an attempt that was cut off.
            self._store.give_back(self._run.claimed)
        version = self._store.claim()
        self._run = self._runs.change(self._run.id, claimed=version)
        adopted = False
        try:
            self._task(work, version).write(work / "task.json")
            adopted = self._finish(work, version, *self._execute(work))
        finally:
            if not adopted:
                self._store.give_back(version)

    def _finish(self, work: Path, version: str, code: int, complaint: str) -> bool:
        """Record what came out; whether the version was taken over."""
        if self._interrupted:
            self._note("warning", "Interrupted by the end of the process; it is begun again.")
            self._runs.change(self._run.id, state="queued", progress=None)
            return False
        told = self._told or {}
        if code == 0 and told.get("kind") == "result":
            archive = work / "model.tar.gz"
            archive.replace(self._runs.directory(self._run.id) / archive.name)
            window = told.get("window")
            self._done(
                Trained(
                    self._run,
                    version,
                    work / "model",
                    told["trainedAt"],
                    tuple(window) if window else None,
                    told["metrics"],
                )
            )
            return True
        self._fail(*self._cause(code, told, complaint))
        return False

    def _execute(self, work: Path) -> tuple[int, str]:
        """Exit code, and what it said on stderr at last."""
        command = [sys.executable, "-P", "-m", "pipeline_runtime.engine.continuous.train_process"]
        with (work / "stderr").open("wb") as stderr:
            with self._lock:
                if self._interrupted:
                    return -signal.SIGKILL, ""
                process = self._process = subprocess.Popen(
                    [*command, str(work / "task.json")],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    env=_environment(),
                )
            timer = threading.Timer(_LONGEST_SECONDS, self._end_late)
            timer.daemon = True
            timer.start()
            try:
                for line in process.stdout or ():
                    self._hear(line)
                code = process.wait()
            finally:
                timer.cancel()
                for pipe in (process.stdin, process.stdout):
                    if pipe:
                        pipe.close()
        text = (work / "stderr").read_bytes()[-_SHOWN_OF_STDERR:].decode("utf-8", "replace")
        return code, text.strip()

    def _hear(self, line: bytes) -> None:
        try:
            told = json.loads(line)
        except ValueError:
            return
        kind = told.get("kind")
        if kind == "log":
            self._note("info", told["message"], told.get("node"))
        elif kind == "progress":
            progress = {name: told[name] for name in ("done", "total", "message")}
            self._runs.change(self._run.id, progress={**progress, "unit": "events"})
        elif kind in ("result", "failure"):
            self._told = told

    def _cause(
        self, code: int, told: dict[str, Any], complaint: str
    ) -> tuple[str, str, str, str | None]:
        if told.get("kind") == "failure":
            return told["code"], told["message"], told["hint"], told.get("node") or self._node
        if self._timed_out:
            return (
                "training-too-long",
                f"The training took longer than {_LONGEST_SECONDS / 60:.0f} minutes.",
                "Lower the training window or the number of trees, or give the pipeline more CPU.",
                self._node,
            )
        if code == -signal.SIGKILL:
            return (
                "training-killed",
                "The system killed the training, most likely because memory ran out.",
                "Give the pipeline more memory, or lower the training window.",
                self._node,
            )
        if complaint:
            self._note("error", complaint)
        last = complaint.splitlines()[-1] if complaint else f"exit code {code}"
        return (
            "training-failed",
            f"The training failed: {last}.",
            "Look at the log of the run; test the pipeline with a sample of the latest events.",
            self._node,
        )

    def _fail(self, code: str, message: str, hint: str, node: str | None = None) -> None:
        failure: dict[str, Any] = {"code": code, "message": message, "hint": hint}
        failure["node"] = node or self._node
        self._note("error", f"{message} {hint}", failure["node"])
        self._log.error(f"Training {self._run.id}: {message}", node=failure["node"], code=code)
        self._failed(
            self._runs.change(self._run.id, state="failed", finished_at=_now(), failure=failure)
        )

    def _note(self, level: str, message: str, node: str | None = None) -> None:
        line: dict[str, Any] = {"time": _now(), "level": level, "message": message}
        with contextlib.suppress(OSError):
            self._runs.write_log(self._run.id, line | ({"node": node} if node else {}))

    def _end_late(self) -> None:
        with self._lock:
            self._timed_out = True
            self._kill()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()


def _environment() -> dict[str, str]:
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED or name.startswith("PYTHON")
    }
    return passed | dict.fromkeys(_THREADS, "1")


def _now() -> str:
    return rfc3339(time.time())
