"""Indicators alone between a log of the linker's messages and a reader of signals, on real Kafka and PostgreSQL."""

import asyncio
import hashlib
import multiprocessing
import multiprocessing.context
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from vangnet_contract.messages import (
    AreaEvent,
    PersonChanged,
    PersonsMessage,
    Signal,
    SignalsMessage,
    decode_signals,
    encode,
)
from vangnet_contract.topics import ALERTS, INTERNAL, PERSON_PARTITIONS, PERSONS, SIGNALS
from vangnet_indicators.adapters.stage import IndicatorsStage
from vangnet_indicators.settings import IndicatorsSettings
from vangnet_local.kafka import Kafka
from vangnet_local.ports import free_port
from vangnet_local.postgres import Postgres
from vangnet_runtime.broker import Broker
from vangnet_runtime.database import connect
from vangnet_runtime.host import run_service
from vangnet_runtime.kafka import make_topics
from vangnet_runtime.migrations import migrate
from vangnet_runtime.parts import Parts
from vangnet_runtime.processor import Processor
from vangnet_runtime.reader import Limits
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.records import partition_for
from vangnet_runtime.sequence import check, header, number_of
from vangnet_runtime.settings import load_settings

from tests.unit.indicators.people import BOOK, CARERS, DAY, HOUR, PLACES, START, TYPES, Log, Logged

FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["tests.integration.indicators.region"])
Process = multiprocessing.context.ForkServerProcess
COMMAND = str(Path(sys.executable).parent / "vangnet-indicators")
DEMO_POLICY = Path(__file__).parents[3] / "deploy" / "policy" / "demo"
SESSION_MS = 2000
"""A killed process is given up sooner than in production, so that the test is short."""


