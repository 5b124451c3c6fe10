"""Everything that is kept, read for comparison: persons with the rows beside them, reports, area cells."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec
from vangnet_runtime.database import Connection
from vangnet_runtime.stage import Statement

from vangnet_indicators.adapters.area_store import decode_days, decode_delta, series_names
from vangnet_indicators.adapters.rows import Row, person_of
from vangnet_indicators.domain.area.cells import add_days
from vangnet_indicators.domain.area.reports import Located, Report
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.rebuild import SeriesCells
from vangnet_indicators.domain.verify import Kept

CHUNK = 100
"""Persons or reports read at a time: a running service waits no longer than these take."""
NOBODY_YET = UUID(int=0)
"""Below every id: ids of persons and keys of reports are hashes or random, never all zeros."""

PARTITIONS = """
SELECT partition FROM person UNION SELECT partition FROM area_report UNION SELECT partition FROM area_block
UNION SELECT partition FROM area_delta UNION SELECT partition FROM awaiting ORDER BY partition
"""

# Kept in one snapshot: a single statement is one.
PERSONS = """
SELECT person, events, facts, signals, raised, changed_from, waits, activation, next_due, tick,
       f.version, coalesce(f.activations, 0) AS activations,
       ARRAY(SELECT partner FROM heartbeat AS h WHERE h.partition = p.partition ORDER BY partner) AS partners,
       ARRAY(SELECT up_to FROM heartbeat AS h WHERE h.partition = p.partition ORDER BY partner) AS up_to,
       ARRAY(SELECT partners FROM awaiting AS a WHERE a.person = p.person AND a.partition = p.partition ORDER BY partners)
           AS awaited,
       ARRAY(SELECT due FROM awaiting AS a WHERE a.person = p.person AND a.partition = p.partition ORDER BY partners) AS dues
FROM person AS p LEFT JOIN clock USING (partition) LEFT JOIN policy_in_force AS f USING (partition)
WHERE person > $1 AND ($2::integer IS NULL OR p.partition = $2) ORDER BY person LIMIT $3
"""

ORPHANS = """
SELECT person, partners FROM awaiting AS a WHERE a.partition = $1
AND NOT EXISTS (SELECT FROM person AS p WHERE p.person = a.person AND p.partition = a.partition)
"""

VERSION = "SELECT version FROM policy_in_force WHERE partition = $1"

REPORTS = "SELECT key, events FROM area_report WHERE partition = $1 AND key > $2 ORDER BY key LIMIT $3"

BLOCKS = "SELECT area, component, days, part, block, cells FROM area_block WHERE partition = $1"

DELTAS = "SELECT id, cells FROM area_delta WHERE partition = $1"

FORGET_BLOCK = """
DELETE FROM area_block WHERE partition = $1 AND area = $2 AND component = $3 AND days = $4 AND part = $5 AND block = $6
AND cells = $7
"""

FORGET_DELTA = "DELETE FROM area_delta WHERE partition = $1 AND id = $2"

_located = msgspec.msgpack.Decoder(list[Located]).decode
T = TypeVar("T")


class Stored(NamedTuple):
    """A person and what its partition knows; `kept` None: a column cannot be read.

    `version`: the policy that the partition goes by, None = the first.
    """

    id: UUID
    kept: Kept | None
    known: Known
    version: str | None


class KeptCells(NamedTuple):
    """The cells of a partition, summed. `unreadable`: what takes away the rows that cannot be read."""

    cells: SeriesCells
    unreadable: list[Statement]


async def persons(connection: Connection, after: UUID, partition: int | None, most: int) -> list[Stored]:
    """The next persons by id, of one partition or of all."""
    return [_stored(row) for row in await connection.fetch(PERSONS, after, partition, most)]


async def all_persons(connection: Connection, partition: int) -> AsyncIterator[Stored]:
    """Inside a transaction, by chunks."""
    after = NOBODY_YET
    while found := await persons(connection, after, partition, CHUNK):
        for one in found:
            yield one
        after = found[-1].id


async def reports(connection: Connection, partition: int) -> AsyncIterator[Report | None]:
    """Inside a transaction, by chunks; None for one that cannot be read."""
    after = NOBODY_YET
    while rows := await connection.fetch(REPORTS, partition, after, CHUNK):
        for row in rows:
            events = readable(_located, row["events"])
            yield None if events is None else Report(events)
        after = rows[-1]["key"]


async def cells(connection: Connection, partition: int) -> KeptCells:
    """Blocks and deltas; inside a transaction."""
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    unreadable = []
    for row in await connection.fetch(BLOCKS, partition):
        name = f"{row['area']}/{row['component']}/{row['days']}/{row['part']}"
        days = readable(decode_days, row["cells"])
        if days is None:
            unreadable.append(Statement(FORGET_BLOCK, (partition, *row.values())))
        else:
            add_days(found[name], days.items())
    for row in await connection.fetch(DELTAS, partition):
        delta = readable(_delta, row["cells"])
        if delta is None:
            unreadable.append(Statement(FORGET_DELTA, (partition, row["id"])))
        else:
            for name, days in delta.items():
                for series in series_names(name):
                    add_days(found[series], days.items())
    return KeptCells(dict(found), unreadable)


def readable(decode: Callable[[bytes], T], stored: bytes) -> T | None:
    """None when it cannot be read."""
    try:
        return decode(stored)
    except msgspec.MsgspecError:
        return None


def _delta(stored: bytes) -> SeriesCells:
    return {name: decode_days(raw) for name, raw in decode_delta(stored).items()}


def _stored(row: Row) -> Stored:
    tick = micros(row["tick"]) if row["tick"] else 0
    known = Known(tick, dict(zip(row["partners"], row["up_to"], strict=True)))
    awaiting = dict(zip(row["awaited"], row["dues"], strict=True))
    try:
        kept = Kept(person_of(row), row["next_due"], awaiting, row["activations"])
    except msgspec.MsgspecError:
        kept = None
    return Stored(row["person"], kept, known, row["version"])
