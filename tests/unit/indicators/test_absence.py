"""R6b, R9 and the edges of other rules by hand: silence of partners, many at once, windows on special days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from vangnet_contract.messages import Heartbeat, Signal, Tick
from vangnet_indicators.app import DUE_AT_ONCE, Partition, step
from vangnet_indicators.domain.register import register

from tests.unit.indicators.people import (
    ADMISSION,
    AUTHORISATION,
    BOOK,
    CARE,
    CARERS,
    DAY,
    DEMO_BOOK,
    ENDED,
    GOING_ON,
    HOUR,
    PERSONS,
    POLICE,
    SHELTER,
    START,
    STARTED,
    Kind,
    Logged,
    change,
    play,
    record,
)

TINY = timedelta(microseconds=1)
V = START + 60 * DAY
DUE = V + 14 * DAY


def heartbeats(at: datetime, *partners: str) -> list[Logged]:
    return [Heartbeat(partner=partner, up_to=at) for partner in partners or CARERS]


def open_for_long() -> Logged:
    """Somebody in view since START, with an occurrence at V."""
    return change(V, [record("first", START), record("v", V)])


def r6b(*messages: Logged) -> list[tuple[str, datetime, str]]:
    return [(s.change, s.at, s.in_care) for s in play(*messages, book=BOOK) if s.rule == "R6b"]


def test_no_care_for_14_days_is_said_once_when_everyone_has_delivered() -> None:
    early = [*heartbeats(DUE - HOUR), Tick(at=DUE + HOUR), *heartbeats(DUE, "ggz"), Tick(at=DUE + 2 * HOUR)]
    raised = r6b(open_for_long(), *early, *heartbeats(DUE), Tick(at=DUE + 3 * HOUR), Tick(at=DUE + 4 * HOUR))
    assert raised == [("raised", DUE + 3 * HOUR, "no")]


def test_a_night_without_broker_or_a_silent_partner_makes_no_absence_signal() -> None:
    partition = Partition(0, None, {})
    quiet = [open_for_long(), *heartbeats(DUE, "ggz"), Tick(at=DUE), Tick(at=DUE + 300 * DAY)]
    assert not [s for m in quiet for s in step(partition, m, BOOK) if isinstance(s, Signal) and s.rule == "R6b"]
    entries = [e for p in partition.persons.values() for e in register(p, BOOK, partition.tick, partition.delivered)]
    assert [(e.crossed_at, e.silent) for e in entries if e.state == "unjudged" and e.rule == "R6b"][-1] == (
        DUE,
        ["gemeente"],
    )


def test_what_is_judged_after_the_signal_horizon_is_history() -> None:
    late = DUE + 14 * DAY
    assert r6b(open_for_long(), *heartbeats(late), Tick(at=late)) == [("raised", late, "no")]
    assert r6b(open_for_long(), *heartbeats(late), Tick(at=late + TINY)) == []


@pytest.mark.parametrize(
    ("kind", "at", "missing"),
    [
        ((CARE, STARTED), V + DAY, False),
        ((CARE, GOING_ON), DUE, False),
        ((CARE, STARTED), DUE + TINY, True),
        (ADMISSION, V + DAY, False),
        ((AUTHORISATION, GOING_ON), V + DAY, False),
        ((CARE, ENDED), V + DAY, True),
        (POLICE, V + DAY, True),
        ((CARE, GOING_ON), V - 20 * DAY, False),
        ((CARE, GOING_ON), V - 46 * DAY, True),
    ],
)
def test_care_in_time_or_already_there_is_no_absence(kind: Kind, at: datetime, missing: bool) -> None:
    told = [open_for_long(), change(DUE, [record("c", at, kind)]), *heartbeats(DUE), Tick(at=DUE)]
    assert bool(r6b(*told)) == missing


def test_who_was_not_followed_for_45_days_is_not_known_to_be_without_care() -> None:
    new = change(V, [record("v", V)])
    assert r6b(new, *heartbeats(DUE), Tick(at=DUE)) == []
    edge = [change(V, [record("first", V - 45 * DAY + by), record("v", V)]) for by in (timedelta(), TINY)]
    assert [bool(r6b(one, *heartbeats(DUE), Tick(at=DUE))) for one in edge] == [True, False]


def test_where_somebody_tells_of_care_without_persons_nothing_can_be_known() -> None:
    there = change(V, [record("first", START), record("v", V, municipality="GM0303")])
    assert r6b(there, *heartbeats(DUE), Tick(at=DUE)) == []


def test_a_late_event_of_care_takes_the_absence_back() -> None:
    late = change(DUE + HOUR, [record("c", V + DAY, (CARE, STARTED))])
    told = r6b(open_for_long(), *heartbeats(DUE), Tick(at=DUE), late)
    assert [what for what, *_ in told] == ["raised", "withdrawn"]


def test_leaving_without_follow_up_is_r9_and_an_incident_is_no_follow_up() -> None:
    left = change(V, [record("o", START), record("e", V, (SHELTER, ENDED)), record("i", V + DAY)])
    told = play(left, *heartbeats(DUE), Tick(at=DUE), Tick(at=DUE + 30 * DAY), book=BOOK)
    assert [(s.change, s.ended_at) for s in told if s.rule == "R9"] == [("raised", None), ("ended", DUE + 30 * DAY)]


def test_thousands_due_at_once_follow_in_parts_each_once() -> None:
    partition, count = Partition(0, None, {}), DUE_AT_ONCE + 7
    names = [f"{n:032x}" for n in range(count)]
    for n, name in enumerate(names):
        first = [record(f"a{n}", START), record(f"v{n}", V)]
        step(partition, change(V, first, person=name), BOOK)
    for message in heartbeats(DUE):
        step(partition, message, BOOK)
    said = [[s.person for s in step(partition, Tick(at=DUE), BOOK) if isinstance(s, Signal)] for _ in range(3)]
    assert [len(part) for part in said] == [DUE_AT_ONCE, 7, 0]
    assert sorted(name for part in said for name in part) == names


AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2028-02-29", "2026-12-31", "2027-01-01"])
@pytest.mark.parametrize("clock", ["00:00", "02:30", "23:59:59.999999"])
def test_an_occurrence_at_exactly_t_minus_90_days_does_not_count(day: str, clock: str) -> None:
    begin = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=AMSTERDAM).astimezone(START.tzinfo)
    for by, raised in ((timedelta(), []), (-TINY, ["R1"])):
        at = begin + timedelta(seconds=90 * 86_400) + by
        nights = [record(f"e{n}", begin + n * 20 * DAY) for n in range(3)]
        told = play(change(at, [*nights, record("z", at)], person=PERSONS[0]), book=DEMO_BOOK)
        assert [s.rule for s in told] == raised
