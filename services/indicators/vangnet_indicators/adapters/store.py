"""Persons in PostgreSQL: one row each, packed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from vangnet_runtime.stage import Statement

from vangnet_indicators.domain.signals import Person
from vangnet_indicators.domain.working_set import WorkingSet

LOAD = "SELECT person, due, body FROM person WHERE person = ANY($1)"
LOAD_DUE = "SELECT person, due, body FROM person WHERE partition = $1 AND due <= $2"
EVERYONE = "SELECT person, due, body FROM person ORDER BY person"
UPSERT = """
    INSERT INTO person (person, partition, due, body)
    SELECT * FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::bytea[])
    ON CONFLICT (person) DO UPDATE SET due = excluded.due, body = excluded.body
"""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Person).decode


async def load(connection: Any, partition: int, persons: Iterable[str], tick: datetime | None) -> WorkingSet:
    """These persons, and whoever is due at a Tick."""
    rows = await connection.fetch(LOAD, [UUID(person) for person in sorted(persons)])
    if tick is not None:
        rows = [*rows, *await connection.fetch(LOAD_DUE, partition, tick)]
    return WorkingSet({row["person"].hex: (_decode(row["body"]), row["due"]) for row in rows})


async def everyone(connection: Any) -> list[Person]:
    """All persons, in order of id."""
    return [_decode(row["body"]) for row in await connection.fetch(EVERYONE)]


def writes(people: WorkingSet, partition: int) -> list[Statement]:
    """What changed."""
    if not people.dirty:
        return []
    changed = [
        (UUID(key), partition, people.people[key][1], _encode(people.people[key][0])) for key in sorted(people.dirty)
    ]
    return [Statement(UPSERT, tuple(list(column) for column in zip(*changed, strict=True)))]
