"""The published heads of the trail, read from their topic: all there are at this moment."""

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from vangnet_contract.messages import TrailHead, decode_trail
from vangnet_contract.topics import TRAIL
from vangnet_runtime.broker import Broker

PLACE = TopicPartition(TRAIL, 0)


class HeadsUnread(Exception):
    """The topic cannot be read; the text says why."""


async def published_heads(kafka: Broker) -> list[TrailHead]:
    """In order of publication. Raises HeadsUnread."""
    consumer = AIOKafkaConsumer(
        **kafka.options(), auto_offset_reset="earliest", enable_auto_commit=False, request_timeout_ms=15_000
    )
    try:
        await consumer.start()
        if TRAIL not in await consumer.topics():
            raise HeadsUnread(f"there is no topic {TRAIL}")
        return await _all(consumer)
    except (KafkaError, OSError, msgspec.MsgspecError) as fault:
        raise HeadsUnread(f"{TRAIL} cannot be read from {kafka.bootstrap} ({type(fault).__name__})") from None
    finally:
        await consumer.stop()


async def _all(consumer: AIOKafkaConsumer) -> list[TrailHead]:
    consumer.assign([PLACE])
    first = (await consumer.beginning_offsets([PLACE]))[PLACE]
    end = (await consumer.end_offsets([PLACE]))[PLACE]
    consumer.seek(PLACE, first)
    heads: list[TrailHead] = []
    while await consumer.position(PLACE) < end:
        for records in (await consumer.getmany(PLACE, timeout_ms=1000)).values():
            heads += [decode_trail(record.value) for record in records]
    return heads
