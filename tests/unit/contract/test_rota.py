"""The rota in local time: turns follow each other, also over the hours at which clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from pydantic import ValidationError
from vangnet_contract.dutch import LOCAL
from vangnet_contract.policy.people import OnDuty, Person
from vangnet_contract.policy.rota import Rota, Swap

PEOPLE = [Person(user=user, name=user, email=f"{user}@x.example") for user in ("ann", "ben", "cas")]
ROTA = Rota(first_day=date(2026, 3, 2), turns=[["ann"], ["ben"], ["cas", "ann"]])


def local(month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL, fold=fold).astimezone(UTC)


def test_turns_follow_each_other_from_the_handover_on() -> None:
    assert [ROTA.users_at(local(3, day, 8)) for day in (2, 8, 9, 16, 23)] == [
        ["ann"],
        ["ann"],
        ["ben"],
        ["cas", "ann"],
        ["ann"],
    ]
    assert ROTA.users_at(local(3, 9, 7, 59)) == ["ann"] and ROTA.users_at(local(3, 9, 8)) == ["ben"]
    assert ROTA.users_at(local(3, 2, 7, 59)) == ["cas", "ann"]


def test_a_swap_is_for_one_day() -> None:
    swapped = Rota(**ROTA.model_dump() | {"swaps": [Swap(day=date(2026, 3, 4), users=["cas"])]})
    assert [swapped.users_at(local(3, day, 12)) for day in (3, 4, 5)] == [["ann"], ["cas"], ["ann"]]
    assert swapped.users_at(local(3, 5, 7)) == ["cas"]
    assert [users for _, users in swapped.ahead(local(3, 2, 12), 14)] == [["ann"], ["cas"], ["ann"], ["ben"]]


@pytest.mark.parametrize(
    ("around", "begins"),
    [
        (local(3, 29, 0), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # 02.30 is skipped: 03.30
        (local(10, 25, 0), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02.30 comes twice: the first
    ],
)
def test_on_the_night_of_another_clock_there_is_one_handover(around: datetime, begins: datetime) -> None:
    rota = Rota(first_day=date(2026, 1, 1), days=1, handover=time(2, 30), turns=[["ann"], ["ben"]])
    moments = [around + timedelta(minutes=10 * n) for n in range(40)]
    changes = [later for one, later in pairwise(moments) if rota.users_at(one) != rota.users_at(later)]
    assert changes == [begins]


def test_only_those_who_have_duty_are_told() -> None:
    duty = OnDuty(reviewers=PEOPLE, escalation=PEOPLE[:1], rota=ROTA)
    assert [person.user for person in duty.reviewers_at(local(3, 17, 12))] == ["ann", "cas"]
    assert OnDuty(reviewers=PEOPLE, escalation=PEOPLE[:1]).reviewers_at(local(3, 17, 12)) == PEOPLE


@pytest.mark.parametrize("turns", [[["ann"], ["zoe"]], [["ann"], []]])
def test_a_rota_names_reviewers(turns: list[list[str]]) -> None:
    with pytest.raises(ValidationError):
        OnDuty(reviewers=PEOPLE, escalation=PEOPLE[:1], rota=Rota(first_day=date(2026, 3, 2), turns=turns))
