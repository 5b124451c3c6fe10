"""indicators with much state: what an event costs as people and their histories grow, bytes of an event, a series, a crash."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
from vangnet_contract.messages import PersonChanged
from vangnet_indicators.adapters.area_series import read_series
from vangnet_indicators.domain.area.cells import REGION
from vangnet_runtime.records import Outgoing

from benchmarks.crowd import SCHEMA, Crowd, gather, stored_bytes, take_up
from benchmarks.figure import CPU, Figure, Target, percentile
from benchmarks.ground import Ground
from benchmarks.indicators import Linker, change_of, record_of
from benchmarks.linker import progress
from benchmarks.log import fill, producing
from benchmarks.meter import Stretch, measure, until

STAGE = "indicators"
FEW, MANY = 10_000, 1_000_000
KNOWN = 10_000
HISTORIES = (10, 100, 1_000)
WITH_HISTORIES = 1_000
FIRST_EVENTS, MOST_EVENTS = 160, 8_000
CPU_SECONDS = 4.0
"""After the first events it is known how many take about this long."""
STORED_PEOPLE, STORED_EACH = 1_000, 10
SERIES_YEARS = 5
SERIES_EVENTS = 20_000
READINGS = 21


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """The crash comes last of what the million is there for: nobody has to gather them twice."""
    yield await _bytes(ground, scale)
    async for figure in _series(ground, scale):
        yield figure
    first: Figure | None = None
    for people in (int(FEW * scale), int(MANY * scale)):
        linker = Linker()
        known = await gather(ground, linker, Crowd(people, 1, min(people, int(KNOWN * scale))))
        found = await _cost(ground, linker, known, f"one more event, among {people:,} people")
        yield _beside(found, first)
        first = first or found
    yield await _recovery(ground, linker, known, int(MANY * scale))
    first = None
    for events in HISTORIES:
        linker, people = Linker(), max(50, int(WITH_HISTORIES * scale))
        known = await gather(ground, linker, Crowd(people, events, people))
        found = await _cost(ground, linker, known, f"one more event, of people with {events:,} events each")
        yield _beside(found, first)
        first = first or found


async def _bytes(ground: Ground, scale: float) -> Figure:
    """Through the running service: people, areas, indexes."""
    ground.reset()
    people = max(1, int(STORED_PEOPLE * scale))
    changes = [change_of(f"{number:032x}") for _ in range(STORED_EACH) for number in range(people)]
    await take_up(ground, Linker().says_both(changes))
    each = await stored_bytes(ground.dsn()) / len(changes)
    return Figure(STAGE, f"stored for an event ({STORED_EACH} a person), areas and indexes included", each, "bytes")


async def _series(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """On days spread over the years, through the running service."""
    ground.reset()
    today, count = datetime.now(UTC), int(SERIES_EVENTS * scale)
    apart = timedelta(days=365 * SERIES_YEARS) / count
    records = [record_of(today - apart * number) for number in range(count)]
    changes = [
        PersonChanged(person=f"{number:032x}", at=today, cause=record.event, added=[record])
        for number, record in enumerate(records)
    ]
    await take_up(ground, Linker().says_both(changes))
    first, last = (today - timedelta(days=365 * SERIES_YEARS)).date(), today.date()
    async with _reading(ground) as connection:
        for indicator in ("I01a", "I02"):
            took = []
            for _ in range(READINGS):
                began = time.perf_counter()
                await read_series(connection, indicator, REGION, 365, first=first, last=last)
                took.append(time.perf_counter() - began)
            yield Figure(
                STAGE,
                f"series of {SERIES_YEARS} years for the region, {indicator}, 365 days, median",
                percentile(took, 0.5) * 1000,
                "ms",
                Target(50, "<"),
                beside={"most ms": round(max(took) * 1000, 1), "events": count},
            )


async def _cost(ground: Ground, linker: Linker, people: Sequence[str], what: str) -> Figure:
    """The running service works off new events of these people, of the past day, for persons and areas."""
    found = await _worked_off(ground, linker, people[:FIRST_EVENTS])
    more = min(MOST_EVENTS, int(CPU_SECONDS * found.events / 2 / max(found.cpu_seconds, 1e-6)))
    if more > FIRST_EVENTS:
        found = await _worked_off(ground, linker, people[-more:])
    events, cpu = found.events / 2, max(found.cpu_seconds, 1e-6)
    beside = {CPU: round(events / cpu), "microseconds of processor time": round(cpu / events * 1e6), "events": events}
    return Figure(STAGE, what, found.seconds / events * 1e6, "µs an event", beside=beside)


async def _worked_off(ground: Ground, linker: Linker, people: Sequence[str]) -> Stretch:
    """In messages: two an event. Nothing is left for the next measurement."""
    messages = linker.says_both(change_of(person, days=1) for person in people)
    async with _before(ground, messages) as done:
        with ground.running(SCHEMA):
            return await measure(len(messages), done, lambda: ground.cpu_seconds(SCHEMA))


async def _recovery(ground: Ground, linker: Linker, known: Sequence[str], people: int) -> Figure:
    """SIGKILL while it works off a backlog; then a new process until more is committed than before."""
    messages = linker.says_both(change_of(person, days=1) for person in known)
    async with _before(ground, messages) as done:
        with ground.running(SCHEMA):
            await until(lambda count: count > 0, done)
            ground.kill(SCHEMA)
            killed, before = time.monotonic(), await done()
            ground.launch(SCHEMA)
            await until(lambda count: count > before, done)
            seconds = time.monotonic() - killed
    return Figure(
        STAGE,
        f"from SIGKILL with {people:,} people until the next event is processed",
        seconds,
        "s",
        Target(5.0, "<"),
        beside={"messages that waited": len(messages) - before},
    )


def _beside(found: Figure, first: Figure | None) -> Figure:
    """Flat is 1: how many times as much as in the first of the row."""
    if first is None:
        return found
    return replace(found, beside={**found.beside, "times the first of its row": round(found.value / first.value, 2)})


@asynccontextmanager
async def _reading(ground: Ground) -> AsyncIterator[asyncpg.Connection]:
    """As the service reads."""
    connection = await asyncpg.connect(ground.dsn(), server_settings={"search_path": SCHEMA, "jit": "off"})
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _before(ground: Ground, messages: Sequence[Outgoing]) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Puts them on the topic; hands out how many of them are done."""
    async with progress(ground.dsn(), SCHEMA) as position, producing(ground.kafka) as producer:
        before = await position()
        await fill(producer, messages)

        async def done() -> int:
            return await position() - before

        yield done
