"""Silent partners and unusual weeks: counted on eight partitions, told by the owner of one, the same after a kill."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from vangnet_contract.messages import AreaEvent, EventRecord, Heartbeat, PersonsMessage, RegionalSignal, Tick
from vangnet_indicators.domain.area.calendar import number_of
from vangnet_indicators.domain.regional.board import midnight
from vangnet_simulator.oracle.regional import quiet_since, unusual

from tests.integration.indicators.region import Region
from tests.integration.indicators.test_service import answer, eventually
from tests.unit.indicators.people import DAY, DEMO, HOUR, record

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
"""Later than what test_path tells the same region, earlier than test_service. Clocks change in between."""
DAYS = 75
PARTNERS = [partner.name for partner in DEMO.partners]
BUSY_WEEK = range(35, 42)


def came() -> list[EventRecord]:
    """Twelve reports a day in two places; 25 more in one week; nothing in the last four days."""
    chance = random.Random(11)
    times = [MONDAY + (day + chance.random()) * DAY for day in range(DAYS - 4) for _ in range(12)]
    places = [chance.choice(("GM0034", "GM0995")) for _ in times]
    times += [MONDAY + (day + chance.random()) * DAY for day in BUSY_WEEK for _ in range(12)]
    places += ["GM0303"] * (len(times) - len(places))
    return sorted(
        (record(f"e{n}", at, municipality=place) for n, (at, place) in enumerate(zip(times, places, strict=True))),
        key=lambda one: one.occurred_at,
    )


def day_by_day(events: list[EventRecord]) -> Iterator[list[PersonsMessage]]:
    """What each day brings; every partner's heartbeat and the Tick come at midnight."""
    for number in range(DAYS):
        end = MONDAY + (number + 1) * DAY
        today = [one for one in events if end - DAY <= one.received_at < end]
        yield [
            *(AreaEvent(change="added", record=one, traceable=False) for one in today),
            *(Heartbeat(partner=partner, up_to=end) for partner in PARTNERS if partner != "wonen" or number < 60),
            Tick(at=end),
        ]


async def test_what_is_said_equals_the_oracle_and_is_said_once(region: Region) -> None:
    events = came()
    plan = list(day_by_day(events))
    environment = region.environment()
    with region.running(environment) as process:
        before = region.sent
        await region.send([message for day in plan[:40] for message in day], repeat=random.Random(3))
        deadline = time.monotonic() + 30
        while (await region.progress())[0] < (before + region.sent) // 2:
            assert time.monotonic() < deadline, region.log()[-3000:]
        process.kill()
    with region.running(environment):
        await region.send([message for day in plan[40:] for message in day])
        await region.done(60.0)
        await region.send([plan[-1][-1]])  # now every clock has come to it
        await region.done()
        metrics = environment["VANGNET_METRICS_PORT"]
        for sample in (
            'silent{partner="wonen",sign="heartbeat"} 1.0',
            'silent{partner="politie",sign="events"} 1.0',
            'silent{partner="politie",sign="heartbeat"} 0.0',
        ):
            eventually(lambda sample=sample: sample in answer(metrics, "/metrics")[1])
    said = await region.said()
    assert [place for place, messages in said.items() if any(isinstance(m, RegionalSignal) for m in messages)] == [0]
    told = [message for message in said[0] if isinstance(message, RegionalSignal)]
    found = {
        sign: [(s.change, s.partner or s.place, s.at) for s in told if s.sign == sign]
        for sign in ("heartbeat", "events", None)
    }
    assert found["heartbeat"] == [("raised", "wonen", MONDAY + 61 * DAY)]
    assert found["events"] == expected_silence(events)
    assert found[None] == expected_weeks(events)
    assert ("raised", "GM0303", MONDAY + 42 * DAY - 2 * HOUR) in found[None]
    assert len({(s.id, s.at) for s in told}) == len(told)


def expected_silence(events: list[EventRecord]) -> list[tuple[str, str, datetime]]:
    times = [one.received_at for one in events]
    said, silent, now = [], False, MONDAY + DAY + HOUR
    while now <= MONDAY + DAYS * DAY:
        if (quiet_since(times, now) is not None) != silent:
            silent = not silent
            said.append(("raised" if silent else "ended", "politie", now))
        now += HOUR
    return said


def expected_weeks(events: list[EventRecord]) -> list[tuple[str, str, datetime]]:
    said, standing = [], set[str]()
    for week in range(1, DAYS // 7 + 1):
        monday = number_of(MONDAY.date()) + 7 * week
        for place in ("GM0034", "GM0303", "GM0995"):
            weekly = [
                sum(one.municipality == place and midnight(m) <= one.occurred_at < midnight(m + 7) for one in events)
                for m in range(monday - 63, monday, 7)
            ]
            if unusual(weekly) or place in standing:
                change = ("updated" if place in standing else "raised") if unusual(weekly) else "ended"
                standing = standing | {place} if unusual(weekly) else standing - {place}
                said.append((change, place, midnight(monday)))
    return said
