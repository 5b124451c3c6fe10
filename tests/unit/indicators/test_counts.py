"""Person counts equal the oracle's at every moment; edges by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import EventRecord
from vangnet_contract.policy import OccurrenceGap
from vangnet_indicators.domain.counts import WINDOWS, counts
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import micros
from vangnet_simulator.oracle import counting

from tests.unit.indicators.people import AMBULANCE, DAY, HOUR, POLICE, START, events, fact, moments, record

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def told(records: list[EventRecord], as_of: datetime) -> dict[int, tuple[int, int]]:
    return {days: counting.counts([fact(one) for one in records], as_of, days) for days in WINDOWS}


def counted(records: list[EventRecord], as_of: datetime) -> dict[int, tuple[int, int]]:
    history = History()
    for one in records:
        history.add(one)
    found = counts(history.packed, micros(as_of), OccurrenceGap())
    return {count.days: (count.events, count.occurrences) for count in found}


@settings(max_examples=150, deadline=None)
@given(st.lists(events, max_size=25), moments, st.randoms())
def test_counts_equal_the_oracle_whatever_the_order_of_arrival(drawn, as_of, random) -> None:
    records = [record(f"e{n}", *event) for n, event in enumerate(drawn)]
    expected = told(records, as_of)
    random.shuffle(records)
    assert counted(records, as_of) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(events, max_size=12), st.lists(st.integers(0, 100), max_size=8), moments)
def test_what_was_removed_never_counted(drawn, picks, as_of) -> None:
    records, history = [record(f"e{n}", *event) for n, event in enumerate(drawn)], History()
    for one in records:
        history.add(one)
    for pick in picks:
        if records:
            history.remove(records.pop(pick % len(records)))
    found = counts(history.packed, micros(as_of), OccurrenceGap())
    assert {c.days: (c.events, c.occurrences) for c in found} == told(records, as_of)


@pytest.mark.parametrize("days", [7, 30, 90, 365])
def test_a_window_is_open_at_its_beginning_and_closed_at_its_end(days: int) -> None:
    t, tiny = START + 400 * DAY, timedelta(microseconds=1)
    for moment, inside in [(t - days * DAY, 0), (t - days * DAY + tiny, 1), (t, 1), (t + tiny, 0)]:
        assert counted([record("a", moment)], t)[days] == (inside, inside), moment


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2028-02-29", "2026-12-31", "2026-01-01"])
@pytest.mark.parametrize("clock", ["00:00", "01:30", "23:59:59.999999"])
def test_windows_are_elapsed_time_over_clock_changes_leap_days_midnight_and_year_ends(day: str, clock: str) -> None:
    t = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=AMSTERDAM)
    begin = t.astimezone(UTC) - timedelta(seconds=7 * 86_400)
    at_begin, after = record("a", begin), record("b", begin + timedelta(microseconds=1))
    assert counted([at_begin, after], t)[7][0] == 1
    assert counted([at_begin, after], t) == told([at_begin, after], t)


def test_a_night_of_several_partners_is_five_events_and_one_occurrence() -> None:
    night = [record(f"e{n}", START + n * HOUR, [POLICE, AMBULANCE][n % 2]) for n in range(5)]
    assert counted(night, START + DAY)[7] == (5, 1)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [([0, 6], 1), ([0, 6.001], 2), ([0, 6, 12, 18, 24], 1), ([0, 6, 12, 18, 24, 24.001], 2), ([0, 0, 0], 1)],
)
def test_an_occurrence_ends_6_hours_after_its_last_and_24_hours_after_its_first_event(hours, expected) -> None:
    records = [record(f"e{n}", START + hour * HOUR) for n, hour in enumerate(hours)]
    assert counted(records, START + 3 * DAY)[7][1] == expected


def test_an_occurrence_that_began_before_the_window_does_not_count_though_its_last_event_does() -> None:
    t = START + 7 * DAY
    assert counted([record("a", START), record("b", START + HOUR)], t)[7] == (1, 0)


def test_care_and_requests_are_no_incidents() -> None:
    records = [
        record("a", START, "nl.oggz-signalen.ggz.opname.v1"),
        record("b", START, "nl.oggz-signalen.client.eigen-melding.v1"),
    ]
    assert counted(records, START + HOUR)[7] == (0, 0)
