"""State that an accident spoils beside a running service is found, made anew from the stored events, and goes on as if undisturbed."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.request import urlopen

import msgspec
from vangnet_contract.messages import AreaEvent, EventKey, EventRecord, PersonChanged, PersonsMessage, Tick
from vangnet_indicators.adapters import rebuild, repair_rows
from vangnet_indicators.adapters.verify import Verified, Watch, verify
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.rulebook import Rulebook
from vangnet_indicators.log_events import EVENTS
from vangnet_runtime.database import Connection, Pool, connect
from vangnet_runtime.log_events import declare
from vangnet_runtime.metrics import REGISTRY
from vangnet_runtime.migrations import migrate

from tests.integration.indicators.region import Region, written_by
from tests.unit.indicators.people import BOOK, change, record

replace = msgspec.structs.replace
AREA = {"area-cells", "unreadable"}
SPOIL = """
UPDATE person SET events = overlay(events placing '\\x0102'::bytea from 9 for 2) WHERE person = ANY($1::uuid[]);
UPDATE person SET next_due = '2020-01-01', waits = '\\x81a3676767ce00000001' WHERE person = ANY($1::uuid[]);
"""
SPOIL_AREA = """
DELETE FROM area_block WHERE days = 90;
UPDATE area_delta SET cells = '\\xc1' WHERE id = (SELECT max(id) FROM area_delta);
INSERT INTO area_delta (partition, size, cells) VALUES (3, 1, '\\x81ab474d303033342f782f372f8101cd03e8');
INSERT INTO awaiting (person, partners, partition, due) VALUES (gen_random_uuid(), 'nobody', 2, 1);
"""


def books(_: str | None) -> Rulebook:
    return BOOK


def renamed(record: EventRecord) -> EventRecord:
    return replace(record, event=EventKey(record.event.source, f"verify-{record.event.id}"))


def located(log: Sequence[PersonsMessage]) -> list[PersonsMessage]:
    """Other events and persons than other tests have; with what the linker says of their places."""
    found: list[PersonsMessage] = []
    for message in log:
        if isinstance(message, PersonChanged):
            gone, came = list(map(renamed, message.removed)), list(map(renamed, message.added))
            found.append(replace(message, person=message.person[::-1], removed=gone, added=came))
            found += [AreaEvent(change="removed", record=one, traceable=True) for one in gone]
            found += [AreaEvent(change="added", record=one, traceable=True) for one in came]
        else:
            found.append(message)
    return found


EMPTY = "TRUNCATE person, awaiting, heartbeat, clock, area_report, area_block, area_delta"
"""What other tests told this database, by other rules and at later times."""
LOG = located(written_by(20260707, steps=260, people=16))
HALF = len(LOG) // 2
AGAIN = "a9" * 16
MINE = {message.person for message in LOG if isinstance(message, PersonChanged)}


@asynccontextmanager
async def database(region: Region) -> AsyncIterator[tuple[Pool, Connection]]:
    pool = await connect(region.postgres.dsn("indicators"), "indicators", most=2)
    await migrate(pool, "vangnet_indicators")
    async with pool.acquire() as connection:
        yield pool, connection
    await pool.close()


async def state(connection: Connection) -> dict[str, object]:
    """Of this test's persons, and the cells of everyone, by partition."""
    found: dict[str, object] = {}
    for row in await connection.fetch(repair_rows.PARTITIONS):
        async for one in repair_rows.all_persons(connection, row["partition"]):
            if one.id.hex in MINE:
                found[one.id.hex] = one.kept
        cells = (await repair_rows.cells(connection, row["partition"])).cells
        kept = {name: {day: n for day, n in sorted(days.items()) if n} for name, days in cells.items()}
        found[f"partition {row['partition']}"] = {name: days for name, days in kept.items() if days}
    return found


def undisturbed() -> dict[str, Person]:
    """Played without any storage."""
    partition = Partition(0, None, {})
    for message in LOG:
        step(partition, message, BOOK)
    return {one.id: one for one in partition.persons.values() if not one.empty}


def wrong(found: Verified) -> tuple[set[str], dict[str, int]]:
    """Which of this test's persons differ, and what of the areas. Others' rules are other ones."""
    return MINE & set(found.differing), {kind: n for kind, n in found.mismatches.items() if kind in AREA and n}


async def rebuilt(connection: Connection) -> None:
    await rebuild.lock(connection)
    for partition in await rebuild.partitions(connection):
        await rebuild.rebuild(connection, partition, books)


async def watched(pool: Pool, seed: int) -> tuple[float, float]:
    """Persons looked at and wrong packed records that 60 looks count."""
    declare(EVENTS)
    watch = Watch(pool, books, random.Random(seed))
    before = counted()
    for _ in range(60):
        await watch.look()
    after = counted()
    return after[0] - before[0], after[1] - before[1]


def counted() -> tuple[float, float]:
    checked = REGISTRY.get_sample_value("vangnet_indicators_verify_checked_total")
    spoilt = REGISTRY.get_sample_value("vangnet_indicators_verify_mismatches_total", {"kind": "packed"})
    return checked or 0, spoilt or 0


