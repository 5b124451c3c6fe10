"""The tables: batches of any size give the same, rows are filtered as the domain says."""

import asyncio
import random
from datetime import timedelta

import msgspec
import pytest
from vangnet_contract.messages import SignalsMessage, Tick
from vangnet_notifier.adapters.stage import AlertStage
from vangnet_notifier.domain.access import may_see
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Acknowledge, Close, Decline, Mute, Release, Reopen
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.words import Reason, State
from vangnet_notifier.inbox import Filter
from vangnet_runtime.database import Pool

from tests.integration.conftest import Schema
from tests.integration.notifier.store import OFFICES, inbox, store, take, take_in_batches
from tests.unit.notifier.signals import ALMERE, NOBODY, OFF_DUTY, REVIEWER, T0, URK, evidence, signal

EVERYTHING = Filter(states=tuple(State), size=100)


def stream(seed: int, length: int = 120) -> list[SignalsMessage]:
    """Signals of five persons and two rules, with Ticks in between."""
    draw = random.Random(seed)
    messages: list[SignalsMessage] = []
    for number in range(length):
        at = T0 + timedelta(hours=number)
        if draw.random() < 0.15:
            messages.append(Tick(at=at))
            continue
        person, rule, episode = draw.randrange(5), draw.choice(["R1", "R2"]), draw.randrange(1, 3)
        change = draw.choice(["raised", "updated", "updated", "ended", "withdrawn"])
        numbers = sorted(draw.sample(range(8), draw.randint(1, 5)))
        items = () if change == "withdrawn" else tuple(evidence(episode * 50 + n) for n in numbers)
        messages.append(
            signal(
                change,
                signal_id=f"{person}-{rule}-{episode}",
                person=f"p{person}",
                rule=rule,
                episode=episode,
                items=items,
                at=at,
                mode=draw.choice(["actief", "actief", "schaduw"]),
                lead=draw.choice(["GM0034", "GM0184"]),
                ended_at=at if change == "ended" else None,
            )
        )
    return messages


async def content(pool: Pool) -> list[list[object]]:
    queries = (
        "SELECT id, state, owner, lead, version, due, body FROM alert ORDER BY id",
        "SELECT signal, alert FROM alert_signal ORDER BY signal",
        "SELECT alert, at, action, before_state, after_state, added, removed FROM trail ORDER BY alert, id",
        "SELECT id, alert, kind, email, state FROM delivery ORDER BY id",
        "SELECT * FROM tick",
    )
    return [[tuple(row) for row in await pool.fetch(query)] for query in queries]


@pytest.mark.parametrize("seed", [1, 2])
async def test_batches_of_any_size_leave_the_same(schema: Schema, seed: int) -> None:
    results = []
    async with store(schema) as pool:
        for size in (1, 7, 1000):
            await pool.execute("DELETE FROM delivery; DELETE FROM alert_signal; DELETE FROM alert; DELETE FROM tick")
            for table in ("trail", "trail_line"):
                await pool.execute(
                    f"ALTER TABLE {table} DISABLE TRIGGER USER; DELETE FROM {table}; ALTER TABLE {table} ENABLE TRIGGER USER"
                )
            await take_in_batches(pool, stream(seed), size)
            results.append(await content(pool))
    assert results[0][0] and results[0] == results[1] == results[2]


async def test_a_list_holds_what_the_domain_says_its_reader_may_see(schema: Schema) -> None:
    async with store(schema) as pool:
        await take_in_batches(pool, stream(3), 10)
        desk = inbox(pool)
        every = (await desk.listing(EVERYTHING, REVIEWER)).alerts
        for number, alert in enumerate(every):
            decision = Release(seen=alert.version) if number % 2 else Decline(seen=alert.version, choice="al-bekend")
            await desk.decide(alert.id, decision, REVIEWER)
        every = (await desk.listing(EVERYTHING, REVIEWER)).alerts
        assert {alert.owner for alert in every} >= {None, "GM0034"}
        for actor in (REVIEWER, OFF_DUTY, ALMERE, URK, NOBODY):
            listing = await desk.listing(EVERYTHING, actor)
            allowed = {alert.id for alert in every if may_see(alert, actor)}
            assert {alert.id for alert in listing.alerts} == allowed
            assert sum(listing.counts.values()) == listing.total == len(allowed)
            for alert in every:
                assert (await desk.look(alert.id, actor) is not None) == (alert.id in allowed)


