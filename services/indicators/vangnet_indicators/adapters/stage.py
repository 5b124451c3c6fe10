"""Indicators as a stage of the batch processor: persons in, signals out."""

from collections.abc import Sequence

import msgspec
from vangnet_contract.messages import (
    PersonChanged,
    PersonsMessage,
    PolicyActivated,
    Signal,
    SignalsMessage,
    decode_persons,
    encode,
)
from vangnet_contract.stamp import control_headers
from vangnet_contract.topics import PERSONS, SIGNALS
from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing, Record
from vangnet_runtime.stage import Statement, Undecodable

from vangnet_indicators.adapters import store
from vangnet_indicators.app import Partition, step

EVERYONE = b"all"
"""Key of what concerns a whole partition."""


class IndicatorsStage:
    """Implements `Stage[PersonsMessage, Partition]`. What goes out keeps its partition: a person's Ticks and signals stay in order."""

    name = "indicators"
    topic = PERSONS

    def __init__(self, books: store.Books) -> None:
        self._books = books

    async def decode(self, records: Sequence[Record]) -> Sequence[PersonsMessage | Undecodable]:
        """Each record by itself."""
        return [_decoded(record.value) for record in records]

    def parking_key(self, message: PersonsMessage) -> bytes:
        """Changes of one person keep their order; everything else waits for its own kind."""
        return message.person.encode() if isinstance(message, PersonChanged) else type(message).__name__.encode()

    async def load(self, connection: Connection, partition: int, messages: Sequence[PersonsMessage]) -> Partition:
        """The persons that these messages name, and those that fall due with them."""
        return await store.load(connection, partition, messages, self._books)

    def step(self, state: Partition, message: PersonsMessage) -> Sequence[Outgoing]:
        """One message. Raises NotYet when it activates a version that is not there."""
        if isinstance(message, PolicyActivated):
            self._books(message.version)
        return [_outgoing(said, state.number) for said in step(state, message, self._books(state.policy))]

    def writes(self, state: Partition) -> Sequence[Statement]:
        """What changed."""
        return store.writes(state)

    def committed(self, partition: int, state: Partition) -> None:
        """Nothing is cached: PostgreSQL is the truth."""

    def forget(self, partition: int) -> None:
        """Nothing is cached."""


def _decoded(value: bytes) -> PersonsMessage | Undecodable:
    try:
        message: PersonsMessage = decode_persons(value)
    except msgspec.MsgspecError:
        return Undecodable("not-a-message")
    return message


def _outgoing(said: SignalsMessage, partition: int) -> Outgoing:
    key = said.person.encode() if isinstance(said, Signal) else EVERYONE
    return Outgoing(SIGNALS, partition, key, encode(said), control_headers())
