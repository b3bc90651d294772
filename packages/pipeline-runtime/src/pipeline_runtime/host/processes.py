"""The processes of releases, also those whose supervisord is gone."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

import psutil

from pipeline_runtime.host.files import read_json, write_json
from pipeline_runtime.host.layout import ReleaseLayout, RunLayout


@dataclass(frozen=True)
class Usage:
    """What a release uses, with all of its child processes."""

    cpu_seconds: float
    rss_bytes: int


def record_start(release: ReleaseLayout) -> None:
    """Note that the calling process is (about to become) the runtime of a release."""
    starts = int((read_json(release.process) or {}).get("starts", 0))
    own = psutil.Process(os.getpid())
    record = {"pid": own.pid, "createdAt": own.create_time(), "starts": starts + 1}
    write_json(release.process, record, 0o644)


def reset_starts(release: ReleaseLayout) -> None:
    """Count restarts from now: the next start is one on purpose."""
    write_json(release.process, {**(read_json(release.process) or {}), "starts": 0}, 0o644)


def starts_of(release: ReleaseLayout) -> int:
    """How often the runtime was started since it was last started on purpose."""
    return int((read_json(release.process) or {}).get("starts", 0))


def process_of(release: ReleaseLayout | RunLayout) -> psutil.Process | None:
    """The living process of a release or run, by command and age as process ids are reused."""
    record = read_json(release.process) or {}
    pid, created = record.get("pid"), record.get("createdAt")
    if not isinstance(pid, int) or not isinstance(created, int | float):
        return None
    try:
        process = psutil.Process(pid)
        # Start times move with the clock of the machine, hence the tolerance.
        same_age = abs(process.create_time() - created) < 60
        same_command = any(str(release.dir) in argument for argument in process.cmdline())
    except psutil.Error:
        return None
    return process if same_age and same_command else None


def end_leftover(release: ReleaseLayout, timeout_seconds: float) -> bool:
    """End a runtime (and its children) that no supervisord looks after any more."""
    process = process_of(release)
    if process is None:
        return False
    family = [process]
    with contextlib.suppress(psutil.Error):
        family += process.children(recursive=True)
        process.terminate()
    _, alive = psutil.wait_procs(family, timeout_seconds)
    for member in alive:
        with contextlib.suppress(psutil.Error):
            member.kill()
    psutil.wait_procs(alive, 5)
    return True


def usage_of(pid: int) -> Usage | None:
    """CPU time and resident memory of a process and its children."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return None
    cpu, rss = 0.0, 0
    for member in family:
        with contextlib.suppress(psutil.Error):
            times = member.cpu_times()
            cpu += times.user + times.system
            rss += member.memory_info().rss
    return Usage(round(cpu, 2), rss)


def listens_on(release: ReleaseLayout, port: int) -> bool:
    """Whether the runtime of a release is the one that listens on a TCP port."""
    process = process_of(release)
    if process is None:
        return False
    with contextlib.suppress(psutil.Error):
        for member in [process, *process.children(recursive=True)]:
            for connection in member.net_connections("tcp"):
                address = connection.laddr
                if connection.status == psutil.CONN_LISTEN and address and address.port == port:
                    return True
    return False
