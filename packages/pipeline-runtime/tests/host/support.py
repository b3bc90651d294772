"""Drives the agent as the portal does: as a process, over its arguments, stdin and stdout."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

FAKE_RUNTIME = Path(__file__).with_name("fake_runtime.py")
AGENT = [sys.executable, "-P", "-m", "pipeline_runtime.host"]

T = TypeVar("T")

_PORTS = 200


class AgentFailure(Exception):
    def __init__(self, error: dict[str, Any], stderr: str) -> None:
        super().__init__(json.dumps(error))
        self.code = error["code"]
        self.error = error
        self.stderr = stderr


def own_ports() -> str:
    """A range of ports that no other run of these tests on this machine has now.

    The lock lasts as long as this process.
    """
    for first in range(21_000, 29_000, _PORTS):
        path = Path(tempfile.gettempdir(), f"mlpipe-test-ports-{first}.lock")
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        return f"{first}-{first + _PORTS - 1}"
    raise RuntimeError("too many runs of these tests at once")


@dataclass
class Agent:
    root: Path
    ports: str
    command: list[str] = field(default_factory=lambda: [sys.executable, str(FAKE_RUNTIME)])

    def run(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Any:
        done = subprocess.run(
            [*AGENT, arguments[0], "--root", str(self.root), *arguments[1:]],
            input=stdin,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1]
            assert done.returncode == 1, done.stderr
            raise AgentFailure(json.loads(last)["error"], done.stderr)
        return json.loads(done.stdout)

    def reserve(self, name: str, *more: str) -> int:
        found = self.run("reserve", "--pipeline", name, "--port-range", self.ports, *more)
        return int(found["port"])

    def document(self, name: str, release: str, **more: Any) -> dict[str, str]:
        """The environment of `release`; `fake` is how the fake runtime misbehaves."""
        fake = more.pop("fake", {})
        document = {
            "release": release,
            "revision": int("".join(x for x in release if x.isdigit()) or 1),
            "mode": "stream",
            "spec": {"metadata": {"name": name}, "spec": {}, "fake": fake},
            "host": "127.0.0.1",
            "port": more.pop("port", None) or self.reserve(name),
            "memoryMiB": 512,
            "secretsVersion": None,
            "readyTimeoutSeconds": 20,
            "command": self.command,
            **more,
        }
        return {"MLPIPE_RELEASE": json.dumps(document)}

    def release(self, name: str, release: str, **more: Any) -> Any:
        return self.run("release", "--pipeline", name, env=self.document(name, release, **more))

    def start_release(self, name: str, release: str, **more: Any) -> subprocess.Popen[str]:
        """Like `release`, but does not wait: for agents that are killed."""
        return subprocess.Popen(
            [*AGENT, "release", "--root", str(self.root), "--pipeline", name],
            env={**os.environ, **self.document(name, release, **more)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def kill_release(self, process: subprocess.Popen[str]) -> None:
        """Kill an agent hard, with the process that does its work."""
        # First the worker, as it would begin to undo its work.
        for worker in psutil.Process(process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.kill()
        process.kill()
        process.wait()

    def releases(self, name: str) -> dict[str, Any]:
        found = self.run("status", "--pipeline", name)["pipelines"]
        return {release["release"]: release for release in found[0]["releases"]} if found else {}

    def active(self, name: str) -> str | None:
        found = self.run("status", "--pipeline", name)["pipelines"]
        return found[0]["active"] if found else None

    def running(self, name: str) -> list[str]:
        """Releases whose process lives."""
        return sorted(key for key, value in self.releases(name).items() if value["pid"])

    def journal(self, name: str) -> list[list[str]]:
        path = self.root / "pipelines" / name / "data" / "journal"
        return [line.split()[1:] for line in path.read_text().splitlines()]


def until(condition: Callable[[], T], seconds: float = 20) -> T:
    """The first true value of a condition."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.02)


def get(port: int, path: str = "/who") -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


class Traffic:
    """Requests without a pause, from several clients; every failure is kept."""

    path = "/who"

    def __init__(self, port: int, clients: int = 4) -> None:
        self.failures: list[str] = []
        self.answers: list[str] = []
        self._port = port
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(clients)]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._end.is_set():
            try:
                self.answers.append(get(self._port, self.path)["release"])
            except Exception as error:
                self.failures.append(repr(error))


def processes_of(agent: Agent) -> list[psutil.Process]:
    """Everything that runs for a root folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if process.pid != os.getpid() and any(str(agent.root) in part for part in command):
            found.append(process)
    return found


def kill_all(agent: Agent) -> None:
    """Kill everything that runs for a root folder, also what is started meanwhile."""

    def nothing_left() -> bool:
        found = processes_of(agent)
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return not found

    until(nothing_left)


def consumers(journal: list[list[str]]) -> int:
    """The most releases that consumed at the same time."""
    active: set[str] = set()
    most = 0
    for release, event, *_ in journal:
        if event == "consume":
            active.add(release)
        elif event in ("pause", "start"):
            active.discard(release)
        most = max(most, len(active))
    return most
