"""Indicators as a stage of the batch processor."""

from collections.abc import Sequence

import msgspec
from vangnet_contract.messages import PersonChanged, Tick, decode_persons, encode
from vangnet_contract.policy import Policy
from vangnet_contract.stamp import control_headers
from vangnet_contract.topics import PERSON_PARTITIONS, PERSONS, SIGNALS
from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing, Record, partition_for
from vangnet_runtime.stage import Statement, Undecodable

from vangnet_indicators.adapters import store
from vangnet_indicators.app import Message, step
from vangnet_indicators.domain.working_set import WorkingSet


class Batch(WorkingSet):
    """A working set that knows its partition."""

    partition: int = 0


class IndicatorsStage:
    """Consumes persons; tells signals on the partition of the same number, because both topics are keyed by person."""

    name = "indicators"
    topic = PERSONS

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def decode(self, records: Sequence[Record]) -> Sequence[Message | Undecodable]:
        """Messages of the linker."""
        return [_decoded(record) for record in records]

    def parking_key(self, message: Message) -> bytes:
        """Everything about one person stays in order."""
        return message.person.encode() if isinstance(message, PersonChanged) else type(message).__name__.encode()

    async def load(self, connection: Connection, partition: int, messages: Sequence[Message]) -> Batch:
        """Persons named in the batch, and those due at its latest Tick."""
        persons = {message.person for message in messages if isinstance(message, PersonChanged)}
        tick = max((message.at for message in messages if isinstance(message, Tick)), default=None)
        loaded = Batch((await store.load(connection, partition, persons, tick)).people)
        loaded.partition = partition
        return loaded

    def step(self, state: Batch, message: Message) -> Sequence[Outgoing]:
        """One decision; a Tick goes on after its effects."""
        signals = step(state, message, self._policy)
        out = [
            Outgoing(SIGNALS, _partition(signal.person), signal.person.encode(), encode(signal), control_headers())
            for signal in signals
        ]
        if isinstance(message, Tick):
            out.append(Outgoing(SIGNALS, state.partition, b"all", encode(message), control_headers()))
        return out

    def writes(self, state: Batch) -> Sequence[Statement]:
        """What changed."""
        return store.writes(state, state.partition)

    def committed(self, partition: int, state: Batch) -> None:
        """Nothing is cached: PostgreSQL is the truth."""

    def forget(self, partition: int) -> None:
        """Nothing is cached."""


def _decoded(record: Record) -> Message | Undecodable:
    try:
        message: Message = decode_persons(record.value)
    except msgspec.MsgspecError:
        return Undecodable("not-a-message")
    return message


def _partition(person: str) -> int:
    return partition_for(person.encode(), PERSON_PARTITIONS)
