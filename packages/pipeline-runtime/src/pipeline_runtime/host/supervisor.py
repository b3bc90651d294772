"""supervisord: start it, talk to it, stop it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from pipeline_runtime.host.environment import base_environment
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_line, write_text
from pipeline_runtime.host.layout import HostLayout, ReleaseLayout
from pipeline_runtime.host.locks import exclusive
from pipeline_runtime.host.unix_http import UnixTransport

_RPC_SECONDS = 20.0
_START_SECONDS = 20.0
# Longer than a program may take to stop (see `program.py`).
_SHUTDOWN_SECONDS = 40.0

# https://supervisord.org/api.html: faults of the XML-RPC interface
_BAD_NAME = 10
_STILL_RUNNING = 91
_NOT_RUNNING = 70
_ALREADY_STARTED = 60
_ALREADY_ADDED = 90

# https://supervisord.org/subprocess.html#process-states
STATES = {
    0: "stopped",
    10: "starting",
    20: "running",
    30: "backoff",
    40: "stopped",
    100: "exited",
    200: "fatal",
}
_ENDED = {0, 100, 200}


@dataclass(frozen=True)
class ProgramInfo:
    """What supervisord says about a program."""

    state: str
    ended: bool
    pid: int | None
    exit_status: int | None
    started_at: int | None


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Signals wait: what was asked for, and not waited for, might happen after it was undone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Supervisor:
    """The supervisord of one root folder."""

    def __init__(self, layout: HostLayout) -> None:
        self._layout = layout

    def pid(self) -> int | None:
        """The process id when supervisord runs and answers, else None."""
        try:
            return int(self._proxy(5.0).supervisor.getPID())
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return None

    def ensure_running(self) -> bool:
        """Start supervisord unless it runs; says whether it had to be started.

        Raises:
            HostError: `supervisor-unavailable` when it does not come up.
        """
        with exclusive(self._layout.lock("supervisord"), _START_SECONDS + _SHUTDOWN_SECONDS):
            if self.pid() is not None:
                return False
            self._end_deaf_process()
            self._write_configuration()
            command = [sys.executable, "-P", "-m", "supervisor.supervisord"]
            done = subprocess.run(
                [*command, "-c", str(self._layout.conf)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_START_SECONDS,
                check=False,
                start_new_session=True,
                env=base_environment(self._layout.root),
                cwd=self._layout.root,
            )
            deadline = time.monotonic() + _START_SECONDS
            while done.returncode == 0 and time.monotonic() < deadline:
                if self.pid() is not None:
                    return True
                time.sleep(0.05)
            raise HostError(
                "supervisor-unavailable",
                f"supervisord did not start: {(done.stderr or done.stdout).strip()[-500:]}",
                f"Look at {self._layout.log}.",
            )

    def shut_down(self) -> None:
        """Stop every program and supervisord; no effect when it does not run."""
        with exclusive(self._layout.lock("supervisord"), _START_SECONDS + _SHUTDOWN_SECONDS):
            if self.pid() is not None:
                with contextlib.suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
                    self._proxy().supervisor.shutdown()
                deadline = time.monotonic() + _SHUTDOWN_SECONDS
                while self.pid() is not None and time.monotonic() < deadline:
                    time.sleep(0.1)
            self._end_deaf_process()

    def programs(self) -> dict[str, ProgramInfo]:
        """Every program that supervisord knows, by name."""
        infos = self._call("getAllProcessInfo")
        return {str(info["group"]): _program_info(info) for info in infos}

    def add(self, release: ReleaseLayout) -> None:
        """Make a program known, from its file in `conf.d`; no effect when it is known."""
        self._call("reloadConfig")
        self._call("addProcessGroup", release.program, ignore=_ALREADY_ADDED)

    def start(self, release: ReleaseLayout) -> None:
        """Start a program without waiting for it; no effect when it runs."""
        self._call("startProcess", release.program, False, ignore=_ALREADY_STARTED)

    def stop(self, release: ReleaseLayout, timeout_seconds: float) -> None:
        """Stop a program and wait for its end; no effect when it is unknown or has ended."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            info = self.programs().get(release.program)
            if info is None or info.ended:
                return
            if time.monotonic() >= deadline:
                raise HostError(
                    "stop-failed",
                    f"Release {release.name} did not end within {timeout_seconds:g} s.",
                    "Look at its log, end its process, then try again.",
                )
            try:
                self._call("stopProcess", release.program, False, ignore=_NOT_RUNNING)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != _BAD_NAME:
                    raise
            time.sleep(0.1)

    def forget(self, release: ReleaseLayout) -> bool:
        """Remove an ended program, no effect when it is unknown; false when it runs (again)."""
        try:
            self._call("removeProcessGroup", release.program)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == _STILL_RUNNING:
                return False
            if fault.faultCode != _BAD_NAME:
                raise
        return True

    def _proxy(self, timeout_seconds: float = _RPC_SECONDS) -> Any:
        transport = UnixTransport(self._layout.socket, timeout_seconds)
        return xmlrpc.client.ServerProxy("http://localhost/RPC2", transport=transport)

    def _call(self, method: str, *arguments: object, ignore: int | None = None) -> Any:
        try:
            with _uninterrupted():
                return getattr(self._proxy().supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == ignore:
                return None
            raise
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
            raise HostError(
                "supervisor-unavailable",
                f"supervisord does not answer: {error or type(error).__name__}.",
                f"Run `mlpipe host up`, then try again; see also {self._layout.log}.",
            ) from error

    def _end_deaf_process(self) -> None:
        """End a supervisord that runs but does not answer, as it would keep its pid file."""
        pid = int(text) if (text := read_line(self._layout.pid)) and text.isdigit() else None
        if pid is None:
            return
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            # The number may belong to another program by now, after a restart of the machine.
            if str(self._layout.conf) in process.cmdline():
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(_SHUTDOWN_SECONDS)
                except psutil.TimeoutExpired:
                    process.kill()
                    process.wait(5)
        self._layout.pid.unlink(missing_ok=True)

    def _write_configuration(self) -> None:
        layout = self._layout
        layout.conf_dir.mkdir(parents=True, exist_ok=True)
        user = "user=root\n" if os.geteuid() == 0 else ""
        write_text(
            layout.conf,
            f"""[unix_http_server]
file={layout.socket}
chmod=0700

[supervisord]
logfile={layout.log}
logfile_maxbytes=10MB
logfile_backups=3
pidfile={layout.pid}
directory={layout.root}
childlogdir={layout.root}
strip_ansi=true
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files=conf.d/*.conf
""",
        )


def _program_info(info: dict[str, Any]) -> ProgramInfo:
    state = int(info["state"])
    return ProgramInfo(
        state=STATES.get(state, "stopped"),
        ended=state in _ENDED,
        pid=int(info["pid"]) or None,
        exit_status=int(info["exitstatus"]) if state == 100 else None,
        started_at=int(info["start"]) or None,
    )
