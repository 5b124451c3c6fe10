"""Kafka as a benchmark uses it: fill topics quickly, see how far they have come, read them back."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from vangnet_runtime.broker import Broker
from vangnet_runtime.producer import start_producer
from vangnet_runtime.records import Outgoing


@asynccontextmanager
async def producing(kafka: str) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer, acks=all."""
    producer = await start_producer(Broker(kafka), "benchmark")
    try:
        yield producer
    finally:
        await producer.stop()


async def fill(producer: AIOKafkaProducer, messages: Iterable[Outgoing]) -> None:
    """Everything is durable when it returns; the order within a partition stays."""
    places: dict[tuple[str, int], list[Outgoing]] = defaultdict(list)
    for message in messages:
        places[message.topic, message.partition].append(message)
    for (topic, partition), rows in places.items():
        for batch in _record_batches(producer, rows):
            await (await producer.send_batch(batch, topic, partition=partition))


def _record_batches(producer: AIOKafkaProducer, rows: Iterable[Outgoing]) -> Iterable[Any]:
    batch = producer.create_batch()
    for row in rows:
        while batch.append(timestamp=None, key=row.key, value=row.value, headers=list(row.headers)) is None:
            yield batch
            batch = producer.create_batch()
    if batch.record_count():
        yield batch


@asynccontextmanager
async def consuming(
    kafka: str, topic: str, partitions: int = 1, latest: bool = False
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of its own, without a group, from the first record (or from the end)."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, fetch_max_wait_ms=20)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(places)
        await (consumer.seek_to_end(*places) if latest else consumer.seek_to_beginning(*places))
        yield consumer
    finally:
        await consumer.stop()


class Ends:
    """The ends of the log: how many records each topic has."""

    def __init__(self, consumer: AIOKafkaConsumer, topics: dict[str, int]) -> None:
        self._consumer = consumer
        self._places = [TopicPartition(topic, number) for topic, count in topics.items() for number in range(count)]

    async def __call__(self) -> dict[str, int]:
        """By topic."""
        found: dict[str, int] = defaultdict(int)
        for place, end in (await self._consumer.end_offsets(self._places)).items():
            found[place.topic] += end
        return found


@asynccontextmanager
async def watching(kafka: str, topics: dict[str, int]) -> AsyncIterator[Ends]:
    """`topics`: how many partitions each has."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        yield Ends(consumer, topics)
    finally:
        await consumer.stop()


async def read_all(consumer: AIOKafkaConsumer, count: int, take: Callable[[bytes], object]) -> None:
    """Hands so many values to `take`."""
    left = count
    while left > 0:
        for records in (await consumer.getmany(timeout_ms=1000, max_records=min(left, 1000))).values():
            left -= len(records)
            for record in records:
                take(record.value)
