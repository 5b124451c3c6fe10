"""What a batch touches, read in one query and written in one statement a table."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from vangnet_contract.messages import Heartbeat, PersonChanged, PersonsMessage, PolicyActivated, Tick
from vangnet_runtime.database import Connection
from vangnet_runtime.faults import NotYet
from vangnet_runtime.stage import Statement

from vangnet_indicators.adapters import area_store, regional_store
from vangnet_indicators.adapters.rows import columns, person_of
from vangnet_indicators.app import DUE_AT_ONCE, OWNER, Partition
from vangnet_indicators.domain.conditions.absence import up_to
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.regional.board import Facts
from vangnet_indicators.domain.rulebook import Rulebook, Senders

Books = Callable[[str | None], Rulebook]
"""The rules of a version; None = the first. Raises NotYet."""

# The clock, up to when each partner has delivered, and the persons that the messages name or that end in the batch. One row
# without a person when there are none.
LOAD = """
WITH touched AS (
    SELECT person, events, facts, signals, raised, changed_from, waits, activation FROM person WHERE person = ANY($2::uuid[])
    UNION ALL
    (SELECT person, events, facts, signals, raised, changed_from, waits, activation FROM person
     WHERE partition = $1 AND NOT person = ANY($2::uuid[])
       AND next_due <= greatest($3, (SELECT tick FROM clock WHERE partition = $1 AND $3::timestamptz IS NOT NULL))
     ORDER BY next_due, person LIMIT $4)
)
SELECT (SELECT tick FROM clock WHERE partition = $1) AS tick,
       ARRAY(SELECT partner FROM heartbeat WHERE partition = $1 ORDER BY partner) AS partners,
       ARRAY(SELECT up_to FROM heartbeat WHERE partition = $1 ORDER BY partner) AS up_to,
       (SELECT version FROM policy_in_force WHERE partition = $1) AS policy,
       (SELECT activations FROM policy_in_force WHERE partition = $1) AS activations,
       touched.*
FROM (VALUES (1)) AS one LEFT JOIN touched ON true
"""

# For each set of partners those who are due first, as far as they have delivered.
LOAD_AWAITING = """
SELECT person, events, facts, signals, raised, changed_from, waits, activation FROM person
WHERE NOT person = ANY($4::uuid[]) AND person IN (
    SELECT w.person FROM unnest($2::text[], $3::bigint[]) AS f (partners, up_to) CROSS JOIN LATERAL (
        SELECT a.person FROM awaiting AS a
        WHERE a.partition = $1 AND a.partners = f.partners AND a.due <= f.up_to AND NOT a.person = ANY($4::uuid[])
        ORDER BY a.due, a.person LIMIT $5
    ) AS w
)
"""

LOAD_BEHIND = """
SELECT person, events, facts, signals, raised, changed_from, waits, activation FROM person
WHERE partition = $1 AND activation < $2 AND NOT person = ANY($3::uuid[]) ORDER BY person LIMIT $4
"""

SAVE = """
INSERT INTO person (person, partition, events, facts, signals, raised, changed_from, next_due, waits, activation)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[], $6::integer[], $7::bigint[],
                     $8::timestamptz[], $9::bytea[], $10::integer[])
ON CONFLICT (person) DO UPDATE SET partition = excluded.partition, events = excluded.events, facts = excluded.facts,
    signals = excluded.signals, raised = excluded.raised, changed_from = excluded.changed_from, next_due = excluded.next_due,
    waits = excluded.waits, activation = excluded.activation
"""

SAVE_POLICY = """
INSERT INTO policy_in_force (partition, version, activations) VALUES ($1, $2, $3)
ON CONFLICT (partition) DO UPDATE SET version = excluded.version, activations = excluded.activations
"""

FORGET_AWAITING = "DELETE FROM awaiting WHERE person = ANY($1::uuid[])"

SAVE_AWAITING = """
INSERT INTO awaiting (person, partners, partition, due) SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::bigint[])
"""

SAVE_HEARTBEATS = """
INSERT INTO heartbeat (partition, partner, up_to) SELECT * FROM unnest($1::integer[], $2::text[], $3::bigint[])
ON CONFLICT (partition, partner) DO UPDATE SET up_to = excluded.up_to
"""

FORGET = "DELETE FROM person WHERE person = ANY($1::uuid[])"

SAVE_TICK = (
    "INSERT INTO clock (partition, tick) VALUES ($1, $2) ON CONFLICT (partition) DO UPDATE SET tick = excluded.tick"
)


EVERYONE = """
SELECT person, events, facts, signals, raised, changed_from, waits, activation, tick,
       ARRAY(SELECT partner FROM heartbeat AS h WHERE h.partition = p.partition ORDER BY partner) AS partners,
       ARRAY(SELECT up_to FROM heartbeat AS h WHERE h.partition = p.partition ORDER BY partner) AS up_to
