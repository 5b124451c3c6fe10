"""When things happen: local time in the Netherlands, and the hours of the day in which reports come."""

from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Amsterdam")
HOUR = 3600
DAY = 24 * HOUR

OFFICE_HOURS = range(8, 18)  # Monday to Friday, local time (indicator I12)
_IN_OFFICE_HOURS = 0.455  # of a weekday's reports: gives 69 % outside office hours over the week
_TO_WEEKEND = 0.062  # weekday reports moved to the weekend after: gives one third in weekends
_NIGHT_AND_EVENING = {**dict.fromkeys(range(6), 2), 6: 1, 7: 1, **dict.fromkeys(range(18, 24), 4)}


def epoch(day: date, second: int = 0) -> int:
    """Seconds since 1970 of a local wall time. A time that summer time skips is taken one hour later."""
    hour, rest = divmod(second, HOUR)
    return int(datetime(day.year, day.month, day.day, hour, rest // 60, rest % 60, tzinfo=LOCAL).timestamp())


def local_day(at: float) -> date:
    return datetime.fromtimestamp(at, LOCAL).date()


def written(at: int) -> str:
    """RFC 3339 with the offset that holds in the Netherlands at that moment."""
    return datetime.fromtimestamp(at, LOCAL).isoformat()


def in_office_hours(at: float) -> bool:
    local = datetime.fromtimestamp(at, LOCAL)
    return local.weekday() < 5 and local.hour in OFFICE_HOURS


def in_weekend(at: float) -> bool:
    return datetime.fromtimestamp(at, LOCAL).weekday() >= 5


def report_moment(rng: Random, around: float) -> int:
    """A moment on the day of `around`, or in the weekend after it, spread over the hours as reports are."""
    day = local_day(around)
    if day.weekday() < 5 and rng.random() < _TO_WEEKEND:
        day += timedelta(days=5 - day.weekday() + rng.randrange(2))
    hour = rng.choices(range(24), cum_weights=_WEEKEND if day.weekday() >= 5 else _WEEKDAY)[0]
    return epoch(day, hour * HOUR + rng.randrange(HOUR))


def office_moment(rng: Random, from_: float) -> int:
    """A moment in the office hours of the first working day after `from_`."""
    day = local_day(from_) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return epoch(day, 8 * HOUR + rng.randrange(10 * HOUR))


def _weekday_weights() -> list[float]:
    outside = sum(_NIGHT_AND_EVENING.values())
    return [
        _IN_OFFICE_HOURS / len(OFFICE_HOURS)
        if hour in OFFICE_HOURS
        else (1 - _IN_OFFICE_HOURS) * _NIGHT_AND_EVENING[hour] / outside
        for hour in range(24)
    ]


_WEEKDAY = list(accumulate(_weekday_weights()))
_WEEKEND = list(accumulate(_NIGHT_AND_EVENING.get(hour, 3) for hour in range(24)))