async def test_what_may_not_be_seen_cannot_be_decided(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal())
        (alert,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
        assert await inbox(pool).decide(alert.id, Acknowledge(seen=1), ALMERE) is None
        assert await inbox(pool).decide("elsewhere", Release(seen=1), REVIEWER) is None
        assert await pool.fetchval("SELECT count(*) FROM trail") == 1


async def test_a_decision_waits_for_the_batch_that_has_the_alert_in_hand(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal())
        (alert,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT FROM alert FOR UPDATE")
            deciding = asyncio.create_task(inbox(pool).decide(alert.id, Release(seen=1), REVIEWER))
            await asyncio.sleep(0.2)
            assert not deciding.done()
            changed = msgspec.json.encode(msgspec.structs.replace(alert, version=2)).decode()
            await connection.execute("UPDATE alert SET version = 2, body = $1", changed)
        assert await deciding == Refused(Reason.CHANGED_MEANWHILE)


async def test_of_ten_decisions_at_once_one_goes_through(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal())
        (alert,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
        outcomes = await asyncio.gather(
            *(inbox(pool).decide(alert.id, Release(seen=1), REVIEWER) for _ in range(10)),
        )
        assert sum(isinstance(outcome, Alert) for outcome in outcomes) == 1
        assert outcomes.count(Refused(Reason.ALREADY_REVIEWED)) == 9
        assert await pool.fetchval("SELECT count(*) FROM delivery WHERE kind = 'released'") == 1


async def closed(pool: Pool) -> Alert:
    """An alert that was closed."""
    await take(pool, signal())
    (alert,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
    done = Close(seen=3, outcome="niets-nodig", novelty="nee")
    for command, actor in ((Release(seen=1), REVIEWER), (Acknowledge(seen=2), ALMERE), (done, ALMERE)):
        assert isinstance(await inbox(pool).decide(alert.id, command, actor), Alert)
    return alert


NEXT = signal(signal_id="s2", episode=2, at=T0 + timedelta(days=40))


async def test_reopening_waits_for_the_batch_that_opens_a_newer_one_and_is_refused(schema: Schema) -> None:
    async with store(schema) as pool:
        alert, stage = await closed(pool), AlertStage(OFFICES)
        async with pool.acquire() as connection, connection.transaction():
            desk = await stage.load(connection, 0, [NEXT])
            reopening = asyncio.create_task(inbox(pool).decide(alert.id, Reopen(seen=4), ALMERE))
            await asyncio.sleep(0.2)
            stage.step(desk, NEXT)
            for statement in stage.writes(desk):
                await connection.execute(statement.sql, *statement.args)
            assert not reopening.done()
        assert await reopening == Refused(Reason.NEWER_OPEN)


async def test_after_reopening_new_evidence_comes_to_the_alert_that_is_open(schema: Schema) -> None:
    async with store(schema) as pool:
        alert = await closed(pool)
        assert isinstance(await inbox(pool).decide(alert.id, Reopen(seen=4), ALMERE), Alert)
        await take(pool, NEXT)
        (again,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
        assert (again.id, again.state, len(again.episodes)) == (alert.id, State.REOPENED, 2)


async def test_what_is_muted_comes_back_once_by_the_clock_of_the_stream(schema: Schema) -> None:
    async with store(schema) as pool:
        await take(pool, signal(), Tick(at=T0))
        (alert,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
        for command, actor in (
            (Release(seen=1), REVIEWER),
            (Acknowledge(seen=2), ALMERE),
            (Mute(seen=3, days=1), ALMERE),
        ):
            assert isinstance(await inbox(pool).decide(alert.id, command, actor), Alert)
        for hours in (10, 29, 31, 32):  # T0 is 02.10 in the Netherlands; 08.00 the next day is 29 h 50 min later
            await take(pool, Tick(at=T0 + timedelta(hours=hours)))
        (back,) = (await inbox(pool).listing(EVERYTHING, REVIEWER)).alerts
        assert (back.state, back.version, back.muted_until) == (State.ACKNOWLEDGED, 5, None)
        assert await pool.fetchval("SELECT count(*) FROM delivery WHERE kind = 'returned'") == 1


async def test_the_gravest_and_oldest_stand_first(schema: Schema) -> None:
    async with store(schema) as pool:
        for number, (rule, hours) in enumerate([("R1", 5), ("R2", 3), ("R1", 1), ("R2", 4)]):
            at = T0 + timedelta(hours=hours)
            await take(pool, signal(signal_id=f"s{number}", person=f"p{number}", rule=rule, at=at))
        listing = await inbox(pool).listing(EVERYTHING, REVIEWER)
        assert [(alert.rule, alert.raised_at.hour - T0.hour) for alert in listing.alerts] == [
            ("R2", 3),
            ("R2", 4),
            ("R1", 1),
            ("R1", 5),
        ]
