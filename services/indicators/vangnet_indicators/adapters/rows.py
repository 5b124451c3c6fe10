"""A person as a row: what is kept is MessagePack beside the packed records."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import msgspec

from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.person import Person, Standing

if TYPE_CHECKING:
    Row: TypeAlias = asyncpg.Record
else:
    Row = asyncpg.Record

EARLIER_SIZE = 12
"""Bytes of a packed record as an earlier version wrote it: without marks. Rows are packed anew when they are read."""

_encode = msgspec.msgpack.Encoder().encode
_facts = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_waits = msgspec.msgpack.Decoder(dict[str, int]).decode
_standing = msgspec.msgpack.Decoder(list[Standing]).decode


def person_of(row: Row) -> Person:
    """From a row of `person`."""
    history = History(row["events"], _facts(row["facts"]))
    if len(history.packed) == EARLIER_SIZE * len(history.facts):
        history = history.anew()
    waits = _waits(row["waits"]) if row["waits"] else {}
    said = _standing(row["signals"])
    return Person(row["person"].hex, history, said, row["raised"], row["changed_from"], waits, row["activation"])


def columns(partition: int, persons: Sequence[Person]) -> tuple[list[Any], ...]:
    """One list a column, in the order of the table."""
    return (
        [person.id for person in persons],
        [partition] * len(persons),
        [person.history.packed for person in persons],
        [_encode(person.history.facts) for person in persons],
        [_encode(person.standing) for person in persons],
        [person.raised for person in persons],
        [person.changed_from for person in persons],
        [person.due for person in persons],
        [_encode(person.waits) if person.waits else None for person in persons],
        [person.activation for person in persons],
    )
