"""R12 and R11: silent partners and unusual weeks, without a person."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract.messages import AreaEvent, Heartbeat, RegionalSignal, Tick
from vangnet_contract.policy.rules import AreaDeviation, SourceSilence
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.area.calendar import number_of
from vangnet_indicators.domain.instants import HOUR as HOUR_US
from vangnet_indicators.domain.instants import instant, micros
from vangnet_indicators.domain.regional.board import Board, Facts, midnight, watch
from vangnet_indicators.domain.regional.deviation import area_deviation
from vangnet_indicators.domain.regional.silence import Arrivals, quiet
from vangnet_simulator.oracle.regional import quiet_since, unusual

from tests.unit.indicators.people import DAY, DEMO, DEMO_BOOK, HOUR, START, record

SILENCE = next(r.condition for r in DEMO.rules if isinstance(r.condition, SourceSilence))
DEVIATION = next(r.condition for r in DEMO.rules if isinstance(r.condition, AreaDeviation))
PARTNERS = [partner.name for partner in DEMO.partners]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def hour_of(at: datetime) -> int:
    return micros(at) // HOUR_US


def hours(came: list[datetime]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for at in came:
        counts[hour_of(at)] = counts.get(hour_of(at), 0) + 1
    return counts


def told(partition: Partition, *messages: Tick | Heartbeat) -> list[RegionalSignal]:
    said = [out for message in messages for out in step(partition, message, DEMO_BOOK)]
    return [out for out in said if isinstance(out, RegionalSignal)]


def beats(at: datetime, *but: str) -> list[Heartbeat]:
    return [Heartbeat(partner=partner, up_to=at) for partner in PARTNERS if partner not in but]


def test_three_hours_without_a_heartbeat_and_the_next_one_ends_it() -> None:
    partition = Partition(0, None, {})
    assert told(partition, Tick(at=START), *beats(START), Tick(at=START + 2 * HOUR)) == []
    (raised,) = told(partition, *beats(START + 2 * HOUR, "politie"), Tick(at=START + 3 * HOUR))
    assert (raised.change, raised.rule, raised.partner, raised.sign) == ("raised", "R12", "politie", "heartbeat")
    assert (raised.since, raised.crossed_at, raised.mode) == (START, START + 3 * HOUR, "actief")
    assert told(partition, Tick(at=START + 4 * HOUR)) == []
    (ended,) = told(partition, *beats(START + 4 * HOUR), Tick(at=START + 4 * HOUR))
    assert (ended.change, ended.id, ended.ended_at) == ("ended", raised.id, START + 4 * HOUR)


def test_a_partner_that_never_delivered_is_silent_three_hours_after_the_first_tick() -> None:
    partition = Partition(0, None, {})
    assert told(partition, Tick(at=START), *beats(START + 3 * HOUR, "ggz"), Tick(at=START + 2 * HOUR)) == []
    (raised,) = told(partition, Tick(at=START + 3 * HOUR))
    assert (raised.partner, raised.since, raised.crossed_at) == ("ggz", None, START + 3 * HOUR)


def test_only_the_owner_of_partition_0_speaks_about_the_region() -> None:
    assert told(Partition(1, None, {}), Tick(at=START), Tick(at=START + 4 * HOUR)) == []


def test_heartbeats_that_go_back_and_repeated_ticks_say_nothing_new() -> None:
    partition = Partition(0, None, {})
    told(partition, Tick(at=START), *beats(START), Tick(at=START + 3 * HOUR))
    assert told(partition, *beats(START - HOUR), Tick(at=START + 3 * HOUR), Tick(at=START)) == []


@pytest.mark.parametrize(("a_day", "days", "silent"), [(7, 1, True), (6, 1, False), (6, 2, True), (100, 0.9, False)])
def test_no_events_where_seven_were_to_be_expected_for_a_day(a_day: int, days: float, silent: bool) -> None:
    came = [START + day * DAY + n * (24 / a_day) * HOUR for day in range(70) for n in range(a_day)]
    last = max(came).replace(minute=0, second=0, microsecond=0) + HOUR
    now = last + int(days * 24) * HOUR
    found = quiet(Arrivals(hours(came)), hour_of(now), SILENCE)
    assert (found is not None) == silent
    assert found is None or instant(found.since) == last


@given(st.randoms(use_true_random=False), st.integers(1, 40), st.integers(0, 24 * 9))
def test_quiet_equals_the_oracle(chance: random.Random, a_week: int, after: int) -> None:
    came = [START + chance.random() * 70 * DAY for _ in range(a_week * 10)]
    now = max(came).replace(minute=0, second=0, microsecond=0) + after * HOUR
    found, expected = quiet(Arrivals(hours(came)), hour_of(now), SILENCE), quiet_since(came, now)
    assert (found is None) == (expected is None)
    if found and expected:
        assert instant(found.since) == expected[0] and found.expected == pytest.approx(expected[1])


def play(came: list[datetime], ticks: list[datetime]) -> list[RegionalSignal]:
    """What is said about `politie` when every clock has come to each Tick before the next."""
    board, said = Board.new(ticks[0]), []
    for before, tick in pairwise(ticks):
        facts = Facts(micros(before), {"politie": hours([at for at in came if at < before])})
        delivered = dict.fromkeys(PARTNERS, micros(tick))
        said += watch(board, DEMO_BOOK, delivered, tick, facts)
    return said


def test_silence_is_said_once_and_ended_when_events_come_again_however_the_clock_ticks() -> None:
    came = [START + n * 2 * HOUR for n in range(12 * 60)] + [START + 62 * DAY + n * HOUR for n in range(30)]
    hourly = play(came, [START + 50 * DAY + n * HOUR for n in range(24 * 14)])
    daily = play(came, [START + 50 * DAY + n * DAY for n in range(15)])
    assert [(s.change, s.sign, s.partner) for s in hourly] == [
        ("raised", "events", "politie"),
        ("ended", "events", "politie"),
    ]
    assert hourly == daily
    last = came[12 * 60 - 1] + HOUR
    assert (hourly[0].since, hourly[0].at) == (last, last + DAY)
    assert hourly[1].ended_at == START + 62 * DAY + HOUR


def test_nothing_is_judged_before_every_clock_has_passed_it() -> None:
    came = [START + n * 2 * HOUR for n in range(12 * 60)]
    board = Board.new(START + 60 * DAY)
    late = Facts(micros(START + 60 * DAY), {"politie": hours(came)})
    delivered = dict.fromkeys(PARTNERS, micros(START + 70 * DAY))
    assert watch(board, DEMO_BOOK, delivered, START + 70 * DAY, late) == []
    (raised,) = watch(board, DEMO_BOOK, delivered, START + 70 * DAY, Facts(micros(START + 70 * DAY), late.arrivals))
    assert raised.at == came[-1] + HOUR + DAY


def test_an_event_counts_in_the_hour_of_the_stream_in_which_it_came_and_a_correction_not_at_all() -> None:
    partition = Partition(3, START + 5 * HOUR, {})
    for event, at in ((record("a", START), START), (record("b", START), START + 7 * HOUR)):
        came = type(event)(**{name: getattr(event, name) for name in event.__struct_fields__} | {"received_at": at})
        step(partition, AreaEvent(change="added", record=came, traceable=True), DEMO_BOOK)
    corrected = record("a", START, revision=1)
    step(partition, AreaEvent(change="removed", record=record("a", START), traceable=True), DEMO_BOOK)
    step(partition, AreaEvent(change="added", record=corrected, traceable=True), DEMO_BOOK)
    assert partition.arrivals == {
        ("politie", hour_of(START + 5 * HOUR)): 1,
        ("politie", hour_of(START + 7 * HOUR)): 1,
    }


@given(st.lists(st.integers(0, 60), min_size=9, max_size=9))
def test_an_unusual_week_equals_the_oracle(weekly: list[int]) -> None:
    assert area_deviation(weekly, DEVIATION, DEVIATION.at_least) == unusual(weekly)


@pytest.mark.parametrize(
    ("weekly", "holds"),
    [([4] * 8 + [10], False), ([4] * 8 + [11], True), ([0] * 8 + [9], False), ([0] * 8 + [10], True)],
)
def test_the_edge_of_an_unusual_week(weekly: list[int], holds: bool) -> None:
    assert area_deviation(weekly, DEVIATION, DEVIATION.at_least) is holds


def test_an_unusual_week_is_said_on_monday_goes_on_with_the_next_and_ends_with_a_usual_one() -> None:
    board, said = Board.new(MONDAY + HOUR), []
    for week, counts in enumerate([[2] * 8 + [20], [2] * 7 + [20, 40], [2] * 6 + [20, 40, 3]], 1):
        monday = number_of(MONDAY.date()) + 7 * week
        tick = midnight(monday) + HOUR
        weekly = {monday: {"GM0034": counts, "GM0995": [2] * 9}}
        early = Facts(micros(midnight(monday)) - 1, weekly=weekly)
        delivered = dict.fromkeys(PARTNERS, micros(tick))
        said += watch(board, DEMO_BOOK, delivered, tick, early)
        assert len(said) == week - 1
        said += watch(board, DEMO_BOOK, delivered, tick, Facts(micros(tick), weekly=weekly))
    assert [(s.change, s.rule, s.place, s.counted, s.mode) for s in said] == [
        ("raised", "R11", "GM0034", 20, "schaduw"),
        ("updated", "R11", "GM0034", 40, "schaduw"),
        ("ended", "R11", "GM0034", 40, "schaduw"),
    ]
    assert len({s.id for s in said}) == 1
    assert said[0].since == midnight(number_of(MONDAY.date())) and said[0].expected == 2
    assert midnight(number_of(datetime(2026, 3, 30).date())) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_each_rule_compares_with_as_many_weeks_as_it_says() -> None:
    """Two months ago there were many: who looks back eight weeks finds thirty usual, who looks back four does not."""
    rule = next(rule for rule in DEMO.rules if isinstance(rule.condition, AreaDeviation))
    short = rule.model_copy(update={"id": "R99", "condition": DEVIATION.model_copy(update={"weeks": 4})})
    book = msgspec.structs.replace(DEMO_BOOK, deviations=(rule, short))
    monday, tick = number_of(MONDAY.date()), MONDAY + DAY
    weekly = {monday: {"GM0034": [60] * 4 + [5] * 4 + [30]}}
    board = Board.new(tick - 7 * DAY)
    said = watch(board, book, dict.fromkeys(PARTNERS, micros(tick)), tick, Facts(micros(tick), weekly=weekly))
    assert [(one.rule, one.expected) for one in said] == [("R99", 5.0)]
