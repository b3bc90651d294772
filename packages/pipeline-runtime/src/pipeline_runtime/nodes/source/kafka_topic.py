"""A topic of Kafka, read from offsets that the caller keeps."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

#: Seconds that a question to the brokers may take.
_ASK_SECONDS = 2.0
#: Seconds between two looks for new partitions.
_REFRESH_SECONDS = 30.0
_LAG_SECONDS = 0.5
_RETRY_SECONDS = 1.0
#: Kilobytes of messages that wait in memory for each topic.
_QUEUED_KBYTES = 16_384
#: Follow from another error, which says more.
_UNSPECIFIC = (KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT)
_OUT_OF_RANGE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)


class KafkaTopic:
    """All partitions of one topic, read by one thread.

    `cluster` and `offsets` (partition: next offset) are where to go on; without them reading
    starts at the beginning, or at the end as it was at the first contact.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        topic: str,
        *,
        from_end: bool,
        cluster: str | None,
        offsets: Mapping[int, int],
        refresh_seconds: float = _REFRESH_SECONDS,
    ) -> None:
        self.topic = topic
        self.cluster = cluster
        self.offsets = dict(offsets)
        #: Messages that were deleted before they were read.
        self.lost = 0
        #: Why nothing can be read at the moment.
        self.problem: str | None = None
        self._from_end = from_end
        self._refresh_seconds = refresh_seconds
        self._consumer = Consumer(
            {
                **settings,
                # Offsets are kept with the counters, so that each message counts once.
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",
                "queued.max.messages.kbytes": _QUEUED_KBYTES,
                # `problem` says once what the library would say at every attempt.
                "log_level": 2,
                "reconnect.backoff.ms": 500,
                "error_cb": self._failed,
            },
            logger=logging.getLogger(__name__),
        )
        self._assigned: set[int] = set()
        self._waiting: list[Message] = []
        self._asked = 0.0
        self._lag_at = 0.0
        self._lag = 0

    def read(self, limit: int) -> list[Message]:
        """At most `limit` messages that are here now; their offsets are taken as read."""
        messages, self._waiting = self._waiting[:limit], self._waiting[limit:]
        if self._assigned and len(messages) < limit:
            messages += self._consumer.consume(limit - len(messages), 0)
        good = [message for message in messages if self._take(message)]
        if good:
            self.problem = None
        if self._assigned:
            self._refresh_if_due()
            self._measure_lag()
        return good

    def wait(self, seconds: float) -> None:
        """Until a message is here, or the time is over; looks for brokers that were away."""
        if not self._assigned or self.problem:
            self._ask()
        if self._assigned:
            self._waiting += self._consumer.consume(1, seconds)
        else:
            # Lets librdkafka tell what is wrong.
            self._consumer.poll(seconds)

    @property
    def lag(self) -> int:
        """Messages behind the offsets; as of the last look."""
        return self._lag

    def close(self) -> None:
        """Leave the brokers."""
        self._consumer.close()

    def _take(self, message: Message) -> bool:
        error = message.error()
        partition = message.partition()
        if error is not None:
            if error.code() in _OUT_OF_RANGE and partition is not None:
                self._go_to_oldest(partition)
            elif error.code() != KafkaError._PARTITION_EOF:
                self._failed(error)
            return False
        offset = message.offset()
        if partition is None or offset is None or offset < self.offsets.get(partition, 0):
            return False
        self.offsets[partition] = offset + 1
        return True

    def _go_to_oldest(self, partition: int) -> None:
        """What was to be read next is not there any more: go on with the oldest that is."""
        place = TopicPartition(self.topic, partition)
        try:
            low, high = self._consumer.get_watermark_offsets(place, timeout=_ASK_SECONDS)
            known = self.offsets.get(partition, 0)
            if low <= known <= high:
                low = known
            self.lost += max(0, low - known)
            self.offsets[partition] = low
            self._consumer.seek(TopicPartition(self.topic, partition, low))
        except KafkaException as error:
            self._failed(error.args[0])
            # Asked again, and assigned anew.
            self._consumer.unassign()
            self._assigned.clear()

    def _refresh_if_due(self) -> None:
        if time.monotonic() - self._asked >= self._refresh_seconds:
            self._ask()

    def _ask(self) -> None:
        """Learn which partitions there are, and read those that are new."""
        if self.problem and time.monotonic() - self._asked < _RETRY_SECONDS:
            return
        try:
            found = self._consumer.list_topics(self.topic, timeout=_ASK_SECONDS)
            described = found.topics[self.topic]
            if described.error is not None:
                raise KafkaException(described.error)
            self._same_cluster(found.cluster_id)
            new = [p for p in sorted(described.partitions) if p not in self._assigned]
            places = [TopicPartition(self.topic, p, self._start_of(p)) for p in new]
            if places:
                self._consumer.incremental_assign(places)
                self.offsets |= {place.partition: place.offset for place in places}
                self._assigned |= set(new)
            self.problem = None
        except KafkaException as error:
            self._failed(error.args[0])
        finally:
            self._asked = time.monotonic()

    def _same_cluster(self, cluster: str | None) -> None:
        """Offsets of another cluster mean nothing here."""
        if self.cluster is not None and cluster is not None and cluster != self.cluster:
            self.offsets.clear()
        self.cluster = cluster or self.cluster

    def _start_of(self, partition: int) -> int:
        if partition in self.offsets:
            return self.offsets[partition]
        place = TopicPartition(self.topic, partition)
        low, high = self._consumer.get_watermark_offsets(place, timeout=_ASK_SECONDS)
        # A partition that was added later is read as a whole.
        return int(high if self._from_end and not self.offsets else low)

    def _measure_lag(self) -> None:
        if time.monotonic() - self._lag_at < _LAG_SECONDS:
            return
        self._lag_at = time.monotonic()
        lag = 0
        for partition in self._assigned:
            place = TopicPartition(self.topic, partition)
            try:
                _, high = self._consumer.get_watermark_offsets(place, cached=True)
            except KafkaException:
                continue
            lag += max(0, high - self.offsets[partition])
        self._lag = lag

    def _failed(self, error: KafkaError) -> None:
        text = error.str() if isinstance(error, KafkaError) else str(error)
        # A refused login may come as a connection that is closed.
        says_why = "authentication" in text or error.code() not in _UNSPECIFIC
        if self.problem and not says_why:
            return
        self.problem = f'The topic "{self.topic}" cannot be read: {text}'
