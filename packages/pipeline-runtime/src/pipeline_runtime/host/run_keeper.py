"""`mlpipe host keep-run`: the process that looks after one run, and outlives whoever started it.

It starts the run's command, keeps its log, ends it when asked to (SIGTERM), and writes how it
ended. The command dies with its keeper, so that nothing runs that nobody looks after.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any

import psutil

from pipeline_runtime.host.document import BATCH
from pipeline_runtime.host.environment import secrets_descriptor
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, write_json
from pipeline_runtime.host.launch import clean_environment, limit_resources
from pipeline_runtime.host.layout import RunLayout, run_layout_of
from pipeline_runtime.host.log_tail import crash
from pipeline_runtime.host.rotating_log import RotatingLog
from pipeline_runtime.host.run_document import RunDocument

# What the command gets to end after SIGTERM.
STOP_SECONDS = 10.0
_LAST_LINES = 20
_PR_SET_PDEATHSIG = 1


def keep_run(directory: Path) -> int:
    """Run to the end; 0 also when another keeper was first."""
    run = run_layout_of(directory)
    lock = os.open(run.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    if run.process.exists():
        return 0
    keeper = _Keeper(run)
    own = psutil.Process(os.getpid())
    write_json(run.process, {"pid": own.pid, "createdAt": own.create_time()}, 0o644)
    keeper.run()
    return 0


class _Keeper:
    def __init__(self, run: RunLayout) -> None:
        self._run = run
        self._stopping = False
        self._child: subprocess.Popen[bytes] | None = None
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)

    def run(self) -> None:
        try:
            code = self._execute()
            outcome = self._outcome(code)
        except HostError as error:
            outcome = {"state": "failed", "failure": error.to_dict()}
        except OSError as error:
            failure = HostError(
                "run-not-started",
                f"The run could not be started: {error}.",
                "Look at the installation of the runtime, then repeat the run.",
            )
            outcome = {"state": "failed", "failure": failure.to_dict()}
        if self._run.cancelled.exists():
            outcome = {"state": "cancelled"}
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        write_json(self._run.outcome, {**outcome, "finishedAt": now}, 0o644)

    def _execute(self) -> int:
        run = self._run
        document = _read_document(run)
        secrets = secrets_descriptor()
        log = RotatingLog(run.log)
        try:
            child = self._start(document, secrets)
            self._child = child
            if self._stopping:
                child.terminate()
            if child.stdout is None:
                raise TypeError("the output of the run is a pipe")
            reader = threading.Thread(target=self._read, args=(child.stdout, log), daemon=True)
            reader.start()
            code = child.wait()
            # What it left behind would keep the pipe open.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            reader.join(5)
        finally:
            log.close()
        return code

    def _start(self, document: RunDocument, secrets: int | None) -> subprocess.Popen[bytes]:
        run = self._run
        user = document.user if os.geteuid() == 0 else None
        identity: dict[str, Any] = {}
        if user is not None:
            entry = pwd.getpwnam(user)
            groups = os.getgrouplist(user, entry.pw_gid)
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}
        command = document.command or [sys.executable, "-P", "-m", "pipeline_runtime"]
        arguments = run_arguments(run, document)
        if secrets is not None:
            arguments += ["--secrets-fd", str(secrets)]
        child = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=run.work,
            env=clean_environment(run.work, document.spec),
            pass_fds=() if secrets is None else (secrets,),
            process_group=0,
            umask=0o077,
            # There is one thread, and only system calls are made.
            preexec_fn=_before(document.memory_mib),
            **identity,
        )
        if secrets is not None:
            os.close(secrets)
        return child

    def _read(self, stream: IO[bytes], log: RotatingLog) -> None:
        with contextlib.suppress(ValueError):
            while line := stream.readline(1 << 20):
                log.write(line)
                self._last.append(line.decode("utf-8", "replace").rstrip("\n"))

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        first = not self._stopping
        self._stopping = True
        if self._child is not None and first:
            self._child.terminate()
            signal.signal(signal.SIGALRM, self._kill)
            signal.setitimer(signal.ITIMER_REAL, STOP_SECONDS)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)

    def _outcome(self, code: int) -> dict[str, Any]:
        if code == 0:
            return {"state": "succeeded"}
        if self._stopping:
            failure = stopped()
        elif code < 0:
            name = signal.Signals(-code).name
            failure = HostError(
                "run-killed",
                f"The run was ended by {name}.",
                "If the machine runs out of memory, give the pipeline more or the run less to do.",
            )
        else:
            failure = crash(list(self._last))
        return {"state": "failed", "exitStatus": code, "failure": failure.to_dict()}


def stopped() -> HostError:
    """The failure of a run that ended together with all else on this machine."""
    return HostError(
        "run-stopped",
        "The run was stopped, because the portal's machine stopped what runs on it.",
        "Repeat the run.",
    )


def run_arguments(run: RunLayout, document: RunDocument) -> list[str]:
    """The runtime's arguments for a kind of run."""
    files = ["--progress", str(run.progress), "--result", str(run.result)]
    spec = ["--spec", str(run.spec)]
    given = None if document.input is None else str(run.input_dir / document.input.name)
    data_dir = ["--data-dir", str(run.pipeline.data)]
    if document.kind == "batch":
        replaced = [] if given is None else ["--input", given]
        return ["batch", *spec, *files, *data_dir, "--output", str(run.output), *replaced]
    sample = [] if given is None else ["--data", given]
    if document.kind == "training":
        later = data_dir if document.mode == BATCH else []
        archive = ["--archive", str(run.output / "model.tar.gz")]
        model = ["--output", str(run.work / "model")]
        return ["train", *spec, *files, *model, *archive, *later, *sample]
    report = ["--report", str(run.output / "report.json")]
    return ["test", *spec, *files, *report, *sample]


def _read_document(run: RunLayout) -> RunDocument:
    found, spec = read_json(run.document), read_json(run.spec)
    if found is None or spec is None:
        raise HostError("run-missing", f"{run.dir} holds no run.", "Repeat the run.")
    return RunDocument.from_dict({**found, "spec": spec})


def _before(memory_mib: int) -> Callable[[], None]:
    """What the child does before it becomes the command; prepared, as it must not import."""
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        limit_resources(memory_mib)

    return prepare
