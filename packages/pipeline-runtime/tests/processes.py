"""Real `mlpipe` processes for tests."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from waiting import wait_for


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mlpipe(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "pipeline_runtime", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, **options
    )


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("control", timeout=20)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Release:
    """A running `mlpipe serve` or `stream`."""

    def __init__(self, folder: Path, spec: dict[str, Any], name: str, *arguments: str) -> None:
        self.control = folder / f"{name}.sock"
        self.log = folder / f"{name}.out"
        spec_file = folder / f"{name}.json"
        spec_file.write_text(json.dumps(spec))
        mode = "stream" if spec["spec"]["nodes"][-1]["type"] == "stream-alerting" else "serve"
        command = [sys.executable, "-m", "pipeline_runtime", mode]
        command += ["--spec", str(spec_file), "--data-dir", str(folder / "data")]
        command += ["--control-socket", str(self.control), "--release", name, *arguments]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def call(self, method: str, path: str) -> tuple[int, Any] | None:
        """Status and body through the control socket; `None` while it does not answer."""
        connection = _UnixConnection(self.control)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            assert self.process.poll() is None, self.log.read_text()
            return None
        finally:
            connection.close()

    def status(self) -> dict[str, Any]:
        """The body of `/status`."""
        answer = wait_for(lambda: self.call("GET", "/status"), "an answer")
        assert answer is not None
        body: dict[str, Any] = answer[1]
        return body

    def wait_ready(self, status: str) -> None:
        """Until `/readyz` says so."""

        def ready() -> bool:
            answer = self.call("GET", "/readyz")
            return answer is not None and answer[1]["status"] == status

        wait_for(ready, f"{status}; {self.log.read_text()}", 40)

    def wait_events(self, count: int) -> None:
        """Until that many events are counted, and no more."""
        wait_for(lambda: self.status()["counters"]["events"] >= count, f"{count} events", 40)
        assert self.status()["counters"]["events"] == count

    def control_call(self, action: str) -> dict[str, Any]:
        """Activate or deactivate."""
        answer = self.call("POST", f"/control/{action}")
        assert answer is not None
        assert answer[0] == 200, answer
        body: dict[str, Any] = answer[1]
        return body

    def kill(self) -> None:
        """End it the hard way."""
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> int:
        """End it as supervisors do; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(12)

    def __enter__(self) -> Release:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
