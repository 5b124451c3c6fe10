"""The outbox: messages that belong to a transaction, published after it by the relay, numbered without holes.

Each message waits in the table until Kafka has acknowledged it. Rows of one (producer, topic, partition) are inserted, sent
and deleted in order of `seq`.
"""

from collections.abc import Mapping, Sequence

from vangnet_runtime.database import Connection
from vangnet_runtime.headers import pack, unpack
from vangnet_runtime.lane import Numbered, Pair
from vangnet_runtime.records import Outgoing

INSERT = """
INSERT INTO outbox (producer, topic, partition, seq, key, value, headers)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[])
"""

GIVE = """
INSERT INTO outbox_seq (producer, topic, partition, last)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bigint[])
ON CONFLICT (producer, topic, partition) DO UPDATE SET last = excluded.last
"""

DELETE = """
DELETE FROM outbox o USING unnest($2::text[], $3::integer[], $4::bigint[]) AS acked (topic, partition, seq)
WHERE o.producer = $1 AND o.topic = acked.topic AND o.partition = acked.partition AND o.seq <= acked.seq
"""

READ = """
SELECT topic, partition, seq, key, value, headers FROM (
    SELECT *, sum(octet_length(value)) OVER (ORDER BY topic, partition, seq) - octet_length(value) AS bytes_before FROM (
        SELECT * FROM outbox WHERE producer = $1 ORDER BY topic, partition, seq LIMIT $2
    ) AS lowest
) AS summed WHERE bytes_before < $3 ORDER BY topic, partition, seq
"""

PUT = """
WITH numbered AS (
    INSERT INTO outbox_seq (producer, topic, partition, last) VALUES ($1, $2, $3, 1)
    ON CONFLICT (producer, topic, partition) DO UPDATE SET last = outbox_seq.last + 1
    RETURNING last
)
INSERT INTO outbox (producer, topic, partition, seq, key, value, headers)
SELECT $1, $2, $3, last, $4, $5, $6 FROM numbered
"""


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
            await connection.execute(PUT, self.producer, *where, message.key, message.value, pack(message.headers))


def http_producer(service: str) -> str:
    """Name under which everything but the batch processor publishes."""
    return f"{service}/http"


async def insert(connection: Connection, producer: str, rows: Sequence[Numbered], given: Mapping[Pair, int]) -> None:
    """Adds messages numbered by the owner of `producer`, under the fence; `given`: the last number of each pair."""
    if not rows:
        return
    messages = [row.message for row in rows]
    await connection.execute(
        INSERT,
        producer,
        [message.topic for message in messages],
        [message.partition for message in messages],
        [row.seq for row in rows],
        [message.key for message in messages],
        [message.value for message in messages],
        [pack(message.headers) for message in messages],
    )
    await connection.execute(GIVE, producer, *_columns(given))


async def delete(connection: Connection, producer: str, acked: Mapping[Pair, int]) -> None:
    """Removes what Kafka has: everything up to the number acknowledged for each pair."""
    if acked:
        await connection.execute(DELETE, producer, *_columns(acked))


async def read(connection: Connection, producer: str, most: int, most_bytes: int) -> list[Numbered]:
    """The lowest rows, in order for each pair: at least one if there is any."""
    return [
        Numbered(Outgoing(row["topic"], row["partition"], row["key"], row["value"], unpack(row["headers"])), row["seq"])
        for row in await connection.fetch(READ, producer, most, most_bytes)
    ]


async def given(connection: Connection, producer: str) -> dict[Pair, int]:
    """The last number that was given out, for each pair."""
    rows = await connection.fetch("SELECT topic, partition, last FROM outbox_seq WHERE producer = $1", producer)
    return {(row["topic"], row["partition"]): row["last"] for row in rows}


def _columns(numbers: Mapping[Pair, int]) -> tuple[list[str], list[int], list[int]]:
    topics = [topic for topic, _ in numbers]
    partitions = [partition for _, partition in numbers]
    return topics, partitions, list(numbers.values())
