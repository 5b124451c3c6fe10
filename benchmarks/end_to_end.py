"""Everything on this machine's cores: all services run, events come in at the Kafka door, all of it has an effect at the end."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
from vangnet_contract import topics
from vangnet_local.endpoints import SERVICES
from vangnet_partner.partner import Partner

from benchmarks import floors, sealed
from benchmarks.figure import Ceiling, Figure, Target
from benchmarks.ground import Ground
from benchmarks.lines import line_about
from benchmarks.log import fill, producing, watching
from benchmarks.meter import GIVE_UP_AFTER, NotFinished

EVENTS = 6_000
EVENTS_EACH = 2.5
"""Of a person, on average; most have one or two (figures of the region: 2,455 reports on 993 people)."""
DAYS = 60.0
LINES = 500
KNOWN_TIMES = 3
CORES = 2

POSITIONS = """
    SELECT (SELECT coalesce(sum(next), 0) FROM linker.input_offset) AS linker,
           (SELECT coalesce(sum(next), 0) FROM indicators.input_offset WHERE partition < 8) AS indicators,
           (SELECT coalesce(sum(next), 0) FROM notifier.input_offset) AS notifier,
           (SELECT count(*) FROM linker.outbox) + (SELECT count(*) FROM indicators.outbox) AS outbox
"""

Idle = Callable[[int], Awaitable[None]]


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """Sealed events first; then a partner's own lines."""
    yield await _sealed(ground, int(EVENTS * scale))
    for figure in await _with_partner(ground, int(LINES * scale)):
        yield figure


async def _sealed(ground: Ground, count: int) -> Figure:
    chance = random.Random(1)
    people = max(1, int(count / EVENTS_EACH))
    occasions = [sealed.Occasion(chance.randrange(people), chance.uniform(0, DAYS)) for _ in range(count)]
    events = sealed.make(ground, sealed.Series("whole", occasions))
    crypto = floors.crypto()
    ceiling = Ceiling(f"verify twice and open on {CORES} cores", CORES / (2 * crypto.verify + crypto.open))
    ground.reset()
    async with producing(ground.kafka) as producer:
        with ground.running(*SERVICES):
            async with settling(ground) as idle:
                cpu, began = {name: ground.cpu_seconds(name) for name in SERVICES}, time.monotonic()
                await fill(producer, sealed.inbound(events))
                await idle(count)
                seconds = time.monotonic() - began
                beside = {
                    f"{name}: microseconds of processor time an event": round(
                        (ground.cpu_seconds(name) - cpu[name]) / count * 1e6
                    )
                    for name in SERVICES
                }
    return Figure("end to end", "from sealed events", count / seconds, "events/s", Target(1_000), ceiling, beside)


async def _with_partner(ground: Ground, count: int) -> list[Figure]:
    ground.reset()
    figures = []
    with ground.running(*SERVICES):
        async with Partner.from_config(ground.layout.partner("ambulance") / "partner.toml") as partner:
            for what, times in (("new", 1), ("known", KNOWN_TIMES)):
                lines = [line_about(n % count, f"{what}-{n}", "e") for n in range(count * times)]
                began = time.monotonic()
                answers = await partner.submit(lines)
                seconds = time.monotonic() - began
                assert all(answer.status == "accepted" for answer in answers)
                figures.append(
                    Figure(
                        "end to end",
                        f"partner included, {what} identities, until every answer",
                        len(lines) / seconds,
                        "events/s",
                    )
                )
    return figures


@asynccontextmanager
async def settling(ground: Ground) -> AsyncIterator[Idle]:
    """Returns once so many events have come in and nothing of them waits anywhere. Raises NotFinished."""
    wanted = {
        topics.EVENTS_ACCEPTED: 1,
        topics.PERSONS: topics.PERSON_PARTITIONS,
        topics.SIGNALS: topics.PERSON_PARTITIONS,
    }
    connection = await asyncpg.connect(ground.dsn())
    try:
        async with watching(ground.kafka, wanted) as ends:

            async def waiting(count: int) -> bool:
                at = await connection.fetchrow(POSITIONS)
                log = await ends()
                assert at
                return bool(
                    log[topics.EVENTS_ACCEPTED] < count
                    or at["linker"] != log[topics.EVENTS_ACCEPTED]
                    or at["indicators"] != log[topics.PERSONS]
                    or at["notifier"] != log[topics.SIGNALS]
                    or at["outbox"]
                )

            async def idle(count: int) -> None:
                deadline = time.monotonic() + GIVE_UP_AFTER
                while await waiting(count):
                    if time.monotonic() > deadline:
                        raise NotFinished(f"events still waited somewhere after {GIVE_UP_AFTER:.0f} s")
                    await asyncio.sleep(0.02)

            yield idle
    finally:
        await connection.close()
