"""The outbox: messages that belong to a transaction, published after it by the relay, numbered without holes.

A chunk of them waits in one row of the table until Kafka has acknowledged all of it. Rows of one (producer, topic, partition)
are inserted, sent and deleted in order of their numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from vangnet_runtime.database import Connection
from vangnet_runtime.lane import Chunk, Pair
from vangnet_runtime.records import Headers, Outgoing

# One statement, because each costs a round trip; under the fence, so that nobody else writes these rows.
STORE = """
WITH given AS (
    INSERT INTO outbox_seq (producer, topic, partition, last)
    SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bigint[])
    ON CONFLICT (producer, topic, partition) DO UPDATE SET last = excluded.last
), gone AS (
    DELETE FROM outbox o USING unnest($10::text[], $11::integer[], $12::bigint[]) AS acked (topic, partition, seq)
    WHERE o.producer = $1 AND o.topic = acked.topic AND o.partition = acked.partition AND o.last <= acked.seq
)
INSERT INTO outbox (producer, topic, partition, first, last, messages)
SELECT $1, * FROM unnest($5::text[], $6::integer[], $7::bigint[], $8::bigint[], $9::bytea[])
"""

DELETE = """
DELETE FROM outbox o USING unnest($2::text[], $3::integer[], $4::bigint[]) AS acked (topic, partition, seq)
WHERE o.producer = $1 AND o.topic = acked.topic AND o.partition = acked.partition AND o.last <= acked.seq
"""

READ = """
SELECT topic, partition, first, messages FROM (
    SELECT *, sum(octet_length(messages)) OVER (ORDER BY topic, partition, first) - octet_length(messages) AS bytes_before FROM (
        SELECT * FROM outbox WHERE producer = $1 ORDER BY topic, partition, first LIMIT $2
    ) AS lowest
) AS summed WHERE bytes_before < $3 ORDER BY topic, partition, first
"""

PUT = """
WITH numbered AS (
    INSERT INTO outbox_seq (producer, topic, partition, last) VALUES ($1, $2, $3, 1)
    ON CONFLICT (producer, topic, partition) DO UPDATE SET last = outbox_seq.last + 1
    RETURNING last
)
INSERT INTO outbox (producer, topic, partition, first, last, messages)
SELECT $1, $2, $3, last, last, $4 FROM numbered
"""

Stored = tuple[bytes, bytes, Headers]
"""Key, value and headers of a message in a chunk; topic and partition are the row's."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Stored]).decode


class Outbox:
    """For code outside the batch processor (HTTP handlers, timers): messages in the caller's own transaction.

    The number is taken under a row lock that is held until that transaction ends, so numbers follow the order of commits.
    Any replica may write; the owner of input partition 0 publishes, within a quarter of a second.
    """

    def __init__(self, service: str) -> None:
        self.producer = http_producer(service)

    async def put(self, connection: Connection, *messages: Outgoing) -> None:
        """Must be called inside a transaction. All messages of a transaction in one call: locks are taken in one order."""
        if not connection.is_in_transaction():
            raise RuntimeError("outbox.put must be called inside a transaction")
        for message in sorted(messages, key=lambda message: (message.topic, message.partition)):
            where = (message.topic, message.partition)
            await connection.execute(PUT, self.producer, *where, _packed([message]))


def http_producer(service: str) -> str:
    """Name under which everything but the batch processor publishes."""
    return f"{service}/http"


async def store(
    connection: Connection,
    producer: str,
    chunks: Sequence[Chunk],
    given: Mapping[Pair, int],
    acked: Mapping[Pair, int],
) -> None:
    """Adds chunks numbered by the owner of `producer`, under the fence, and removes what Kafka has: everything up to the number
    `acked` for each pair. `given`: the last number of each pair."""
    if not chunks:
        await delete(connection, producer, acked)
        return
    rows = [(*chunk.pair, chunk.first, chunk.last, _packed(chunk.messages)) for chunk in chunks]
    await connection.execute(STORE, producer, *_columns(given), *map(list, zip(*rows, strict=True)), *_columns(acked))


async def delete(connection: Connection, producer: str, acked: Mapping[Pair, int]) -> None:
    """Removes what Kafka has: everything up to the number acknowledged for each pair."""
    if acked:
        await connection.execute(DELETE, producer, *_columns(acked))


async def read(connection: Connection, producer: str, most: int, most_bytes: int) -> list[Chunk]:
    """The lowest rows, in order for each pair: at least one if there is any."""
    return [_chunk(row) for row in await connection.fetch(READ, producer, most, most_bytes)]


async def given(connection: Connection, producer: str) -> dict[Pair, int]:
    """The last number that was given out, for each pair."""
    rows = await connection.fetch("SELECT topic, partition, last FROM outbox_seq WHERE producer = $1", producer)
    return {(row["topic"], row["partition"]): row["last"] for row in rows}


def _columns(numbers: Mapping[Pair, int]) -> tuple[list[str], list[int], list[int]]:
    topics = [topic for topic, _ in numbers]
    partitions = [partition for _, partition in numbers]
    return topics, partitions, list(numbers.values())


def _packed(messages: Sequence[Outgoing]) -> bytes:
    return _encode([(message.key, message.value, message.headers) for message in messages])


def _chunk(row: Any) -> Chunk:
    topic, partition, stored = row["topic"], row["partition"], _decode(row["messages"])
    messages = [Outgoing(topic, partition, key, value, headers) for key, value, headers in stored]
    return Chunk((topic, partition), row["first"], messages, len(row["messages"]))
