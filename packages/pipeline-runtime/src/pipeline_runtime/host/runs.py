"""`mlpipe host run`: start, look at, stop and delete runs. Every command is idempotent."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from pipeline_runtime.host.environment import SECRETS_VARIABLE, base_environment
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, write_json
from pipeline_runtime.host.folders import require_way
from pipeline_runtime.host.layout import PipelineLayout, RunLayout
from pipeline_runtime.host.processes import process_of
from pipeline_runtime.host.run_document import RunDocument
from pipeline_runtime.host.run_keeper import STOP_SECONDS

_START_SECONDS = 20.0
_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".gz": "application/gzip",
    ".txt": "text/plain",
}


def start_run(run: RunLayout, document: RunDocument) -> dict[str, Any]:
    """Start a run, and return once it is under way; no effect when it was started before.

    Raises:
        HostError: why it could not be started; nothing of it is left then.
    """
    if not run.document.exists():
        _prepare(run, document)
    if not run.process.exists():
        _start_keeper(run, document)
    return run_status(run)


def run_status(run: RunLayout) -> dict[str, Any]:
    """How a run does; changes nothing."""
    record = read_json(run.process)
    if record is None:
        return {"run": run.name, "state": "absent"}
    # In this order: a run that ends meanwhile has an outcome by then.
    alive = process_of(run) is not None
    outcome = read_json(run.outcome)
    result = read_json(run.result) or {}
    status: dict[str, Any] = {
        "run": run.name,
        "state": "running",
        "startedAt": _time(record.get("createdAt")),
        "progress": read_json(run.progress),
        "metrics": result.get("metrics") or {},
        "model": result.get("model"),
        "failure": None,
        "finishedAt": None,
        "files": [],
    }
    if outcome is None and not alive:
        state = "cancelled" if run.cancelled.exists() else "failed"
        lost = HostError(
            "run-killed",
            "The run ended without a result: it was killed, or the machine was restarted.",
            "Repeat the run.",
        )
        outcome = {"state": state, "failure": lost.to_dict() if state == "failed" else None}
    if outcome is not None:
        status |= {
            "state": outcome["state"],
            "finishedAt": outcome.get("finishedAt") or _time(time.time()),
            "failure": outcome.get("failure"),
            "files": _files(run) if outcome["state"] == "succeeded" else [],
        }
    return status


def cancel_run(run: RunLayout) -> None:
    """Stop a run that is under way; no effect on any other."""
    if not run.document.exists() or run.outcome.exists():
        return
    run.cancelled.touch()
    end_run(run)


def end_run(run: RunLayout) -> None:
    """End the processes of a run, and wait until they are gone."""
    process = process_of(run)
    if process is None:
        return
    with contextlib.suppress(psutil.Error):
        process.terminate()
    with contextlib.suppress(psutil.Error):
        try:
            process.wait(STOP_SECONDS + 5)
        except psutil.TimeoutExpired:
            # What it keeps is ended by the kernel.
            process.kill()
            process.wait(5)


def remove_run(run: RunLayout) -> bool:
    """Stop a run and delete its files, with the folders that nothing else is in."""
    existed = run.dir.exists()
    if existed:
        run.cancelled.touch()
        end_run(run)
        shutil.rmtree(run.dir)
    pipeline = run.pipeline
    with contextlib.suppress(OSError):
        run.dir.parent.rmdir()
    if not pipeline.active.exists() and not pipeline.releases():
        for folder in (pipeline.data, pipeline.dir):
            with contextlib.suppress(OSError):
                folder.rmdir()
    return existed


def _prepare(run: RunLayout, document: RunDocument) -> None:
    """Write the folder of a run under another name first, so that it is there as a whole."""
    pipeline = run.pipeline
    for folder in (pipeline.host.root, pipeline.host.root / "pipelines", pipeline.dir):
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    run.dir.parent.mkdir(mode=0o711, exist_ok=True)
    entry = pwd.getpwnam(document.user) if document.user is not None else None
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=run.dir.parent))
    try:
        temporary.chmod(0o711)
        draft = _Draft(temporary, run)
        draft.fill(document, entry)
        if document.kind != "test":
            _prepare_data(pipeline, entry)
        if entry is not None:
            require_way(temporary, entry)
        try:
            temporary.rename(run.dir)
        except OSError:
            # Another call was first.
            if not run.document.exists():
                raise
    except OSError as error:
        raise HostError(
            "run-not-stored",
            f"The run cannot be stored: {error}.",
            "Free space on the portal's machine, then repeat the run.",
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _prepare_data(pipeline: PipelineLayout, entry: pwd.struct_passwd | None) -> None:
    pipeline.data.mkdir(mode=0o700, exist_ok=True)
    if entry is not None and pipeline.data.stat().st_uid != entry.pw_uid:
        os.chown(pipeline.data, entry.pw_uid, entry.pw_gid)


class _Draft:
    """The folder of a run before it has its name."""

    def __init__(self, folder: Path, run: RunLayout) -> None:
        self._folder = folder
        self._run = run

    def fill(self, document: RunDocument, entry: pwd.struct_passwd | None) -> None:
        input_dir, work, output = (
            self._at(path) for path in (self._run.input_dir, self._run.work, self._run.output)
        )
        input_dir.mkdir(mode=0o711)
        work.mkdir(mode=0o700)
        output.mkdir(mode=0o700)
        readable = [self._at(self._run.spec)]
        write_json(readable[0], document.spec)
        if document.input is not None:
            try:
                readable.append(Path(shutil.copy(document.input, input_dir)))
            except OSError as error:
                raise HostError(
                    "input-unreadable",
                    f"The file for the run cannot be read: {error}.",
                    "Upload it again.",
                ) from error
        for path in readable:
            path.chmod(0o640 if entry is not None else 0o600)
            if entry is not None:
                os.chown(path, -1, entry.pw_gid)
        if entry is not None:
            for path in (output, work):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        write_json(self._at(self._run.document), document.to_dict())

    def _at(self, path: Path) -> Path:
        return self._folder / path.relative_to(self._run.dir)


def _start_keeper(run: RunLayout, document: RunDocument) -> None:
    environment = base_environment(run.dir)
    reading: int | None = None
    if document.environment:
        reading = _pipe_of(json.dumps({"env": dict(document.environment)}).encode())
        environment[SECRETS_VARIABLE] = str(reading)
    try:
        # Its own session: what ends its starter does not end it.
        keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline_runtime.host", "keep-run", str(run.dir)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
            cwd=run.dir,
            pass_fds=() if reading is None else (reading,),
        )
    finally:
        if reading is not None:
            os.close(reading)
    deadline = time.monotonic() + _START_SECONDS
    while not run.process.exists():
        if keeper.poll() is not None and not run.process.exists():
            break
        if time.monotonic() >= deadline:
            keeper.kill()
            break
        time.sleep(0.02)
    if not run.process.exists():
        raise HostError(
            "run-not-started",
            "The process that looks after the run did not start.",
            "Look at the load of the portal's machine, then repeat the run.",
        )


def _pipe_of(content: bytes) -> int:
    """A descriptor to read the content from; nothing of it is on a disk."""
    handle = os.memfd_create("secrets", os.MFD_CLOEXEC)
    os.write(handle, content)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def _files(run: RunLayout) -> list[dict[str, Any]]:
    """Plain files that the run left; anything else, such as a link, is not shown."""
    if run.output.is_symlink() or not run.output.is_dir():
        return []
    found = []
    for path in sorted(run.output.iterdir()):
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        found.append(
            {
                "name": path.name,
                "contentType": _TYPES.get(path.suffix, "application/octet-stream"),
                "path": str(path),
            }
        )
    return found


def _time(seconds: object) -> str | None:
    if not isinstance(seconds, int | float):
        return None
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
