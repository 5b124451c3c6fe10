"""Where a partition stands, in PostgreSQL: the fence, the numbers taken in, dead letters."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from vangnet_runtime import outbox
from vangnet_runtime.database import Connection
from vangnet_runtime.lane import Lane
from vangnet_runtime.records import Record

HIGHEST = """
INSERT INTO input_seq (partition, producer, highest)
SELECT $1, * FROM unnest($2::text[], $3::bigint[])
ON CONFLICT (partition, producer) DO UPDATE SET highest = excluded.highest
"""

DEAD = """
INSERT INTO dead_letter (topic, partition, "offset", timestamp_ms, reason, key_sha256, value_sha256, size)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""

BEGIN = "INSERT INTO input_offset (partition, next) VALUES ($1, 0) ON CONFLICT DO NOTHING"


class DeadLetter(msgspec.Struct, frozen=True):
    """A record that is no message, and the named reason."""

    record: Record
    reason: str


async def advance(connection: Connection, partition: int, expected: int, following: int) -> bool:
    """Moves the offset from `expected` to `following`, or raises with SQLSTATE VN001. True: the partition has parked keys."""
    return bool(await connection.fetchval("SELECT advance_input($1, $2, $3)", partition, expected, following))


async def read_lane(connection: Connection, lane: Lane) -> Lane:
    """Fills a new lane in with where it stands now; begins at offset 0 when it was never read."""
    await connection.execute(BEGIN, lane.row)
    row = await connection.fetchrow("SELECT next, numbers_open FROM input_offset WHERE partition = $1", lane.row)
    assert row is not None
    lane.next = lane.fetched = row["next"]
    lane.numbers_open = row["numbers_open"]
    known = await connection.fetch("SELECT producer, highest FROM input_seq WHERE partition = $1", lane.row)
    lane.highest = {row["producer"]: row["highest"] for row in known}
    lane.given = await outbox.given(connection, lane.producer)
    return lane


async def remember_numbers(
    connection: Connection, partition: int, before: Mapping[str, int], after: Mapping[str, int]
) -> None:
    """Stores the numbers that a batch has moved."""
    moved = {producer: highest for producer, highest in after.items() if before.get(producer) != highest}
    if moved:
        await connection.execute(HIGHEST, partition, list(moved), list(moved.values()))


async def bury(connection: Connection, letters: Sequence[DeadLetter]) -> None:
    """Stores coordinates, hashes and reason: undecodable bytes may hold anything, a BSN in clear too."""
    if letters:
        await connection.executemany(DEAD, [_dead_row(letter.record, letter.reason) for letter in letters])


async def accept_loss(connection: Connection, partition: int, following: int) -> None:
    """An operator accepts that records before `following` are gone: goes on there, numbers begin anew."""
    async with connection.transaction():
        await connection.execute(BEGIN, partition)
        await connection.execute(
            "UPDATE input_offset SET next = $2, numbers_open = true WHERE partition = $1", partition, following
        )
        await connection.execute("DELETE FROM input_seq WHERE partition = $1", partition)


def _dead_row(record: Record, reason: str) -> tuple[str, int, int, int, str, bytes | None, bytes, int]:
    key = None if record.key is None else hashlib.sha256(record.key).digest()
    value = hashlib.sha256(record.value).digest()
    return (record.topic, record.partition, record.offset, record.timestamp_ms, reason, key, value, len(record.value))
