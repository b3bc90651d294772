"""`kafka`: reads a topic, from offsets that are committed together with the counters."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.bad_lines import why_unreadable
from pipeline_runtime.nodes.source.source_node import (
    Offset,
    SourceBatch,
    SourceNode,
    SourceReport,
)
from pipeline_runtime.ports import LogEvents

if TYPE_CHECKING:
    from pipeline_runtime.nodes.source.kafka_topic import KafkaTopic

_WAIT_SECONDS = 0.5
_ONE_LINE = str.maketrans("\n\r\t", "   ")


@dataclass(frozen=True)
class KafkaParameters:
    """Parameters of `kafka`."""

    #: `host:port`, several separated by commas
    bootstrap_servers: str
    topic: str
    #: `beginning` or `end`: where to start the first time
    start_at: str = "beginning"
    group: str = "mlpipe"
    #: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`
    security: str = "PLAINTEXT"
    mechanism: str = "SCRAM-SHA-512"
    username: str | None = None
    #: Names of environment variables that secrets fill.
    password_variable: str | None = None
    ca_variable: str | None = None


class Kafka(SourceNode):
    """One event a message; a message over several lines becomes one line.

    Messages of different partitions come in any order, so that positions count what was read.
    Messages without a value (tombstones) are no events.
    """

    type_id = "kafka"
    Parameters = KafkaParameters
    parameters: KafkaParameters
    _topic: KafkaTopic | None = None
    _received = 0
    _lost = 0
    _at: float | None = None
    _characters = 0
    _sized = 0

    def check(self) -> None:
        """Secrets must be there; brokers may still be away."""
        parameters = self.parameters
        wanted = [parameters.ca_variable]
        if parameters.security.startswith("SASL"):
            wanted.append(parameters.password_variable)
        for name in wanted:
            if name is not None and not os.environ.get(name):
                raise CannotStart(
                    "secret-missing",
                    f'The environment variable "{name}" is empty.',
                    "Add a secret of that variable to the pipeline.",
                    self.id,
                )

    def open(self, data_dir: Path, offset: Offset | None) -> None:
        """Go to the offsets of all partitions; `data_dir` is not used."""
        # Its library is large, and other pipelines do without it.
        from pipeline_runtime.nodes.source.kafka_topic import KafkaTopic

        self.close()
        offset = offset or {}
        same = offset.get("topic") == self.parameters.topic
        self._topic = KafkaTopic(
            self._settings(),
            self.parameters.topic,
            from_end=self.parameters.start_at == "end",
            cluster=offset.get("cluster") if same else None,
            offsets={int(p): int(n) for p, n in offset["partitions"].items()} if same else {},
        )
        self._received = int(offset.get("received", 0))
        self._lost = int(offset.get("lost", 0))
        self._at = offset.get("at")

    def read(self, limit: int) -> SourceBatch:
        """The next messages."""
        topic = self._opened()
        lines: list[str] = []
        sources: list[str] = []
        positions: list[int] = []
        malformed: list[int] = []
        for message in topic.read(limit):
            value = message.value()
            if value is None:
                continue
            self._received += 1
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            line = text.removeprefix("\ufeff").rstrip("\r\n").translate(_ONE_LINE)
            self._sized += 1
            self._characters += len(text)
            reason = why_unreadable(line) if line else "It is empty."
            if reason is None:
                lines.append(line)
                sources.append(f"{topic.topic}/{message.partition()}")
                positions.append(self._received)
            else:
                malformed.append(self._received)
                self.bad_lines.note(line, reason)
        if positions or malformed:
            self._at = time.time()
        events = LogEvents(lines, sources, time.time())
        return SourceBatch(events, positions, self._offset(topic), malformed)

    def wait(self, stop: threading.Event, seconds: float | None = None) -> None:
        """Until a message is here, or it is time to look again."""
        limit = _WAIT_SECONDS if seconds is None else min(seconds, _WAIT_SECONDS)
        if not stop.is_set():
            self._opened().wait(limit)

    def continues(self, earlier: Offset, later: Offset) -> bool:
        """Never: what a broker has comes later, and of several partitions in another order.

        After a crash, windows and counts of features lack what came after their last snapshot.
        """
        return False

    def lag_bytes(self, offset: Offset) -> int:
        """Messages that wait, times the usual size of one."""
        topic = self._topic
        return topic.lag * self._characters // self._sized if topic and self._sized else 0

    def report(self, offset: Offset | None) -> SourceReport:
        """Counts, and how many messages wait."""
        base = super().report(offset)
        topic = self._topic
        return SourceReport(base.received, base.lost, lag_events=topic.lag if topic else None)

    @property
    def problem(self) -> str | None:
        """No broker answers, or the topic may not be read."""
        return self._topic.problem if self._topic else None

    def close(self) -> None:
        """Leave the brokers."""
        if self._topic is not None:
            topic, self._topic = self._topic, None
            topic.close()

    def _offset(self, topic: KafkaTopic) -> Offset:
        return {
            "topic": topic.topic,
            "cluster": topic.cluster,
            "partitions": {str(p): n for p, n in sorted(topic.offsets.items())},
            "received": self._received,
            "lost": self._lost + topic.lost,
            **({"at": self._at} if self._at else {}),
        }

    def _settings(self) -> dict[str, Any]:
        """What librdkafka has to know, with the values of secrets."""
        parameters = self.parameters
        settings: dict[str, Any] = {
            "bootstrap.servers": parameters.bootstrap_servers,
            "group.id": parameters.group,
            "client.id": "mlpipe",
            "security.protocol": parameters.security,
        }
        if parameters.security.startswith("SASL"):
            settings["sasl.mechanism"] = parameters.mechanism
            settings["sasl.username"] = parameters.username or ""
            settings["sasl.password"] = os.environ.get(parameters.password_variable or "", "")
        if parameters.ca_variable is not None:
            settings["ssl.ca.pem"] = os.environ.get(parameters.ca_variable, "")
        return settings

    def _opened(self) -> KafkaTopic:
        if self._topic is None:
            raise RuntimeError("the source was not opened")
        return self._topic
