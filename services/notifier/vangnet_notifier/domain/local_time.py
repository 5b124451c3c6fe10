"""Office hours and rounds in local time: a day is a day of the calendar, however many hours it has."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from vangnet_contract.dutch import LOCAL
from vangnet_contract.policy.hours import Hours

FURTHEST = 1000
"""Days ahead in which there is a working day, whatever is closed."""


def at_clock(moment: datetime, days: int, clock: time) -> datetime:
    """That time of the day, so many calendar days after the local day of `moment`. A time that summer time skips: an hour later;
    one that comes twice: the first."""
    return _at(moment.astimezone(LOCAL).date() + timedelta(days=days), clock)


def in_office_hours(moment: datetime, hours: Hours) -> bool:
    """Whether somebody is there who need not be woken."""
    local = moment.astimezone(LOCAL)
    return hours.works(local.date()) and hours.opens <= local.time() < hours.closes


def next_list(moment: datetime, hours: Hours) -> datetime:
    """The next time of the list on a working day, after `moment`."""
    return _next(moment, hours, hours.list_at)


def next_opening(moment: datetime, hours: Hours) -> datetime:
    """`moment` itself in office hours, else when the office opens next."""
    return moment if in_office_hours(moment, hours) else _next(moment, hours, hours.opens)


def working_days_later(moment: datetime, days: int, hours: Hours) -> datetime:
    """The same time of the day so many working days on."""
    local = moment.astimezone(LOCAL)
    ahead = (local.date() + timedelta(days=n) for n in range(1, FURTHEST))
    working = islice((day for day in ahead if hours.works(day)), days - 1, None)
    return _at(next(working), local.time())


def _next(moment: datetime, hours: Hours, clock: time) -> datetime:
    today = moment.astimezone(LOCAL).date()
    days = (today + timedelta(days=n) for n in range(FURTHEST))
    return next(at for day in days if hours.works(day) and (at := _at(day, clock)) > moment)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LOCAL).astimezone(UTC)
