"""Calendar days and office hours in Europe/Amsterdam. A day is a number: days since 1 January 1970, local date."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from vangnet_indicators.domain.instants import HOUR

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(1970, 1, 1).toordinal()
OPENS, CLOSES = 8, 18
SATURDAY = 5


class LocalHour(NamedTuple):
    """What is the same during a whole hour of UTC: since 1940 the zone's offset is whole hours."""

    day: int
    outside_office: bool


def day_of(time: int) -> int:
    """The local day of a time (µs)."""
    return local_hour(time // HOUR).day


def outside_office(time: int) -> bool:
    """Whether a time (µs) lies outside Monday to Friday, 08:00 ≤ local time < 18:00. Public holidays are ordinary days."""
    return local_hour(time // HOUR).outside_office


@lru_cache(maxsize=100_000)
def local_hour(hour: int) -> LocalHour:
    """By hours since 1970 UTC."""
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)).astimezone(ZONE)
    office = local.weekday() < SATURDAY and OPENS <= local.hour < CLOSES
    return LocalHour(number_of(local.date()), not office)


def number_of(day: date) -> int:
    """1970-01-01 → 0."""
    return day.toordinal() - FIRST


def date_of(number: int) -> date:
    """0 → 1970-01-01."""
    return date.fromordinal(number + FIRST)
