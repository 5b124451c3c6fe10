"""Producers: idempotent, acks=all, and a way to give one up, since an idempotent producer never gives a batch up itself."""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from vangnet_runtime import sequence
from vangnet_runtime.broker import Broker
from vangnet_runtime.lane import Chunk, Pair

BATCH_BYTES = 512 * 1024
"""Of one record batch; the topics take 1 MiB, one larger message included."""

CLOSE_WITHIN = 5.0


async def start_producer(kafka: Broker, client: str | None = None) -> AIOKafkaProducer:
    """A started producer. Raises a KafkaError when no broker answers; then nothing stays behind."""
    producer = AIOKafkaProducer(
        **kafka.options(),
        client_id=client or socket.gethostname(),
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES,
        max_request_size=1024 * 1024,
        request_timeout_ms=10_000,
        retry_backoff_ms=100,
    )
    try:
        async with asyncio.timeout(15):
            await producer.start()
    except BaseException:
        await give_up(producer)
        raise
    return producer


async def give_up(producer: AIOKafkaProducer) -> None:
    """Ends a producer without waiting for what it could not deliver: `stop` alone would wait for ever.

    What is on the wire may still arrive: the receiver drops it by its sequence number.
    """
    producer._message_accumulator.fail_all(ProducerClosed())
    with suppress(Exception):  # the sender may die of what `fail_all` did to a batch on the wire (KeyError)
        async with asyncio.timeout(CLOSE_WITHIN):
            await producer.stop()
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await producer.client.close()


async def send_in_order(producer: AIOKafkaProducer, source: str, pair: Pair, chunks: Sequence[Chunk]) -> None:
    """Publishes chunks of one output partition, numbers attached; each record batch waits for the one before it."""
    topic, partition = pair
    for batch in _record_batches(producer, source, chunks):
        await (await producer.send_batch(batch, topic, partition=partition))


def _record_batches(producer: AIOKafkaProducer, source: str, chunks: Iterable[Chunk]) -> Iterable[object]:
    batch = producer.create_batch()
    for chunk in chunks:
        for seq, message in enumerate(chunk.messages, chunk.first):
            headers = [*message.headers, sequence.header(source, seq)]
            if batch.append(timestamp=None, key=message.key, value=message.value, headers=headers) is None:
                yield batch
                batch = producer.create_batch()
                batch.append(timestamp=None, key=message.key, value=message.value, headers=headers)
    if batch.record_count():
        yield batch
