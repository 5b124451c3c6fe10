"""Many people in indicators' tables, in seconds: one person for each partition goes through the running service, the rest are
copies of those rows made by the database. Whatever tables and columns there are: a copy differs in `person` alone.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg
from vangnet_contract.messages import CHUNK, PersonChanged
from vangnet_contract.topics import PERSON_PARTITIONS
from vangnet_runtime.records import Outgoing, partition_for

from benchmarks.ground import Ground
from benchmarks.indicators import Linker, record_of
from benchmarks.linker import progress
from benchmarks.log import fill, producing
from benchmarks.meter import until

SCHEMA = "indicators"
YEARS = 5
"""A history is spread over so many years."""

NEWCOMERS = "CREATE TEMP TABLE newcomer (person uuid, template uuid)"
OTHERS = """
    INSERT INTO newcomer SELECT gen_random_uuid(), ($2::uuid[])[1 + n % $3::int] FROM generate_series(1, $1::int) n
"""
TABLES = """
    SELECT table_name, array_agg(column_name::text) FILTER (WHERE column_name <> 'person' AND is_identity = 'NO') AS columns
    FROM information_schema.columns WHERE table_schema = $1
    GROUP BY table_name HAVING bool_or(column_name = 'person')
"""
SIZE = """
    SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind = 'r'
"""


class Crowd(NamedTuple):
    """So many people with so many events each; events may come about `known` ones, spread among all."""

    people: int
    events_each: int
    known: int


async def gather(ground: Ground, linker: Linker, crowd: Crowd) -> list[str]:
    """Begins with empty tables; the known people's ids. The service does not run."""
    ground.reset()
    templates = [_person_of(partition) for partition in range(PERSON_PARTITIONS)]
    await take_up(ground, linker.says(change for one in templates for change in _history(one, crowd.events_each)))
    known = [secrets.token_hex(16) for _ in range(crowd.known)]
    connection = await asyncpg.connect(ground.dsn())
    try:
        await _copy(connection, templates, known, crowd.people - crowd.known)
    finally:
        await connection.close()
    return known


async def take_up(ground: Ground, messages: Sequence[Outgoing]) -> None:
    """By the running service, from empty tables; it is started and ended."""
    async with producing(ground.kafka) as producer:
        await fill(producer, messages)
    async with progress(ground.dsn(), SCHEMA) as position:
        with ground.running(SCHEMA):
            await until(lambda count: count >= len(messages), position)


async def stored_bytes(dsn: str) -> int:
    """Of all tables of indicators with their indexes."""
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval(SIZE, SCHEMA))
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, templates: Sequence[str], known: Sequence[str], others: int) -> None:
    """Rows lie in the order of random ids: known people are everywhere among the others."""
    await connection.execute(NEWCOMERS)
    rows = [(person, templates[partition_for(person.encode(), PERSON_PARTITIONS)]) for person in known]
    await connection.copy_records_to_table("newcomer", records=rows, columns=["person", "template"])
    await connection.execute(OTHERS, others, templates, len(templates))
    for table in await connection.fetch(TABLES, SCHEMA):
        columns = ", ".join(f'"{column}"' for column in table["columns"])
        taken = ", ".join(f't."{column}"' for column in table["columns"])
        await connection.execute(
            f'INSERT INTO {SCHEMA}."{table["table_name"]}" (person, {columns}) SELECT n.person, {taken} '
            f'FROM newcomer n JOIN {SCHEMA}."{table["table_name"]}" t ON t.person = n.template ORDER BY n.person'
        )
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")


def _person_of(partition: int) -> str:
    """An id whose messages come to that partition."""
    while partition_for((person := secrets.token_hex(16)).encode(), PERSON_PARTITIONS) != partition:
        pass
    return person


def _history(person: str, events: int) -> Iterator[PersonChanged]:
    """Evenly over the years, the last one some days ago."""
    now, apart = datetime.now(UTC), timedelta(days=365 * YEARS / (events + 1))
    records = [record_of(now - apart * number) for number in range(events, 0, -1)]
    for start in range(0, events, CHUNK):
        part, more = records[start : start + CHUNK], start + CHUNK < events
        yield PersonChanged(person=person, at=now, cause=part[0].event, added=part, more=more)
