"""A counting stage, small and order-sensitive: for each key how many messages came and a hash over them in order.

python toy.py        runs it as a service, with settings from the environment
"""

import hashlib
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import msgspec
from vangnet_runtime.database import Connection, connect
from vangnet_runtime.faults import NotYet
from vangnet_runtime.host import run_service
from vangnet_runtime.migrations import migrate
from vangnet_runtime.parts import Parts
from vangnet_runtime.processor import Processor
from vangnet_runtime.reader import Limits
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.records import Outgoing, Record, partition_for
from vangnet_runtime.settings import DatabaseSettings, HostSettings, KafkaSettings, load_settings
from vangnet_runtime.stage import Statement, Undecodable
from vangnet_runtime.web import make_app

TABLE = "CREATE TABLE IF NOT EXISTS tally (key text PRIMARY KEY, n bigint NOT NULL, digest bytea NOT NULL)"

UPSERT = """
INSERT INTO tally SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])
ON CONFLICT (key) DO UPDATE SET n = excluded.n, digest = excluded.digest
"""


class Item(msgspec.Struct, frozen=True):
    """`key:text`."""

    key: str
    text: bytes


class Tally:
    """State of the keys that a batch touches."""

    def __init__(self, known: Mapping[str, tuple[int, bytes]]) -> None:
        self.known = dict(known)

    def add(self, item: Item) -> int:
        """One more; returns the count."""
        n, digest = self.known.get(item.key, (0, b""))
        self.known[item.key] = (n + 1, hashlib.sha256(digest + item.text).digest())
        return n + 1


class Counting:
    """The stage. `poison` names a file whose words are texts that cannot be processed as long as they stand there;
    `later:` before one means that it has to wait."""

    def __init__(self, name: str, topic: str, out: str, partitions: int = 2, poison: Path | None = None) -> None:
        self.name = name
        self.topic = topic
        self.out = out
        self.partitions = partitions
        self.poison = poison
        self.cache: dict[str, tuple[int, bytes]] = {}

    async def decode(self, records: Sequence[Record]) -> Sequence[Item | Undecodable]:
        """`key:text`, nothing else."""
        return [
            Item(record.value.partition(b":")[0].decode(), record.value)
            if b":" in record.value
            else Undecodable("no-colon")
            for record in records
        ]

    def parking_key(self, message: Item) -> bytes:
        """The key."""
        return message.key.encode()

    async def load(self, connection: Connection, partition: int, messages: Sequence[Item]) -> Tally:
        """From the cache, else from the table."""
        keys = {message.key for message in messages}
        missing = [key for key in keys if key not in self.cache]
        rows = await connection.fetch("SELECT * FROM tally WHERE key = ANY($1::text[])", missing) if missing else []
        known = {key: self.cache[key] for key in keys if key in self.cache}
        return Tally(known | {row["key"]: (row["n"], row["digest"]) for row in rows})

    def step(self, state: Tally, message: Item) -> Sequence[Outgoing]:
        """Counts, and says so."""
        if self.poison is not None:
            text, bad = message.text.decode(), self.poison.read_text().split()
            if text in bad:
                raise ArithmeticError("poison")
            if f"later:{text}" in bad:
                raise NotYet("what this needs is not here yet")
        n = state.add(message)
        key = message.key.encode()
        value = message.text + f":{n}".encode()
        return [Outgoing(self.out, partition_for(key, self.partitions), key, value, (("kind", b"count"),))]

    def writes(self, state: Tally) -> Sequence[Statement]:
        """All keys touched."""
        columns = zip(*((key, n, digest) for key, (n, digest) in state.known.items()), strict=True)
        return [Statement(UPSERT, tuple(list(column) for column in columns))]

    def committed(self, partition: int, state: Tally) -> None:
        """Keeps it."""
        self.cache.update(state.known)

    def forget(self, partition: int) -> None:
        """Drops all."""
        self.cache.clear()


class ToySettings(HostSettings, KafkaSettings, DatabaseSettings):
    """Of the toy service."""

    service: ClassVar[str] = "toy"


def main(environment: Mapping[str, str], log: Path) -> None:
    """The service, in a process of its own."""
    os.environ.update(environment)
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stderr.fileno())
    name, topic, out = os.environ["TOY"].split()
    ToySettings.service = name
    settings = load_settings(ToySettings)
    poison = Path(os.environ["TOY_POISON"])

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        pool = await connect(settings.database.get_secret_value(), name, most=4)
        await migrate(pool)
        await pool.execute(TABLE)
        readiness = Readiness(name)
        limits = Limits(
            messages=int(os.environ["TOY_BATCH"]), session_ms=int(os.environ["TOY_SESSION_MS"]), member=settings.member
        )
        stage = Counting(name, topic, out, poison=poison)
        processor = Processor(stage, pool, settings.broker, readiness, limits)
        yield Parts(make_app("Toy", "1.0.0", service=name, readiness=readiness), [processor])
        await pool.close()

    run_service(settings, "1.0.0", build)
