"""The Kafka side: which partitions are ours, where they are read, and what comes is without holes.

The offset in PostgreSQL rules; Kafka stores none. Every record is compared with the offset that its lane expects, so whatever the
client may have fetched before a seek is recognised and dropped.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from vangnet_runtime.broker import Broker
from vangnet_runtime.faults import TopicMissing
from vangnet_runtime.lane import Lane
from vangnet_runtime.logging import get_logger
from vangnet_runtime.records import Record

IDLE_WAIT = 0.2
"""Seconds that a fetch waits for a first record."""

LEAVE_WITHIN = 5.0

log = get_logger()


@dataclass(frozen=True)
class Limits:
    """Of one batch: at most so many messages and bytes, filled for at most so many seconds after the first record.

    `member`: a name that this replica keeps when it starts again. It then has its partitions back at once, where a nameless
    one waits until the group has given up its predecessor (`session_ms`).
    """

    messages: int = 1_000
    bytes: int = 4 * 1024 * 1024
    seconds: float = 0.02
    session_ms: int = 10_000
    member: str | None = None


@dataclass(frozen=True)
class Assignment:
    """What to call when partitions come and go. `taken` must return at once; `lost` waits for the commit only."""

    taken: Callable[[Sequence[int]], None]
    lost: Callable[[Sequence[int]], Awaitable[None]]
    halted: Callable[[Lane, str, int, int], None]


class Reader(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One consumer in the group of the service. `lanes` is shared with the processor: only open ones are read."""

    def __init__(
        self, topic: str, group: str, kafka: Broker, *, lanes: dict[int, Lane], assignment: Assignment, limits: Limits
    ) -> None:
        self._topic = topic
        self._lanes = lanes
        self._assignment = assignment
        self._limits = limits
        self._consumer = AIOKafkaConsumer(
            **kafka.options(),
            group_id=group,
            client_id=group,
            group_instance_id=limits.member,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=limits.session_ms,
            heartbeat_interval_ms=limits.session_ms // 4,
            rebalance_timeout_ms=20_000,
            request_timeout_ms=15_000,
            fetch_max_wait_ms=200,
            fetch_max_bytes=8 * 1024 * 1024,
            retry_backoff_ms=100,
        )

    async def start(self) -> None:
        """Connects and joins the group. Raises a KafkaError when no broker answers or the topic is missing."""
        try:
            await self._consumer.start()
            if self._topic not in await self._consumer.topics():
                raise TopicMissing(self._topic)
        except BaseException:
            await self.stop()
            raise
        self._consumer.subscribe([self._topic], listener=self)

    async def stop(self) -> None:
        """Leaves the group; without a broker it can only stop talking."""
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN):
                await self._consumer.stop()

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """The assignment is live already: nothing is taken from it until the lane is open and sought."""
        self._consumer.pause(*assigned)
        self._assignment.taken([partition.partition for partition in assigned])

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Lets the transaction in flight end."""
        await self._assignment.lost([partition.partition for partition in revoked])

    async def bounds(self, partitions: Sequence[int]) -> dict[int, tuple[int, int]]:
        """For each: the first offset in the log, and the one after the last."""
        places = [TopicPartition(self._topic, partition) for partition in partitions]
        begins = await self._consumer.beginning_offsets(places)
        ends = await self._consumer.end_offsets(places)
        return {place.partition: (begins[place], ends[place]) for place in places}

    def seek(self, lane: Lane) -> None:
        """Reads on from `lane.fetched`."""
        place = TopicPartition(self._topic, lane.partition)
        self._consumer.seek(place, lane.fetched)
        self._consumer.resume(place)

    def _pause(self, place: TopicPartition) -> None:
        """Reads no more until the next `seek`."""
        if place in self._consumer.assignment():
            self._consumer.pause(place)

    def lag(self, lane: Lane) -> int:
        """Records in the log after the last committed one, as far as is known."""
        high = self._consumer.highwater(TopicPartition(self._topic, lane.partition))
        return max(0, high - lane.next) if high is not None else 0

    async def fill(self) -> list[tuple[Lane, int, list[Record]]]:
        """Lane, offset that the fence must find, and records, for each partition that has any; empty after `IDLE_WAIT`."""
        polled = await self._poll()
        filled = []
        for place, records in polled.items():
            lane = self._lanes.get(place.partition)
            if lane is None or not lane.open:
                self._pause(place)
                continue
            expected = lane.fetched
            sound = await self._without_gap(lane, records)
            if sound:
                lane.fetched = sound[-1].offset + 1
                filled.append((lane, expected, [as_record(record) for record in sound]))
        return filled

    async def _poll(self) -> dict[TopicPartition, list[ConsumerRecord]]:
        """aiokafka returns short batches: asks again until the batch is full or its time is up."""
        loop, limits = asyncio.get_running_loop(), self._limits
        taken: dict[TopicPartition, list[ConsumerRecord]] = {}
        count = size = 0
        wait, until = IDLE_WAIT, 0.0
        while count < limits.messages and size < limits.bytes and wait > 0:
            polled = await self._consumer.getmany(
                timeout_ms=max(1, int(wait * 1000)), max_records=limits.messages - count
            )
            if not polled:
                break
            for place, records in polled.items():
                taken.setdefault(place, []).extend(records)
                count += len(records)
                size += sum(len(record.value or b"") for record in records)
            until = until or loop.time() + limits.seconds
            wait = until - loop.time()
        return taken

    async def _without_gap(self, lane: Lane, records: list[ConsumerRecord]) -> list[ConsumerRecord]:
        """The records up to the first hole. A hole is sought again once; found twice it is accepted inside the log only."""
        place = first_gap(lane.fetched, [record.offset for record in records])
        if place is None:
            lane.gap = None
            return records
        if place > 0:
            self._seek_again(lane, records[place - 1].offset + 1, records[place].offset)
            return records[:place]
        found = records[0].offset
        if lane.gap != (lane.fetched, found):
            self._seek_again(lane, lane.fetched, found)
            return []
        return await self._same_gap_again(lane, records, found)

    def _seek_again(self, lane: Lane, expected: int, found: int) -> None:
        log.warning("gap-found", topic=self._topic, partition=lane.partition, expected=expected, found=found)
        lane.gap = (expected, found)
        self._consumer.seek(TopicPartition(self._topic, lane.partition), expected)

    async def _same_gap_again(self, lane: Lane, records: list[ConsumerRecord], found: int) -> list[ConsumerRecord]:
        begin, _ = (await self.bounds([lane.partition]))[lane.partition]
        if begin > lane.fetched:
            self._assignment.halted(lane, "log-starts-after", lane.fetched, begin)
            return []
        if found < lane.fetched:
            self._assignment.halted(lane, "log-ends-before", lane.fetched, found)
            return []
        log.warning("gap-accepted", topic=self._topic, partition=lane.partition, expected=lane.fetched, found=found)
        lane.gap = None
        lane.fetched = found
        return await self._without_gap(lane, records)


def first_gap(expected: int, offsets: Sequence[int]) -> int | None:
    """Position of the first offset that does not follow the one before it."""
    if offsets[0] == expected and offsets[-1] - expected == len(offsets) - 1:
        return None
    return next(place for place, offset in enumerate(offsets) if offset != expected + place)


def as_record(record: ConsumerRecord) -> Record:
    """As stages see it; a tombstone has an empty value."""
    return Record(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value or b"",
        tuple(record.headers),
    )
