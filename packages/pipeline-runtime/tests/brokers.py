"""A Kafka broker as a process, built from `kafka_broker/` once for each of its versions."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

_SOURCES = Path(__file__).parent / "kafka_broker"


def _program() -> Path:
    """The built program; outside the repository, named by what it is built from."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum", "main.go"):
        digest.update((_SOURCES / name).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlpipe-tests"
    cache.mkdir(parents=True, exist_ok=True)
    program = cache / f"kafka-broker-{digest.hexdigest()[:16]}"
    with (cache / "kafka-broker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            go = shutil.which("go", path=f"{os.environ['PATH']}:/usr/local/go/bin:/usr/lib/go/bin")
            assert go is not None, "Go 1.26 or newer is needed to build the broker of these tests."
            building = program.with_suffix(f".{os.getpid()}")
            command = [go, "build", "-mod=readonly", "-trimpath", "-o", str(building), "."]
            done = subprocess.run(
                command, cwd=_SOURCES, capture_output=True, text=True, timeout=300, check=False
            )
            assert done.returncode == 0, f"The broker cannot be built with Go: {done.stderr}"
            building.replace(program)
    return program


class Broker:
    """Keeps port and records over `stop` and `start`."""

    def __init__(self, folder: Path, *, user: str = "", password: str = "") -> None:
        self._data = folder
        self._login = ["-user", user, "-password", password]
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.start()
        sasl = {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-256",
            "sasl.username": user,
            "sasl.password": password,
        }
        self._client: dict[str, Any] = {"bootstrap.servers": self.address, **(sasl if user else {})}
        self.admin = AdminClient(self._client)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen; again on the same port after a stop."""
        command = [str(_program()), "-port", str(self._port), "-data", str(self._data)]
        deadline = time.monotonic() + 20
        while True:
            process = subprocess.Popen(
                [*command, *self._login],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            if line:
                break
            _, errors = process.communicate()
            # Connections of the stopped broker may keep the port for a moment.
            assert time.monotonic() < deadline, errors
            time.sleep(0.1)
        self._process = process
        self._port = int(line.rpartition(":")[2])

    def stop(self) -> None:
        """Leave, as a broker that is taken down does; no-op when it is not there."""
        if self._process is not None:
            self._process.communicate("", timeout=20)
            self._process = None

    def create_topic(self, name: str, partitions: int = 1) -> None:
        """A topic without records."""
        for future in self.admin.create_topics([NewTopic(name, partitions, 1)]).values():
            future.result(20)

    def send(self, topic: str, lines: list[str | bytes | None], partition: int = 0) -> None:
        """Records, acknowledged when this returns."""
        failures: list[str] = []
        producer = Producer({**self._client, "acks": "all", "linger.ms": 5})
        for line in lines:
            producer.produce(
                topic,
                line,
                partition=partition,
                on_delivery=lambda error, _: failures.append(str(error)) if error else None,
            )
            producer.poll(0)
        assert producer.flush(30) == 0
        assert failures == []


@contextlib.contextmanager
def broker(folder: Path, *, user: str = "", password: str = "") -> Iterator[Broker]:
    """A broker that is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    started = Broker(folder, user=user, password=password)
    try:
        yield started
    finally:
        started.stop()
