"""Public holidays, against days that are known."""

from datetime import date, timedelta

import pytest
from vangnet_contract.holidays import easter, kings_day, public_holidays
from vangnet_contract.policy.hours import Hours


@pytest.mark.parametrize(
    "sunday",
    [date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2019, 4, 21), date(2024, 3, 31), date(2025, 4, 20),
     date(2026, 4, 5), date(2027, 3, 28), date(2030, 4, 21), date(2038, 4, 25), date(2076, 4, 19)],
)  # fmt: skip
def test_easter(sunday: date) -> None:
    assert easter(sunday.year) == sunday


def test_easter_is_a_sunday_between_22_march_and_25_april() -> None:
    for year in range(1900, 2200):
        assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25) and easter(year).isoweekday() == 7


def test_the_year_2026() -> None:
    assert sorted(public_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 4, 27),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


def test_kings_day_is_never_a_sunday_and_liberation_is_off_once_in_five_years() -> None:
    assert (kings_day(2025), kings_day(2026)) == (date(2025, 4, 26), date(2026, 4, 27))
    assert date(2025, 5, 5) in public_holidays(2025) and date(2026, 5, 5) not in public_holidays(2026)
    assert public_holidays(2008)[date(2008, 5, 1)] == "Hemelvaartsdag"


def test_working_days() -> None:
    hours = Hours(closed=[date(2026, 5, 15)])
    off = [date(2026, 5, 14), date(2026, 5, 15), date(2026, 5, 16)]  # Ascension, the day after, Saturday
    assert not any(map(hours.works, off)) and hours.works(off[-1] + timedelta(days=2))
    assert Hours(holidays=False).works(date(2026, 5, 14))