async def test_spoilt_state_is_found_and_made_anew_beside_the_service(region: Region) -> None:
    async with database(region) as (_, connection):
        await connection.execute(EMPTY)
    process = region.start_stage(1000)
    try:
        await region.send(LOG[:HALF])
        await region.done()
        async with database(region) as (pool, connection):
            assert wrong(await verify(connection, books)) == (set(), {})
            before, persons = await state(connection), sorted(MINE)[:9]
            checked, spoilt = await watched(pool, 5)
            assert checked > 60 and spoilt == 0
            for statement in filter(str.strip, SPOIL.split(";")):
                await connection.execute(statement, persons)
            await connection.execute(SPOIL_AREA)
            found = await verify(connection, books)
            assert wrong(found)[0] >= set(persons) & before.keys() and set(wrong(found)[1]) == AREA
            assert {"packed", "next-due", "waits", "awaiting"} <= {kind for kind, n in found.mismatches.items() if n}
            assert (await watched(pool, 5))[1] > 0
            told = region.command("verify")
            assert told.returncode == 1 and "differs area-cells: " in told.stdout and persons[0] not in told.stdout
            await rebuilt(connection)
            assert wrong(await verify(connection, books)) == (set(), {})
            assert await state(connection) == before
            await region.send(LOG[HALF:])  # the service works, and a rebuild that has nothing to mend does no harm
            await rebuilt(connection)
            await region.done()
            assert wrong(await verify(connection, books)) == (set(), {})
            after = await state(connection)
            assert {name: one.person for name, one in after.items() if name in MINE} == undisturbed()
            assert sum(len(one.standing) for one in undisturbed().values()) > 20
            await lost_signals_are_said_again(region, connection)
    finally:
        process.kill()
        process.join()


async def lost_signals_are_said_again(region: Region, connection: Connection) -> None:
    """By the running service at its next Tick, and the state is what it was."""
    last = LOG[-1]
    assert isinstance(last, Tick)
    nights = [renamed(record(f"night{n}", last.at + timedelta(days=n))) for n in range(4)]
    now = nights[-1].occurred_at
    await region.send([change(now, nights, person=AGAIN), Tick(at=now)])
    await region.done()
    told = await standing(connection)
    assert told
    await connection.execute("UPDATE person SET signals = '\\x90' WHERE person = $1", AGAIN)
    await rebuilt(connection)
    assert await standing(connection) == []
    await region.send([Tick(at=now + timedelta(seconds=5))])
    await region.done()
    assert await standing(connection) == told
    assert AGAIN not in (await verify(connection, books)).differing


async def standing(connection: Connection) -> list[tuple[str, datetime, int]]:
    """Rule, crossing and events of the signals that stand."""
    for row in await connection.fetch(repair_rows.PARTITIONS):
        async for one in repair_rows.all_persons(connection, row["partition"]):
            if one.id.hex == AGAIN and one.kept is not None:
                signals = [each.signal for each in one.kept.person.standing]
                return [(each.rule, each.crossed_at, each.events) for each in signals]
    raise AssertionError("the person is not there")


async def test_commands_rebuild_one_at_a_time_and_explain(region: Region) -> None:
    async with database(region) as (_, connection):
        await connection.execute(SPOIL_AREA)
        await rebuild.lock(connection)
        refused = region.command("rebuild")
        assert refused.returncode == 1 and "another rebuild is running" in refused.stderr
        await connection.execute("SELECT pg_advisory_unlock_all()")
        whole = [one for name, one in (await state(connection)).items() if name in MINE]
        signal = next(s.signal for one in whole for s in one.person.standing if s.rule == "R1")
        done = region.command("rebuild")
        assert done.returncode == 0 and done.stdout.count(" area cells mended") == 8, done.stderr
        assert wrong(await verify(connection, books))[1] == {}
    told = region.command("explain", "--signal", signal.id, "--format", "json", VANGNET_PROFILE="local")
    explained = json.loads(told.stdout)
    assert told.returncode == 0 and explained["signal"] == signal.id and explained["rule"] == "R1"
    text = region.command("explain", "--signal", signal.id, VANGNET_PROFILE="local").stdout
    assert "Regel R1: van toepassing" in text and "telt mee" in text
    unknown = region.command("explain", "--signal", "nothing", VANGNET_PROFILE="local")
    assert unknown.returncode == 1 and "no signal with this id" in unknown.stderr
    production = region.command("explain", "--signal", signal.id)
    assert production.returncode == 77 and production.stdout == "" and "not-in-production" in production.stderr


async def test_the_service_looks_at_a_few_persons_all_the_time(region: Region) -> None:
    environment = region.environment()
    with region.running(environment) as process:
        deadline, name, text = time.monotonic() + 40, "vangnet_indicators_verify_checked_total ", ""
        while not any(line.startswith(name) and float(line.split()[1]) > 0 for line in text.splitlines()):
            assert process.poll() is None and time.monotonic() < deadline, region.log()[-3000:]
            await asyncio.sleep(0.3)
            text = await asyncio.to_thread(metrics, environment["VANGNET_METRICS_PORT"])
    assert 'vangnet_indicators_verify_mismatches_total{kind="packed"} 0.0' in text


def metrics(port: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""
