"""Derived state anew from the stored events, one partition after the other, beside a running service.

Persons are mended in chunks, each under the lock of the partition's fence row: a running service waits that long. Area cells
are compared in one snapshot, without a lock, and what they lack is added as one more delta: batches that are committed in
between add what they change, which is right whatever was wrong before.
"""

from typing import NamedTuple
from uuid import UUID

import msgspec
from vangnet_runtime.database import Connection
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.writer import run

from vangnet_indicators.adapters import repair_rows
from vangnet_indicators.adapters.area_store import SAVE_DELTA, encode, fold_if_due
from vangnet_indicators.adapters.repair_rows import CHUNK, NOBODY_YET, Stored
from vangnet_indicators.adapters.rows import columns
from vangnet_indicators.adapters.store import FORGET_AWAITING, SAVE, SAVE_AWAITING, Books
from vangnet_indicators.adapters.verify import PATIENCE, Area, area_of
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.rebuild import mended

ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(hashtext('vangnet-indicators rebuild'))"
FENCE = "SELECT FROM input_offset WHERE partition = $1 FOR UPDATE"
FORGET_ORPHANS = """
DELETE FROM awaiting AS a WHERE a.partition = $1
AND NOT EXISTS (SELECT FROM person AS p WHERE p.person = a.person AND p.partition = a.partition)
"""


class Rebuilt(NamedTuple):
    """Of a partition: persons looked at, persons that were mended, cells that were."""

    partition: int
    persons: int
    mended: int
    cells: int


class Unreadable(CannotStart):
    """Stored events cannot be read: what follows from them cannot be made anew. Restore them from a backup."""


async def partitions(connection: Connection) -> list[int]:
    """Those that hold anything."""
    return [row["partition"] for row in await connection.fetch(repair_rows.PARTITIONS)]


async def lock(connection: Connection) -> None:
    """For as long as the connection is open. Raises CannotStart when somebody else has it: what cells lack is added once."""
    if not await connection.fetchval(ONE_AT_A_TIME):
        raise CannotStart("another rebuild is running")


async def rebuild(connection: Connection, partition: int, books: Books) -> Rebuilt:
    """One partition; the connection holds the lock. Raises Unreadable, with area cells left as they are."""
    seen = done = 0
    after = NOBODY_YET
    while found := await _mend_persons(connection, partition, after, books):
        seen, done, after = seen + len(found.looked_at), done + found.mended, found.looked_at[-1]
    return Rebuilt(partition, seen, done, await _mend_area(connection, partition, books))


class Chunk(NamedTuple):
    """Persons that were looked at together."""

    looked_at: list[UUID]
    mended: int


async def _mend_persons(connection: Connection, partition: int, after: UUID, books: Books) -> Chunk | None:
    async with connection.transaction():
        await connection.execute(PATIENCE)
        await connection.execute(FENCE, partition)
        if after == NOBODY_YET:
            await connection.execute(FORGET_ORPHANS, partition)
        stored = await repair_rows.persons(connection, after, partition, CHUNK)
        changed = [person for one in stored if (person := _mended(one, books)) is not None]
        if changed:
            await connection.execute(SAVE, *columns(partition, changed))
            await connection.execute(FORGET_AWAITING, [person.id for person in changed])
            if rows := [(one.id, name, partition, due) for one in changed for name, due in one.waits.items()]:
                await connection.execute(SAVE_AWAITING, *map(list, zip(*rows, strict=True)))
    return Chunk([one.id for one in stored], len(changed)) if stored else None


def _mended(stored: Stored, books: Books) -> Person | None:
    """None: nothing is wrong with the person."""
    kept = stored.kept
    if kept is None:
        raise Unreadable(_unreadable(1))
    try:
        after = mended(kept, stored.known, books(stored.version))
    except msgspec.MsgspecError:
        raise Unreadable(_unreadable(1)) from None
    same = after == kept.person and kept.next_due == after.due and kept.awaiting == after.waits
    return None if same else after


async def _mend_area(connection: Connection, partition: int, books: Books) -> int:
    area = await _compared(connection, partition, books)
    if area.unreadable:
        raise Unreadable(_unreadable(area.unreadable))
    size = sum(map(len, area.lacking.values()))
    async with connection.transaction():
        await connection.execute(PATIENCE)
        await connection.execute(FENCE, partition)
        for statement in area.kept.unreadable:
            await run(connection, statement)
        if size:
            await connection.execute(SAVE_DELTA, partition, size, encode(area.lacking))
        await fold_if_due(connection, partition)
    return size


async def _compared(connection: Connection, partition: int, books: Books) -> Area:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(PATIENCE)
        return await area_of(connection, partition, books, lambda _: None)


def _unreadable(number: int) -> str:
    return f"{number} persons or reports have columns that cannot be read: restore these rows from a backup first"
