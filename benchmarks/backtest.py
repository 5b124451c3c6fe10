"""A backtest of the running policy over five years of stored events: what somebody waits who moves a threshold."""

import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
from vangnet_contract.messages import CHUNK, EventRecord, PersonChanged
from vangnet_contract.taxonomy import event_types
from vangnet_indicators.adapters.backtest import backtest
from vangnet_indicators.adapters.rows import columns
from vangnet_indicators.adapters.store import SAVE
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.variants import choices, variants

from benchmarks.crowd import SCHEMA, take_up
from benchmarks.figure import Figure, Target
from benchmarks.ground import Ground
from benchmarks.indicators import Linker, record_of

STAGE = "indicators"
YEARS = 5
EVENTS, PEOPLE = 100_000, 20_000
BUSIEST = 1_000
"""Events of one person, who has by far the most."""
ASKED = (("R1", ("count=3..6", "days=30,90")), ("R4", ()), ("R6b", ()), ("R7", ("1.count=2,3",)))
HEARD = "INSERT INTO heartbeat (partition, partner, up_to) SELECT 0, partner, $2 FROM unnest($1::text[]) AS partner"
TICKED = "INSERT INTO clock (partition, tick) VALUES (0, $1) ON CONFLICT (partition) DO UPDATE SET tick = excluded.tick"
POLICE, OTHERS = 0.5, ("incident", "request", "care", "context")


async def run(ground: Ground, scale: float) -> AsyncIterator[Figure]:
    """Rows as the service stores them, written here: only reading is measured, as the command reads."""
    ground.reset()
    now = datetime.now(UTC)
    period = micros(now - timedelta(days=365 * YEARS)), micros(now)
    await take_up(ground, Linker().says(_lives(now, 1, 1)))  # the tables are there now
    connection = await asyncpg.connect(ground.dsn(), server_settings={"search_path": SCHEMA, "jit": "off"})
    try:
        await _store(connection, _lives(now, int(EVENTS * scale), max(1, int(PEOPLE * scale))))
        await _everyone_delivered(connection, [partner.name for partner in ground.policy.partners], now)
        for rule, asked in ASKED:
            tried = variants(ground.policy, rule, choices(asked))
            began = time.perf_counter()
            found = await backtest(connection, ground.policy, tried, period)
            took = time.perf_counter() - began
            what = f"backtest of {rule}, {len(tried)} settings, {YEARS} years with {int(EVENTS * scale):,} events"
            beside = {"alerts of the first": found[0].alerts, "people": int(PEOPLE * scale), "most events": BUSIEST}
            yield Figure(STAGE, what, took, "s", Target(10.0, "<"), beside=beside)
    finally:
        await connection.close()


async def _store(connection: asyncpg.Connection, lives: Iterable[PersonChanged]) -> None:
    """Everybody in one partition, without signals."""
    people: dict[str, Person] = {}
    for change in lives:
        people.setdefault(change.person, Person(change.person)).replace([], change.added)
    await connection.execute("TRUNCATE person")
    await connection.execute(SAVE, *columns(0, list(people.values())))
    await connection.execute("VACUUM ANALYZE person")


async def _everyone_delivered(connection: asyncpg.Connection, partners: list[str], now: datetime) -> None:
    """So that what is missing can be told (R6b)."""
    await connection.execute("DELETE FROM heartbeat WHERE partition = 0")
    await connection.execute(HEARD, partners, micros(now))
    await connection.execute(TICKED, now)


def _lives(now: datetime, events: int, people: int) -> Iterator[PersonChanged]:
    """A few people have many events, most have few; all at random moments of the years. Half is from the police."""
    dice = random.Random(5)
    names = [f"{number + 1:032x}" for number in range(people)]
    weights = [(number + 1) ** -0.5 for number in range(people)]
    lives: dict[str, list[EventRecord]] = defaultdict(list)
    who = [names[0]] * min(BUSIEST, events)
    for name in who + dice.choices(names, weights, k=events - len(who)):
        lives[name].append(_event(dice, now))
    for name, records in lives.items():
        for start in range(0, len(records), CHUNK):
            part, more = records[start : start + CHUNK], start + CHUNK < len(records)
            yield PersonChanged(person=name, at=now, cause=part[0].event, added=part, more=more)


def _event(dice: random.Random, now: datetime) -> EventRecord:
    """Received when it happened."""
    at = now - timedelta(days=dice.uniform(0, 365 * YEARS))
    made = msgspec.structs.replace(record_of(at), received_at=at)
    if dice.random() < POLICE:
        return made
    row = dice.choice([row for row in event_types().values() if row.event_class in OTHERS])
    details = {name: dice.choice(values) for name, values in row.details.items()}
    return msgspec.structs.replace(made, type=row.type, group=row.group, event_class=row.event_class, details=details)
