"""Each message counts once, whatever happens to the broker and to the pipeline."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, broker
from confluent_kafka import TopicPartition
from confluent_kafka.cimpl import NewPartitions
from waiting import wait_for

from pipeline_runtime.errors import CannotStart
from pipeline_runtime.nodes.source.kafka import Kafka
from pipeline_runtime.nodes.source.kafka_topic import KafkaTopic

STOP = threading.Event()


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Broker]:
    with broker(tmp_path / "broker") as started:
        yield started


def node_of(kafka: Broker, **parameters: Any) -> Kafka:
    return Kafka("logs", {"bootstrapServers": kafka.address, "topic": "logs", **parameters})


class Reader:
    """A node that is read, with all that it gave."""

    def __init__(self, node: Kafka, folder: Path, offset: dict[str, Any] | None = None) -> None:
        self.node = node
        self.lines: list[str] = []
        self.offset = offset
        self.malformed = 0
        node.prepare(folder)
        node.open(folder, offset)

    def turn(self, limit: int = 1000) -> bool:
        """Read once; false, so that conditions can go on behind it."""
        batch = self.node.read(limit)
        self.lines += batch.events.lines
        self.malformed += len(batch.malformed)
        self.offset = batch.offset
        if not len(batch):
            self.node.wait(STOP, 0.1)
        return False

    def some(self, limit: int) -> list[str]:
        wait_for(lambda: self.turn(limit) or self.lines, "some messages", 30)
        return self.lines

    def until(self, count: int) -> list[str]:
        def enough() -> bool:
            self.turn()
            return len(self.lines) + self.malformed >= count

        wait_for(enough, f"{count} messages", 40)
        return self.lines


def test_messages_of_all_partitions_come_once_over_restarts(kafka: Broker, tmp_path: Path) -> None:
    kafka.create_topic("logs", 3)
    sent = []
    for partition in range(3):
        lines = [f"line {partition}-{i}" for i in range(400)]
        kafka.send("logs", list(lines), partition)
        sent += lines
    reader = Reader(node_of(kafka), tmp_path)
    found: list[str] = []
    while len(found) < len(sent):
        found += reader.some(150)
        # As after a crash: only the offset is left.
        reader.node.close()
        reader = Reader(node_of(kafka), tmp_path, reader.offset)
    assert sorted(found) == sorted(sent)
    kafka.send("logs", ["one more"], 1)
    assert reader.until(1) == ["one more"]
    assert reader.offset is not None
    assert reader.offset["received"] == 1201
    assert reader.node.report(reader.offset).lost == 0
    reader.node.close()


def test_a_broker_that_is_away_is_waited_for(kafka: Broker, tmp_path: Path) -> None:
    kafka.create_topic("logs")
    kafka.send("logs", ["before"])
    reader = Reader(node_of(kafka), tmp_path)
    assert reader.until(1) == ["before"]
    kafka.stop()
    wait_for(lambda: reader.turn() or reader.node.problem, "a problem", 30)
    assert "logs" in str(reader.node.problem)
    kafka.start()
    kafka.send("logs", ["after"])
    assert reader.until(2) == ["before", "after"]
    assert reader.node.problem is None
    reader.node.close()


def test_it_starts_without_a_broker_and_without_the_topic(kafka: Broker, tmp_path: Path) -> None:
    kafka.stop()
    reader = Reader(node_of(kafka), tmp_path)
    reader.node.check()
    wait_for(lambda: reader.turn() or reader.node.problem, "a problem", 30)
    kafka.start()
    wait_for(
        lambda: reader.turn() or "nknown topic" in str(reader.node.problem), "no such topic", 30
    )
    kafka.create_topic("logs")
    kafka.send("logs", ["first"])
    assert reader.until(1) == ["first"]
    assert reader.node.problem is None
    reader.node.close()


def test_the_end_is_where_the_topic_ended_at_the_first_contact(
    kafka: Broker, tmp_path: Path
) -> None:
    kafka.create_topic("logs", 2)
    kafka.send("logs", ["old"], 0)
    reader = Reader(node_of(kafka, startAt="end"), tmp_path)
    wait_for(
        lambda: reader.turn() or len((reader.offset or {})["partitions"]) == 2, "partitions", 30
    )
    offset = reader.offset
    reader.node.close()
    kafka.send("logs", ["new"], 0)
    reader = Reader(node_of(kafka, startAt="end"), tmp_path, offset)
    assert reader.until(1) == ["new"]
    reader.node.close()


def test_partitions_that_are_added_are_read_from_their_start(
    kafka: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka.create_topic("logs")
    kafka.send("logs", ["one"])
    reader = Reader(node_of(kafka, startAt="end"), tmp_path)
    assert reader.node._topic is not None
    reader.node._topic._refresh_seconds = 0.2
    wait_for(lambda: reader.turn() or (reader.offset or {})["partitions"], "contact", 30)
    for future in kafka.admin.create_partitions([NewPartitions("logs", 2)]).values():
        future.result(20)
    kafka.send("logs", ["two"], 1)
    assert reader.until(1) == ["two"]
    reader.node.close()


def test_what_was_deleted_before_it_was_read_is_counted_as_lost(
    kafka: Broker, tmp_path: Path
) -> None:
    kafka.create_topic("logs")
    kafka.send("logs", [f"line {i}" for i in range(10)])
    reader = Reader(node_of(kafka), tmp_path)
    assert len(reader.until(10)) == 10
    offset = dict(reader.offset or {})
    reader.node.close()
    offset["partitions"] = {"0": 4}
    for future in kafka.admin.delete_records([TopicPartition("logs", 0, 7)]).values():
        future.result(20)
    reader = Reader(node_of(kafka), tmp_path, offset)
    assert reader.until(3) == ["line 7", "line 8", "line 9"]
    assert reader.node.report(reader.offset).lost == 3
    reader.node.close()


def test_the_lag_is_told_in_messages_and_estimated_in_bytes(kafka: Broker, tmp_path: Path) -> None:
    kafka.create_topic("logs")
    kafka.send("logs", ["x" * 100] * 50)
    reader = Reader(node_of(kafka), tmp_path)
    reader.some(10)
    topic = reader.node._topic
    assert isinstance(topic, KafkaTopic)
    topic._lag_at = 0.0
    topic._measure_lag()
    read = len(reader.lines)
    report = reader.node.report(reader.offset)
    assert report.lag_events == 50 - read
    assert reader.node.lag_bytes(reader.offset or {}) == (50 - read) * 100
    reader.node.close()


def test_odd_messages(kafka: Broker, tmp_path: Path) -> None:
    kafka.create_topic("logs")
    kafka.send("logs", ['{\n "a": 1\n}', None, b"\x00\x01\x02\x03", "", "end"])
    reader = Reader(node_of(kafka), tmp_path)
    assert reader.until(4) == ['{  "a": 1 }', "end"]
    # A message without a value only deletes a key, so that it is no event.
    assert reader.malformed == 2
    assert len(reader.node.bad_lines.latest()) == 2
    reader.node.close()


def test_a_login_by_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with broker(tmp_path / "broker", user="reader", password="s3cret-value") as kafka:
        kafka.create_topic("logs")
        kafka.send("logs", ["secured"])
        parameters = {
            "security": "SASL_PLAINTEXT",
            "mechanism": "SCRAM-SHA-256",
            "username": "reader",
            "passwordVariable": "KAFKA_PASSWORD",
        }
        node = node_of(kafka, **parameters)
        with pytest.raises(CannotStart, match="KAFKA_PASSWORD") as raised:
            node.check()
        assert raised.value.node == "logs"
        monkeypatch.setenv("KAFKA_PASSWORD", "s3cret-value")
        node.check()
        reader = Reader(node, tmp_path)
        assert reader.until(1) == ["secured"]
        reader.node.close()

        monkeypatch.setenv("KAFKA_PASSWORD", "wrong-value")
        reader = Reader(node_of(kafka, **parameters), tmp_path)
        wait_for(lambda: reader.turn() or reader.node.problem, "a problem", 30)
        problem = wait_for(
            lambda: reader.turn() or "uthentication" in str(reader.node.problem), "refusal", 30
        )
        assert problem
        assert "value" not in str(reader.node.problem)
        reader.node.close()
