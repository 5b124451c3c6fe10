"""When somebody must hear: in office hours, at night, in the weekend, and when the clock is put forward or back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract.dutch import LOCAL
from vangnet_contract.messages import Tick
from vangnet_contract.policy.hours import Hours
from vangnet_contract.policy.people import Person
from vangnet_contract.policy.rota import Rota
from vangnet_notifier.app import Desk, Office, let_time_pass, take_in
from vangnet_notifier.domain.local_time import at_clock, in_office_hours, next_list, next_opening
from vangnet_notifier.domain.schedule import Pace, digest_due
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
def test_the_next_opening_is_in_office_hours_and_never_further_than_a_weekend_with_a_holiday(minutes: int) -> None:
    moment = local(1, 0) + timedelta(minutes=minutes)
    opening = next_opening(moment, HOURS)
    assert in_office_hours(opening, HOURS) and moment <= opening <= moment + timedelta(days=4)
    listed = next_list(moment, HOURS)
    assert moment < listed <= moment + timedelta(days=4, hours=2)
    assert listed.astimezone(LOCAL).time() == HOURS.list_at and listed.astimezone(LOCAL).isoweekday() <= 5


@pytest.mark.parametrize("wrong", [{"days": [0]}, {"days": []}, {"opens": time(18)}])
def test_hours_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"days|List"):
        Hours(**wrong)


def test_a_public_holiday_is_no_working_day() -> None:
    assert not in_office_hours(local(6, 10, month=4), HOURS)  # Easter Monday
    assert next_list(local(3, 10, month=4), HOURS) == local(7, 8, month=4)
    assert next_opening(local(6, 10, month=4), HOURS) == local(7, 8, 30, month=4)
    assert told(HIGH, local(6, 10, month=4), local(6, 18, month=4), local(7, 8, month=4)) == [(Kind.LIST, 2)]


def test_who_has_duty_by_the_rota_is_told() -> None:
    others = [Person(user=user, name=user, email=f"{user}@x.example") for user in ("ann", "ben")]
    rota = Rota(first_day=date(2026, 3, 2), turns=[["ann"], ["ben"]])
    duty = POLICY.people.on_duty.model_copy(update={"reviewers": others, "rota": rota})
    people = POLICY.people.model_copy(update={"on_duty": duty})
    office = Office(POLICY.model_copy(update={"people": people}), OFFICE.name_alert, OFFICE.name_event, played=False)
    for day, user in ((3, "ann"), (10, "ben")):
        desk = Desk()
        take_in(desk, office, signal(rule=URGENT, at=local(day, 12)))
        assert [[person.user for person in notice.to or ()] for notice in desk.notices] == [[user]]


def test_the_daily_overview_is_due_once_at_the_time_of_the_list() -> None:
    pace = Pace(POLICY.people, played=False)
    assert not digest_due(None, local(3, 9), pace)
    assert digest_due(local(3, 7, 59), local(3, 8), pace) and not digest_due(local(3, 8), local(3, 20), pace)
    assert digest_due(local(2, 9), local(3, 8, 40), pace)  # nobody ticked at eight
    assert not digest_due(local(6, 9), local(8, 9), pace) and digest_due(local(6, 9), local(9, 8), pace)
    assert not digest_due(local(3, 7), local(3, 8), Pace(POLICY.people, played=True))
    quiet = POLICY.people.model_copy(update={"hours": Hours(digest=False)})
    assert not digest_due(local(3, 7), local(3, 8), Pace(quiet, played=False))
