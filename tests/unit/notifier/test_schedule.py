"""When somebody must hear: in office hours, at night, in the weekend, and when the clock is put forward or back."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract.dutch import LOCAL
from vangnet_contract.messages import Tick
from vangnet_contract.policy.hours import Hours
from vangnet_notifier.app import Desk, Office, let_time_pass, take_in
from vangnet_notifier.domain.local_time import at_clock, in_office_hours, next_list, next_opening
from vangnet_notifier.domain.words import Kind

from tests.unit.notifier.signals import OFFICE, POLICY, signal

HOURS = Hours()
REAL = Office(POLICY, OFFICE.name_alert, OFFICE.name_event, played=False)
URGENT, HIGH, LOW = "R2", "R1", "R5"


def local(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """March 2026: the 2nd is a Monday, the clock goes forward on Sunday the 29th."""
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL).astimezone(UTC)


def told(rule: str, raised: datetime, *ticks: datetime) -> list[tuple[Kind, int]]:
    """Kinds of mail, each with the number of the Tick after which it came (0 = at once)."""
    desk, found = Desk(), []
    take_in(desk, REAL, signal(rule=rule, at=raised))
    found += [(notice.kind, 0) for notice in desk.notices]
    for number, tick in enumerate(ticks, 1):
        before = len(desk.notices)
        let_time_pass(desk, REAL, Tick(at=tick))
        found += [(notice.kind, number) for notice in desk.notices[before:]]
    return found


def test_the_gravest_is_told_at_night_and_goes_to_the_on_call_reviewer_after_half_an_hour() -> None:
    assert told(URGENT, local(1, 2), local(1, 2, 29), local(1, 2, 30), local(1, 9)) == [
        (Kind.CANDIDATE, 0),
        (Kind.ESCALATION, 2),
    ]


def test_grave_is_told_at_once_in_office_hours() -> None:
    assert told(HIGH, local(2, 10), local(2, 10, 29), local(2, 10, 31)) == [(Kind.CANDIDATE, 0), (Kind.ESCALATION, 2)]


def test_grave_waits_at_night_and_in_the_weekend_for_the_list_of_the_next_working_day() -> None:
    assert told(HIGH, local(6, 22), local(7, 9), local(9, 7, 59), local(9, 8)) == [(Kind.LIST, 3)]
    assert told(HIGH, local(3, 2), local(3, 8)) == [(Kind.LIST, 1)]


def test_the_rest_is_on_the_list_only() -> None:
    assert told(LOW, local(2, 10), local(2, 17), local(3, 8), local(4, 8)) == [(Kind.LIST, 2)]


def test_where_time_is_played_everything_is_told_at_once() -> None:
    desk = Desk()
    take_in(desk, OFFICE, signal(rule=LOW, at=local(1, 2)))
    assert [notice.kind for notice in desk.notices] == [Kind.CANDIDATE]


def test_the_list_comes_at_eight_by_the_clock_on_the_wall_when_it_is_put_forward_and_back() -> None:
    hours = Hours(days=[1, 2, 3, 4, 5, 6, 7])
    assert next_list(local(28, 9), hours) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert next_list(local(27, 9), hours) == datetime(2026, 3, 28, 7, tzinfo=UTC)
    assert next_list(local(24, 9, month=10), hours) == datetime(2026, 10, 25, 7, tzinfo=UTC)
    assert at_clock(local(28, 9), 1, time(2, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # skipped: an hour later
    assert at_clock(local(24, 9, month=10), 1, time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first


@given(st.integers(0, 366 * 24 * 60))
def test_the_next_opening_is_in_office_hours_and_never_further_than_a_weekend(minutes: int) -> None:
    moment = local(1, 0) + timedelta(minutes=minutes)
    opening = next_opening(moment, HOURS)
    assert in_office_hours(opening, HOURS) and moment <= opening <= moment + timedelta(days=3)
    listed = next_list(moment, HOURS)
    assert moment < listed <= moment + timedelta(days=3, hours=2)
    assert listed.astimezone(LOCAL).time() == HOURS.list_at and listed.astimezone(LOCAL).isoweekday() <= 5


@pytest.mark.parametrize("wrong", [{"days": [0]}, {"days": []}, {"opens": time(18)}])
def test_hours_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"days|List"):
        Hours(**wrong)
