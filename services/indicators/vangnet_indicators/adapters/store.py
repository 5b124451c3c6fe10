"""What a batch touches, read in one query and written in one statement a table."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from vangnet_contract.messages import PersonChanged, PersonsMessage, Tick
from vangnet_runtime.database import Connection
from vangnet_runtime.stage import Statement

from vangnet_indicators.adapters import area_store
from vangnet_indicators.adapters.rows import columns, person_of
from vangnet_indicators.app import Partition
from vangnet_indicators.domain.person import Person

# Persons that the messages name, and those that fall due in the batch. One row without a person when there are none.
LOAD = """
WITH touched AS (
    SELECT person, events, facts, signals, raised, changed_from FROM person WHERE person = ANY($2::uuid[])
    UNION ALL
    SELECT person, events, facts, signals, raised, changed_from FROM person
    WHERE partition = $1 AND next_due <= $3 AND NOT person = ANY($2::uuid[])
)
SELECT (SELECT tick FROM clock WHERE partition = $1) AS tick, touched.* FROM (VALUES (1)) AS one LEFT JOIN touched ON true
"""

SAVE = """
INSERT INTO person (person, partition, events, facts, signals, raised, changed_from, next_due)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[], $6::integer[], $7::bigint[], $8::timestamptz[])
ON CONFLICT (person) DO UPDATE SET partition = excluded.partition, events = excluded.events, facts = excluded.facts,
    signals = excluded.signals, raised = excluded.raised, changed_from = excluded.changed_from, next_due = excluded.next_due
"""

FORGET = "DELETE FROM person WHERE person = ANY($1::uuid[])"

SAVE_TICK = (
    "INSERT INTO clock (partition, tick) VALUES ($1, $2) ON CONFLICT (partition) DO UPDATE SET tick = excluded.tick"
)


EVERYONE = """
SELECT person, events, facts, signals, raised, changed_from, tick FROM person LEFT JOIN clock USING (partition) ORDER BY person
"""


async def load(connection: Connection, partition: int, messages: Sequence[PersonsMessage]) -> Partition:
    """The part of the partition that these messages may touch."""
    named = {message.person for message in messages if isinstance(message, PersonChanged)}
    rows = await connection.fetch(LOAD, partition, sorted(named), _greatest_tick(messages))
    persons = [person_of(row) for row in rows if row["person"] is not None]
    area = await area_store.load(connection, partition, messages)
    return Partition(partition, rows[0]["tick"], {person.id: person for person in persons}, area=area)


async def everyone(connection: Connection) -> AsyncIterator[tuple[Person, datetime | None]]:
    """All persons with events, by id, each with the greatest Tick of its partition; inside a transaction."""
    async for row in connection.cursor(EVERYONE, prefetch=500):
        person = person_of(row)
        if person.history:
            yield person, row["tick"]


def writes(state: Partition) -> list[Statement]:
    """What changed. Of a person of whom nothing is left, nothing is left."""
    changed = [state.persons[person_id] for person_id in sorted(state.changed)]
    kept = [person for person in changed if not person.empty]
    gone = [person.id for person in changed if person.empty]
    statements = [Statement(SAVE, columns(state.number, kept))] if kept else []
    if gone:
        statements.append(Statement(FORGET, (gone,)))
    if state.ticked:
        statements.append(Statement(SAVE_TICK, (state.number, state.tick)))
    return statements + area_store.writes(state.number, state.area)


def _greatest_tick(messages: Sequence[PersonsMessage]) -> datetime | None:
    return max((message.at for message in messages if isinstance(message, Tick)), default=None)
