"""Reads vangnet.feedback.<partner>: the final word on every event, and what else the region tells this partner."""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from vangnet_contract.messages import AccessAnswer, ContactRequest, Feedback, decode_feedback
from vangnet_contract.topics import feedback as feedback_topic

from vangnet_partner.config import KafkaConfig
from vangnet_partner.doors.kafka import connection, started, stopped
from vangnet_partner.patience import Away, Patience

POLL_MS = 250
MAX_RECORDS = 2_000


class Word(NamedTuple):
    """One message of the topic. `feedback` is None when it is of another kind, `request` when it is no contact request, `access` when it answers no access request; `next` is where to go on after it.

    `key` is the event id; of an event whose id may not be repeated, the SHA-256 (hexadecimal) of the bytes that were sent.
    """

    next: int
    key: str
    feedback: Feedback | None
    raw: bytes
    request: ContactRequest | None = None
    access: AccessAnswer | None = None


class FeedbackReader:
    """No consumer group: each process reads all of it, from where it says."""

    def __init__(self, config: KafkaConfig, partner: str, patience: Patience) -> None:
        self._config = config
        self._partition = TopicPartition(feedback_topic(partner), 0)
        self._patience = patience
        self._consumer: AIOKafkaConsumer | None = None

    async def open(self, position: int | None) -> int:
        """Goes to a position (None = the end) and returns it. Raises Away."""
        consumer = self._consumer = await started(self._make, self._config, self._patience)
        try:
            consumer.assign([self._partition])
            end: int = (await consumer.end_offsets([self._partition]))[self._partition]
            first: int = (await consumer.beginning_offsets([self._partition]))[self._partition]
        except (KafkaError, OSError) as error:
            raise Away("Kafka", f"{type(error).__name__} at topic {self._partition.topic}") from None
        start = end if position is None else min(max(position, first), end)
        consumer.seek(self._partition, start)
        return start

    async def read(self, wait_ms: int = POLL_MS) -> list[Word]:
        """What has come; empty after `wait_ms` without anything. While the broker is away: empty."""
        if self._consumer is None:
            await asyncio.sleep(wait_ms / 1000)
            return []
        try:
            batches = await self._consumer.getmany(timeout_ms=wait_ms, max_records=MAX_RECORDS)
        except (KafkaError, OSError):
            await asyncio.sleep(wait_ms / 1000)
            return []
        return [word_of(record) for record in batches.get(self._partition, [])]

    async def behind(self) -> bool:
        """Whether there is more to read now. Raises Away."""
        if self._consumer is None:
            return False
        try:
            end: int = (await self._consumer.end_offsets([self._partition]))[self._partition]
            position: int = await self._consumer.position(self._partition)
        except (KafkaError, OSError) as error:
            raise Away("Kafka", type(error).__name__) from None
        return position < end

    async def follow(self) -> AsyncIterator[Word]:
        """Everything from here on, for ever."""
        while True:
            for word in await self.read(wait_ms=1_000):
                yield word

    async def close(self) -> None:
        """In bounded time."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await stopped(consumer)

    def _make(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **connection(self._config), enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=200
        )


def word_of(record: "ConsumerRecord[bytes, bytes]") -> Word:
    """What a record says; bytes that are no message of ours say nothing."""
    raw, key = record.value or b"", (record.key or b"").decode(errors="replace")
    try:
        message = decode_feedback(raw)
    except msgspec.MsgspecError:
        return Word(record.offset + 1, key, None, raw)
    return Word(
        record.offset + 1,
        key,
        message if isinstance(message, Feedback) else None,
        raw,
        message if isinstance(message, ContactRequest) else None,
        message if isinstance(message, AccessAnswer) else None,
    )