FROM person AS p LEFT JOIN clock USING (partition) ORDER BY person
"""


class Seen(NamedTuple):
    """A person, the greatest Tick of its partition, and up to when (µs) each partner has delivered."""

    person: Person
    tick: datetime | None
    delivered: dict[str, int]


async def load(connection: Connection, partition: int, messages: Sequence[PersonsMessage], books: Books) -> Partition:
    """The part of the partition that these messages may touch."""
    named = sorted({message.person for message in messages if isinstance(message, PersonChanged)})
    ticks = [message.at for message in messages if isinstance(message, Tick)]
    limit = DUE_AT_ONCE * len(ticks)
    rows = await connection.fetch(LOAD, partition, named, max(ticks, default=None), limit)
    delivered = dict(zip(rows[0]["partners"], rows[0]["up_to"], strict=True))
    persons = [person_of(row) for row in rows if row["person"] is not None]
    versions = [rows[0]["policy"], *(message.version for message in messages if isinstance(message, PolicyActivated))]
    activation = rows[0]["activations"] or 0
    if ticks:
        there = [*named, *(person.id for person in persons)]
        some = (activation + len(versions) - 1, there, limit + len(named))
        persons += [person_of(row) for row in await connection.fetch(LOAD_BEHIND, partition, *some)]
    frontiers = _frontiers(versions, books)
    if ticks and frontiers:
        reached = _reached(max([*ticks, rows[0]["tick"] or ticks[0]]), delivered, messages, frontiers)
        there = [*named, *(person.id for person in persons)]
        rows_due = await connection.fetch(LOAD_AWAITING, partition, *reached, there, limit)
        persons += [person_of(row) for row in rows_due]
    area = await area_store.load(connection, partition, messages)
    board, facts = None, Facts(0)
    if ticks and partition == OWNER:
        with suppress(NotYet):
            board, facts = await regional_store.load(connection, books(rows[0]["policy"]))
    return Partition(
        partition,
        rows[0]["tick"],
        {person.id: person for person in persons},
        area=area,
        delivered=delivered,
        awaiting={person.id: person.waits for person in persons if person.waits},
        policy=rows[0]["policy"],
        activation=activation,
        board=board,
        facts=facts,
    )


async def everyone(connection: Connection) -> AsyncIterator[Seen]:
    """All persons with events, by id; inside a transaction."""
    async for row in connection.cursor(EVERYONE, prefetch=500):
        person = person_of(row)
        if person.history:
            yield Seen(person, row["tick"], dict(zip(row["partners"], row["up_to"], strict=True)))


def writes(state: Partition) -> list[Statement]:
    """What changed. Of a person of whom nothing is left, nothing is left."""
    changed = [state.persons[person_id] for person_id in sorted(state.changed)]
    kept = [person for person in changed if not person.empty]
    gone = [person.id for person in changed if person.empty]
    statements = [Statement(SAVE, columns(state.number, kept))] if kept else []
    if gone:
        statements.append(Statement(FORGET, (gone,)))
    statements += _awaiting(state, changed)
    if state.ticked:
        statements.append(Statement(SAVE_TICK, (state.number, state.tick)))
    if state.switched:
        statements.append(Statement(SAVE_POLICY, (state.number, state.policy, state.activation)))
    if state.heard:
        heard = sorted(state.heard)
        up_to = [state.delivered[partner] for partner in heard]
        statements.append(Statement(SAVE_HEARTBEATS, ([state.number] * len(heard), heard, up_to)))
    return [*statements, *area_store.writes(state.number, state.area), *regional_store.writes(state)]


def _awaiting(state: Partition, changed: Sequence[Person]) -> Iterator[Statement]:
    """Only for persons for whom it is another than before: for most there is never anything."""
    other = [person for person in changed if person.waits != state.awaiting.get(person.id, {})]
    if before := [person.id for person in other if person.id in state.awaiting]:
        yield Statement(FORGET_AWAITING, (before,))
    rows = [(person.id, name, state.number, due) for person in other for name, due in sorted(person.waits.items())]
    if rows:
        yield Statement(SAVE_AWAITING, [list(column) for column in zip(*rows, strict=True)])


def _frontiers(versions: Sequence[str | None], books: Books) -> dict[str, Senders]:
    """Of all versions that may hold during these messages. One that is missing is told of when its turn comes."""
    found: dict[str, Senders] = {}
    for version in versions:
        with suppress(NotYet):
            found |= books(version).frontiers
    return found


def _reached(
    tick: datetime, delivered: Mapping[str, int], messages: Sequence[PersonsMessage], frontiers: Mapping[str, Senders]
) -> tuple[list[str], list[int]]:
    """(sets of partners, up to when each will have delivered at the end of the batch)."""
    heard = dict(delivered)
    for message in messages:
        if isinstance(message, Heartbeat):
            heard[message.partner] = max(micros(message.up_to), heard.get(message.partner, 0))
    names = sorted(frontiers)
    return names, [min(micros(tick), up_to(frontiers[name], heard)) for name in names]
