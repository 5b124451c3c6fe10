"""What the tests of the runtime do with Kafka and PostgreSQL: topics, input, subprocesses, what came out."""

import asyncio
import hashlib
import multiprocessing
import multiprocessing.context
import os
import signal
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from vangnet_local.kafka import Kafka
from vangnet_local.ports import free_port
from vangnet_runtime.broker import Broker
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.kafka import make_topics
from vangnet_runtime.migrations import migrate
from vangnet_runtime.processor import Processor
from vangnet_runtime.reader import Limits
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.records import partition_for
from vangnet_runtime.sequence import check, number_of

from tests.integration.conftest import Schema
from tests.integration.runtime import toy
from tests.integration.runtime.toy import TABLE, Counting

FRESH = multiprocessing.get_context("forkserver")
"""Real processes, forked from one that has imported everything: they start at once."""
FRESH.set_forkserver_preload(["tests.integration.runtime.toy"])
Process = multiprocessing.context.ForkServerProcess


@dataclass
class Plan:
    """A topic."""

    name: str
    partitions: int = 2
    config: dict[str, str] = field(default_factory=dict)


@dataclass
class Rig:
    """One toy service: topics `<name>.in` and `<name>.out`, two partitions each."""

    kafka: Kafka
    schema: Schema
    batch: int = 1000
    upstream: str | None = None
    session_ms: int = 2000
    instance: str | None = None
    processes: list[Process] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.schema.name

    @property
    def topic(self) -> str:
        return self.upstream or f"{self.name}.in"

    @property
    def out(self) -> str:
        return f"{self.name}.out"

    @property
    def poison(self) -> Path:
        return self.schema.folder / "poison"

    def prepare(self) -> None:
        self.poison.touch()
        make_topics(Broker(self.kafka.bootstrap), [Plan(f"{self.name}.in"), Plan(self.out)])

    def start(self) -> Process:
        """One replica, as its own process."""
        environment = {
            "TOY": f"{self.name} {self.topic} {self.out}",
            "TOY_BATCH": str(self.batch),
            "TOY_POISON": str(self.poison),
            "TOY_SESSION_MS": str(self.session_ms),
            "VANGNET_KAFKA": self.kafka.bootstrap,
            "VANGNET_DATABASE": self.schema.dsn,
            "VANGNET_HTTP_PORT": str(free_port()),
            "VANGNET_METRICS_PORT": str(free_port()),
        }
        if self.instance:
            environment["VANGNET_INSTANCE"] = self.instance
        log = self.schema.folder / f"{self.name}-{len(self.processes)}.log"
        process = FRESH.Process(target=toy.main, args=(environment, log))
        process.start()
        self.processes.append(process)
        return process

    def end(self) -> None:
        """Whatever still runs."""
        for process in self.processes:
            if process.is_alive():
                os.kill(process.pid, signal.SIGCONT)
                process.kill()
            process.join()

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.schema.folder.glob(f"{self.name}-*.log")))

    async def pool(self) -> Pool:
        """With the tables in place."""
        pool = await connect(self.schema.dsn, self.name, most=4)
        await migrate(pool)
        await pool.execute(TABLE)
        return pool

    @asynccontextmanager
    async def running(self, pool: Pool) -> AsyncIterator[tuple[Processor, Readiness]]:
        """The processor in this process."""
        readiness = Readiness(self.name)
        stage = Counting(self.name, self.topic, self.out, poison=self.poison)
        processor = Processor(
            stage, pool, Broker(self.kafka.bootstrap), readiness, Limits(messages=self.batch, session_ms=2000)
        )
        task = asyncio.create_task(processor.run())
        try:
            yield processor, readiness
        finally:
            processor.stop()
            await task

    async def send(self, values: Iterable[bytes], topic: str | None = None) -> None:
        """In order; the partition follows the text before the colon."""
        producer = AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, enable_idempotence=True, linger_ms=5)
        await producer.start()
        for value in values:
            key = value.partition(b":")[0]
            await producer.send(topic or self.topic, value, key, partition_for(key, 2))
        await producer.stop()

    async def progress(self, pool: Pool, records: int) -> None:
        """Until so many records are committed."""
        deadline = time.monotonic() + 60
        while not (await pool.fetchval("SELECT sum(next) FROM input_offset") or 0) >= records:
            assert time.monotonic() < deadline, self.logs()[-3000:]
            await asyncio.sleep(0.01)

    async def done(self, pool: Pool, within: float = 90.0) -> None:
        """Until everything in the log is processed and the outbox is empty."""
        ends = await self.ends()
        deadline = time.monotonic() + within
        while True:
            try:
                rows = await pool.fetch("SELECT partition, next FROM input_offset")
                waiting = await pool.fetchval("SELECT count(*) FROM outbox")
                if {row["partition"]: row["next"] for row in rows} == ends and not waiting:
                    return
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                rows, waiting = [], -1
            assert time.monotonic() < deadline, (rows, ends, waiting, self.logs()[-3000:])
            await asyncio.sleep(0.05)

    async def ends(self) -> dict[int, int]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap)
        await consumer.start()
        places = [TopicPartition(self.topic, partition) for partition in (0, 1)]
        found = await consumer.end_offsets(places)
        await consumer.stop()
        return {place.partition: end for place, end in found.items()}

    async def published(self) -> tuple[dict[str, list[bytes]], int]:
        """Values by key as a receiver sees them, after its sequence check, and how many were repeats."""
        values: dict[str, list[bytes]] = defaultdict(list)
        repeats = 0
        for records in (await self.raw(self.out)).values():
            checked = check({}, [number_of(tuple(record.headers)) for record in records], start_open=False)
            assert checked.hole is None
            repeats += len(records) - len(checked.fresh)
            for place in checked.fresh:
                values[records[place].key.decode()].append(records[place].value)
        return values, repeats

    async def raw(self, topic: str) -> dict[int, list]:
        """Everything in a topic."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap)
        await consumer.start()
        places = [TopicPartition(topic, partition) for partition in (0, 1)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        records: dict[int, list] = {0: [], 1: []}
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for place, got in (await consumer.getmany(timeout_ms=200)).items():
                records[place.partition] += got
        await consumer.stop()
        return records


def make_input(count: int, keys: int = 20, start: int = 0) -> list[bytes]:
    """`k<i>:<n>`, keys interleaved."""
    return [f"k{n * 7 % keys}:{n}".encode() for n in range(start, start + count)]


def expected(values: Sequence[bytes]) -> tuple[dict[str, tuple[int, bytes]], dict[str, list[bytes]]]:
    """By a plain loop: the table, and what is published for each key in order."""
    table: dict[str, tuple[int, bytes]] = {}
    out: dict[str, list[bytes]] = defaultdict(list)
    for value in values:
        key = value.partition(b":")[0].decode()
        n, digest = table.get(key, (0, b""))
        table[key] = (n + 1, hashlib.sha256(digest + value).digest())
        out[key].append(value + f":{n + 1}".encode())
    return table, out


async def assert_exact(rig: Rig, pool: Pool, values: Sequence[bytes]) -> int:
    """State and messages are exactly those of the plain loop; returns how many repeats a receiver had to drop."""
    table, out = expected(values)
    rows = await pool.fetch("SELECT * FROM tally")
    assert {row["key"]: (row["n"], row["digest"]) for row in rows} == table
    published, repeats = await rig.published()
    assert published == out
    return repeats