@dataclass
class Region:
    """A broker of its own (other tests read these topics too) and the schema `indicators`."""

    kafka: Kafka
    postgres: Postgres
    folder: Path
    numbers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    sent: int = 0

    def prepare(self) -> None:
        wanted = [topic for topic in INTERNAL if topic.name in (PERSONS, SIGNALS, ALERTS)]
        make_topics(Broker(self.kafka.bootstrap), wanted)
        self.postgres.sql("DROP SCHEMA indicators CASCADE; CREATE SCHEMA indicators AUTHORIZATION indicators;")

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "VANGNET_KAFKA": self.kafka.bootstrap,
            "VANGNET_DATABASE": self.postgres.dsn("indicators"),
            "VANGNET_POLICY": str(DEMO_POLICY),
            "VANGNET_HTTP_PORT": str(free_port()),
            "VANGNET_METRICS_PORT": str(free_port()),
            **more,
        }

    def start_stage(self, batch: int) -> Process:
        """The stage with the rules of the unit tests, as its own process."""
        process = FRESH.Process(target=serve, args=(self.environment(), batch, self.log_path))
        process.start()
        return process

    @contextmanager
    def running(self, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """`vangnet-indicators run`; killed when the test has not ended it."""
        self.log_path.unlink(missing_ok=True)
        with self.log_path.open("ab") as log:
            process = subprocess.Popen([COMMAND, "run"], env=_beside(environment), stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def command(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs one of the operator's commands to its end."""
        environment = _beside(self.environment(**more))
        return subprocess.run(
            [COMMAND, *arguments],
            check=False,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.folder,  # not where a local platform may lie
        )

    async def send_raw(self, value: bytes, person: str) -> None:
        """A record that is no message."""
        place = partition_for(person.encode(), PERSON_PARTITIONS)
        self.numbers[place] += 1
        async with AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap) as producer:
            headers = [header("linker/0", self.numbers[place])]
            await producer.send(PERSONS, value, person.encode(), place, headers=headers)
        self.sent += 1

    async def send(self, messages: Sequence[PersonsMessage], repeat: random.Random | None = None) -> None:
        """As the linker's relay does: numbered for each partition, now and then an old record again."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka.bootstrap, enable_idempotence=True) as producer:
            for message in messages:
                key = _key(message)
                places = range(PERSON_PARTITIONS) if key is None else [partition_for(key.encode(), PERSON_PARTITIONS)]
                for place in places:
                    self.numbers[place] += 1
                    headers = [header("linker/0", self.numbers[place])]
                    for _ in range(2 if repeat and repeat.random() < 0.05 else 1):
                        await producer.send(PERSONS, encode(message), (key or "all").encode(), place, headers=headers)
                        self.sent += 1

    async def done(self, within: float = 40.0) -> None:
        """Until everything sent is committed and the outbox is empty."""
        deadline = time.monotonic() + within
        while True:
            progress = await self.progress()
            if progress == (self.sent, 0):
                return
            assert time.monotonic() < deadline, (self.sent, progress, self.log()[-3000:])
            await asyncio.sleep(0.05)

    async def said(self) -> dict[int, list[SignalsMessage]]:
        """What a reader takes in, by partition: repeats dropped, no number missing."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap)
        await consumer.start()
        places = [TopicPartition(SIGNALS, number) for number in range(PERSON_PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        records = defaultdict(list)
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for place, got in (await consumer.getmany(timeout_ms=200)).items():
                records[place.partition] += got
        await consumer.stop()
        return {place: _fresh(found) for place, found in records.items()}

    @property
    def log_path(self) -> Path:
        return self.folder / "indicators.log"

    def log(self) -> str:
        return self.log_path.read_text() if self.log_path.exists() else ""

    async def progress(self) -> tuple[int, int]:
        try:
            connection = await asyncpg.connect(self.postgres.dsn("indicators"))
            try:
                done = await connection.fetchval(
                    "SELECT coalesce(sum(next), 0)::bigint FROM input_offset WHERE partition < 8"
                )
                return done, await connection.fetchval("SELECT count(*) FROM outbox")
            finally:
                await connection.close()
        except (OSError, asyncpg.PostgresError):
            return -1, -1


def _key(message: PersonsMessage) -> str | None:
    """None: to every partition."""
    if isinstance(message, PersonChanged):
        return message.person
    if isinstance(message, AreaEvent):
        r = message.record
        return f"{r.partner}|{r.incident}" if r.incident else f"{r.event.source}|{r.event.id}"
    return None


def _beside(settings: Mapping[str, str]) -> dict[str, str]:
    """The machine's own variables, without another platform's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VANGNET_")} | dict(settings)


def _fresh(records: list) -> list[SignalsMessage]:
    checked = check({}, [number_of(tuple(record.headers)) for record in records], start_open=False)
    assert checked.hole is None
    return [decode_signals(records[place].value) for place in checked.fresh]


def serve(environment: Mapping[str, str], batch: int, log: Path) -> None:
    """Runs until it is killed."""
    os.environ.update(environment)
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stderr.fileno())
    settings = load_settings(IndicatorsSettings)

    @asynccontextmanager
    async def build() -> AsyncIterator[Parts]:
        pool = await connect(settings.database.get_secret_value(), settings.service, most=4)
        await migrate(pool, "vangnet_indicators")
        limits = Limits(messages=batch, session_ms=SESSION_MS)
        yield Parts(
            None,
            [Processor(IndicatorsStage(lambda _version: BOOK), pool, settings.broker, Readiness("indicators"), limits)],
        )
        await pool.close()

    run_service(settings, "test", build)


def written_by(seed: int, steps: int, people: int) -> list[Logged]:
    """A log about many people over a few months: late events, corrections, retractions, merges, chunks, Ticks, heartbeats."""
    dice = random.Random(seed)
    persons = [hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest() for number in range(people)]
    log = Log(live={person: [] for person in persons})
    for _ in range(steps):
        log.now += dice.choice([0, 0, 1, 5, 12]) * HOUR
        person, other, pick = dice.choice(persons[: people // 3] + persons), dice.choice(persons), dice.randrange(50)
        events = [
            (
                max(START, log.now - dice.choice([0, 0, 0, 1, 30, 700]) * HOUR - n * HOUR),
                dice.choice(TYPES),
                dice.choice(PLACES),
            )
            for n in range(dice.randrange(1, 5))
        ]
        match dice.choices(["add", "retract", "correct", "merge", "tick", "heartbeats"], [60, 5, 10, 1, 10, 5])[0]:
            case "add":
                log.add(person, events, dice.random() < 0.3)
            case "retract":
                log.retract(person, pick)
            case "correct":
                log.correct(person, pick, *events[0])
            case "merge":
                log.merge(person, other)
            case "tick":
                log.tick()
            case "heartbeats":
                log.heartbeat(dice.choice(CARERS), 0)
    log.now += 40 * DAY
    for partner in CARERS:
        log.heartbeat(partner, 0)
    log.tick()
    return log.messages


def signals_by_person(said: Mapping[int, Sequence[SignalsMessage]]) -> dict[str, list[Signal]]:
    found = defaultdict(list)
    for messages in said.values():
        for message in messages:
            if isinstance(message, Signal):
                found[message.person].append(message)
    return dict(found)
