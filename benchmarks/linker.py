"""linker: signature verified, seal opened, looked up, decided, stored. The register holds other people already."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import asyncpg
from vangnet_linker.domain.linkage.neighbourhood import linking_of
from vangnet_linker.settings import LinkerSettings
from vangnet_runtime.database import connect
from vangnet_runtime.migrations import migrate

from benchmarks import floors, sealed
from benchmarks.figure import Ceiling, Figure, Target
from benchmarks.ground import Ground
from benchmarks.log import fill, producing
from benchmarks.meter import Stretch, measure

EVENTS = 6_000
OTHERS = 50_000
CORES = 2
TARGETS = {"new": Target(3_000), "known": Target(5_000)}

OTHER_PEOPLE = """
    INSERT INTO profile (birth, digest, component, person, body, mark)
        SELECT -n, gen_random_uuid(), -n, gen_random_uuid(), decode(repeat('00', 600), 'hex'), $2 FROM generate_series(1, $1::int) n
"""
OTHER_TOKENS = """
    INSERT INTO token (key, birth) SELECT ('x' || left(md5(random()::text), 16))::bit(64)::bigint, -n
        FROM generate_series(1, $1::int) n, generate_series(1, 26)
"""
OTHER_EVENTS = """
    INSERT INTO event (key, profile, due, body)
        SELECT gen_random_uuid(), -n, now() + interval '1000 days', decode(repeat('00', 500), 'hex') FROM generate_series(1, $1::int) n
"""


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """New identities, then the same people again; with one opening process, and without."""
    count = int(EVENTS * scale)
    crypto = floors.crypto()
    both = Ceiling(f"verify and open on {CORES} cores", CORES / (crypto.verify + crypto.open))
    people = [sealed.Occasion(number, 1) for number in range(count)]
    for processes in (1, 0):
        ground.reset()
        await people_before(ground, OTHERS)
        for kind, target in TARGETS.items():
            events = sealed.make(ground, sealed.Series(f"linker{processes}/{kind}", people))
            found = await decide(ground, events, {"VANGNET_OPENING_PROCESSES": str(processes)})
            what = f"{kind} identities, {processes} opening process{'' if processes == 1 else 'es'}"
            yield Figure("linker", what, found.rate, "events/s", target, both, found.beside)


async def decide(ground: Ground, events: Sequence[sealed.Sealed], settings: dict[str, str]) -> Stretch:
    """The running service takes these from events.accepted."""
    async with progress(ground.dsn()) as position, producing(ground.kafka) as producer:
        before = await position()
        await fill(producer, sealed.admitted(ground, events))

        async def done() -> int:
            return await position() - before

        with ground.running("linker", settings=settings):
            return await measure(len(events), done, lambda: ground.cpu_seconds("linker"))


@asynccontextmanager
async def progress(dsn: str, service: str = "linker") -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """How many records a service has committed; 0 before its tables are there."""
    connection = await asyncpg.connect(dsn)

    async def position() -> int:
        try:
            return int(await connection.fetchval(f"SELECT coalesce(sum(next), 0) FROM {service}.input_offset"))
        except asyncpg.UndefinedTableError:
            return 0

    try:
        yield position
    finally:
        await connection.close()


async def people_before(ground: Ground, count: int) -> None:
    """Fills the register with people whom no event is about."""
    pool = await connect(ground.dsn(LinkerSettings.service), LinkerSettings.service)
    try:
        await migrate(pool, "vangnet_linker")
        await pool.execute(OTHER_PEOPLE, count, linking_of(ground.policy).mark)
        for statement in (OTHER_TOKENS, OTHER_EVENTS):
            await pool.execute(statement, count)
        await pool.execute("ANALYZE")
    finally:
        await pool.close()
