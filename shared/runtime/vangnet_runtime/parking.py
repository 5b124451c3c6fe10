"""Parked keys: a message that cannot be processed waits, with all later ones of its key, until an operator decides."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import msgspec

from vangnet_runtime.database import Connection
from vangnet_runtime.headers import pack, unpack
from vangnet_runtime.records import Record

Action = Literal["replay", "drop"]

PARK = """
INSERT INTO parked (partition, key, topic, "offset", timestamp_ms, record_key, value, headers, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

BEHIND = "behind"
"""Reason of a message whose key was parked before it came."""


class ToPark(msgspec.Struct, frozen=True):
    """A record that waits, the key it waits under, and why: the type of the exception, or `behind`."""

    key: bytes
    record: Record
    reason: str


class Parked(msgspec.Struct, frozen=True):
    """A waiting record and the number of its place."""

    id: int
    record: Record


class Order(msgspec.Struct, frozen=True):
    """What an operator wants done with a key. `partition`: the lane's row."""

    partition: int
    key: bytes
    action: Action


def handle(key: bytes) -> str:
    """How a key is named in logs and commands: 16 hexadecimal digits of its SHA-256, since the key may be a person's id."""
    return hashlib.sha256(key).hexdigest()[:16]


async def waiting(connection: Connection, partition: int, keys: Sequence[bytes]) -> frozenset[bytes]:
    """Which of these keys are parked."""
    sql = "SELECT DISTINCT key FROM parked WHERE partition = $1 AND key = ANY($2::bytea[])"
    return frozenset(row["key"] for row in await connection.fetch(sql, partition, keys))


async def park(connection: Connection, row: int, items: Sequence[ToPark]) -> None:
    """Appends, in order. `row`: of the lane."""
    if items:
        await connection.executemany(PARK, [_row(row, item) for item in items])


async def give_order(connection: Connection, order: Order) -> None:
    """Asks the running service to do this; a later order for the same key replaces an earlier one."""
    sql = """
        INSERT INTO parked_order (partition, key, action) VALUES ($1, $2, $3)
        ON CONFLICT (partition, key) DO UPDATE SET action = excluded.action
    """
    await connection.execute(sql, order.partition, order.key, order.action)


async def orders(connection: Connection, partitions: Sequence[int]) -> list[Order]:
    """What operators asked for and is not done yet."""
    sql = "SELECT partition, key, action FROM parked_order WHERE partition = ANY($1::integer[]) ORDER BY partition, key"
    return [Order(row["partition"], row["key"], row["action"]) for row in await connection.fetch(sql, list(partitions))]


async def queue(connection: Connection, order: Order, partition: int, most: int) -> list[Parked]:
    """The first messages that wait under the key, in order. `partition`: of the topic."""
    sql = "SELECT * FROM parked WHERE partition = $1 AND key = $2 ORDER BY id LIMIT $3"
    return [
        Parked(
            row["id"],
            Record(
                row["topic"],
                partition,
                row["offset"],
                row["timestamp_ms"],
                row["record_key"],
                row["value"],
                unpack(row["headers"]),
            ),
        )
        for row in await connection.fetch(sql, order.partition, order.key, most)
    ]


async def release(connection: Connection, items: Sequence[Parked]) -> None:
    """These no longer wait."""
    await connection.execute("DELETE FROM parked WHERE id = ANY($1::bigint[])", [item.id for item in items])


async def drop(connection: Connection, order: Order) -> int:
    """Everything that waits under the key is given up; returns how many."""
    status = await connection.execute(
        "DELETE FROM parked WHERE partition = $1 AND key = $2", order.partition, order.key
    )
    return int(status.rpartition(" ")[2])


async def carried_out(connection: Connection, order: Order) -> None:
    """The order is done with, as asked or in vain."""
    await connection.execute("DELETE FROM parked_order WHERE partition = $1 AND key = $2", order.partition, order.key)


async def count_keys(connection: Connection, partitions: Sequence[int]) -> int:
    """How many keys wait."""
    sql = "SELECT count(DISTINCT (partition, key)) FROM parked WHERE partition = ANY($1::integer[])"
    return int(await connection.fetchval(sql, list(partitions)))


def _row(row: int, item: ToPark) -> tuple[int, bytes, str, int, int, bytes | None, bytes, bytes, str]:
    record = item.record
    place = (row, item.key, record.topic, record.offset, record.timestamp_ms)
    return (*place, record.key, record.value, pack(record.headers), item.reason)
