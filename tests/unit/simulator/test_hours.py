"""Local time: reports come in the hours in which they come in Flevoland, also when the clock is changed."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from vangnet_simulator.local_time import (
    LOCAL,
    epoch,
    in_office_hours,
    in_weekend,
    office_moment,
    report_moment,
    written,
)


def test_a_wall_time_that_summer_time_skips_is_an_hour_later() -> None:
    assert written(epoch(date(2026, 3, 29), 2 * 3600 + 1800)) == "2026-03-29T03:30:00+02:00"


def test_the_hour_that_comes_twice_is_taken_once() -> None:
    assert written(epoch(date(2026, 10, 25), 2 * 3600)) == "2026-10-25T02:00:00+02:00"
    assert written(epoch(date(2026, 10, 25), 2 * 3600) + 3600) == "2026-10-25T02:00:00+01:00"


@pytest.mark.parametrize(
    ("local", "office"),
    [
        ("2026-06-05T07:59:59", False),
        ("2026-06-05T08:00", True),
        ("2026-06-05T17:59", True),
        ("2026-06-05T18:00", False),
        ("2026-06-06T12:00", False),
    ],
)
def test_office_hours_are_eight_to_six_on_weekdays(local: str, office: bool) -> None:
    assert in_office_hours(datetime.fromisoformat(local).replace(tzinfo=LOCAL).timestamp()) is office


def test_reports_spread_as_published() -> None:
    rng = Random(1)
    days = [epoch(date(2026, 1, 1) + timedelta(days=n % 364)) for n in range(20_000)]
    moments = [report_moment(rng, day) for day in days]
    assert sum(not in_office_hours(at) for at in moments) / len(moments) == pytest.approx(0.69, abs=0.02)
    assert sum(in_weekend(at) for at in moments) / len(moments) == pytest.approx(1 / 3, abs=0.015)


def test_offices_register_on_the_next_working_day() -> None:
    friday = epoch(date(2026, 6, 5), 3600)
    at = office_moment(Random(1), friday)
    assert in_office_hours(at) and written(at).startswith("2026-06-08")
