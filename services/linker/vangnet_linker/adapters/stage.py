"""The linker as a stage of the batch processor: opens records, loads the register, steps, publishes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from vangnet_contract.messages import LinkDecision, Tick, decode_control, encode
from vangnet_contract.policy import Policy
from vangnet_contract.stamp import control_headers, is_control, read_stamp
from vangnet_contract.topics import EVENTS_ACCEPTED, PERSON_PARTITIONS, PERSONS
from vangnet_runtime.access_answers import sealed_answers
from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing, Record, partition_for
from vangnet_runtime.stage import Statement, Undecodable

from vangnet_linker import metrics
from vangnet_linker.adapters import store
from vangnet_linker.adapters.pool import OpeningPool, Sealed
from vangnet_linker.app import Message, step
from vangnet_linker.domain.incoming import Decided, Incoming
from vangnet_linker.domain.linkage.neighbourhood import linking_of
from vangnet_linker.domain.publishing import Publication, publications
from vangnet_linker.domain.registry import Registry

CONTROL = control_headers()


class LinkerStage:
    """Consumes events.accepted; one active writer for a region, because that topic has one partition."""

    name = "linker"
    topic = EVENTS_ACCEPTED

    def __init__(self, policy: Policy, pool: OpeningPool) -> None:
        self._policy = policy
        self._pool = pool
        self._linking = linking_of(policy)

    async def decode(self, records: Sequence[Record]) -> Sequence[Message | Undecodable]:
        """Control messages by themselves; events opened together."""
        results: list[Message | Undecodable] = [self._control(record) for record in records]
        events = [(place, sealed) for place, record in enumerate(records) if (sealed := _event(record))]
        opened = await self._pool.open([sealed for _, sealed in events])
        for (place, _), event in zip(events, opened, strict=True):
            results[place] = event or Undecodable("not-an-event")
        return results

    def _control(self, record: Record) -> Message | Undecodable:
        if not is_control(record.headers):
            return Undecodable("not-admitted")
        try:
            message = decode_control(record.value)
        except msgspec.MsgspecError:
            return Undecodable("not-a-control-message")
        return self._pool.decided(message) if isinstance(message, LinkDecision) else message

    def parking_key(self, message: Message) -> bytes:
        """Everything about one event stays in order."""
        return message.root if isinstance(message, Incoming) else type(message).__name__.encode()

    async def load(self, connection: Connection, partition: int, messages: Sequence[Message]) -> Registry:
        """The part of the register that these messages may touch."""
        return await store.load(connection, messages, self._linking)

    def step(self, state: Registry, message: Message) -> Sequence[Outgoing]:
        """One decision."""
        effects = step(state, message, self._policy)
        cause = message.event if isinstance(message, Incoming) else None
        said = [out for publication in publications(effects, _moment(message), cause) for out in _outgoing(publication)]
        return said + [
            out for one in effects.access for out in sealed_answers(self._policy, one.asked, "register", one.held)
        ]

    def writes(self, state: Registry) -> Sequence[Statement]:
        """What changed."""
        return store.writes(state)

    def committed(self, partition: int, state: Registry) -> None:
        """Nothing is cached: PostgreSQL is the truth. New links are counted."""
        metrics.count(state)

    def forget(self, partition: int) -> None:
        """Nothing is cached."""


def _moment(message: Message) -> datetime | None:
    if isinstance(message, Incoming):
        return message.received_at
    return message.at if isinstance(message, Tick | Decided) else None


def _event(record: Record) -> Sealed | None:
    stamp = None if is_control(record.headers) else read_stamp(record.headers)
    return (record.offset, record.value, stamp) if stamp else None


def _outgoing(publication: Publication) -> Iterable[Outgoing]:
    topic, key, message, everywhere = publication
    value = encode(message)
    if everywhere:
        return [Outgoing(topic, partition, key, value, CONTROL) for partition in range(PERSON_PARTITIONS)]
    partition = partition_for(key, PERSON_PARTITIONS) if topic == PERSONS else 0
    return (Outgoing(topic, partition, key, value, CONTROL),)
