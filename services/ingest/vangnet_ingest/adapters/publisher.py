"""Publishes to Kafka: idempotent, acks=all, in order for each topic, with a deadline of its own."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from vangnet_runtime.broker import Broker
from vangnet_runtime.logging import get_logger
from vangnet_runtime.producer import give_up, start_producer
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.records import Outgoing

from vangnet_ingest import metrics
from vangnet_ingest.app import KafkaAway

DEADLINE = 10.0
"""Seconds for one publication. A producer that has not delivered by then is replaced: it would try for ever."""
OBJECTION = "kafka"

log = get_logger()


class KafkaPublisher:
    """One producer, replaced when it fails; both doors share it."""

    def __init__(self, kafka: Broker, readiness: Readiness, deadline: float = DEADLINE) -> None:
        self._kafka = kafka
        self._readiness = readiness
        self._deadline = deadline
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Returns once every message is on all in-sync replicas. Raises KafkaAway."""
        producer: AIOKafkaProducer | None = None
        try:
            async with asyncio.timeout(self._deadline):
                producer = await self._connected()
                await asyncio.gather(*(_send_in_order(producer, *part) for part in _by_topic(outgoing).items()))
        except (
            Exception
        ) as fault:  # a sender that dies hands whatever killed it (a KeyError, say) to everyone who waits
            await self._replace(producer, fault)
            raise KafkaAway from fault
        self._readiness.withdraw(OBJECTION)
        metrics.count_produced(message.topic for message in outgoing)

    async def close(self) -> None:
        """In bounded time; everything published before is acknowledged already."""
        if self._producer is not None:
            await give_up(self._producer)

    async def _connected(self) -> AIOKafkaProducer:
        async with self._connecting:
            if self._producer is None:
                self._producer = await start_producer(self._kafka, "vangnet-ingest")
            return self._producer

    async def _replace(self, failed: AIOKafkaProducer | None, fault: BaseException) -> None:
        """Whoever comes first ends the producer that failed; others who share it fail with it."""
        metrics.RETRIES.labels("producer").inc()
        self._readiness.object(OBJECTION, "Kafka does not take messages: check VANGNET_KAFKA and the broker")
        if failed is not None and failed is self._producer:
            self._producer = None
            log.warning("producer-replaced", fault=fault)
            await give_up(failed)


def _by_topic(outgoing: Iterable[Outgoing]) -> dict[str, list[Outgoing]]:
    topics: dict[str, list[Outgoing]] = {}
    for message in outgoing:
        topics.setdefault(message.topic, []).append(message)
    return topics


async def _send_in_order(producer: AIOKafkaProducer, topic: str, messages: Sequence[Outgoing]) -> None:
    """All our topics have one partition. A record batch waits for the one before it."""
    for batch in _record_batches(producer, messages):
        await (await producer.send_batch(batch, topic, partition=0))


def _record_batches(producer: AIOKafkaProducer, messages: Iterable[Outgoing]) -> Iterator[BatchBuilder]:
    batch = producer.create_batch()
    for message in messages:
        if not _append(batch, message):
            yield batch
            batch = producer.create_batch()
            if not _append(batch, message):
                raise ValueError("a message is larger than a record batch")
    if batch.record_count():
        yield batch


def _append(batch: BatchBuilder, message: Outgoing) -> bool:
    headers = list(message.headers)
    return batch.append(timestamp=None, key=message.key, value=message.value, headers=headers) is not None
