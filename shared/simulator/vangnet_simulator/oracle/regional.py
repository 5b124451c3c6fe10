"""R11 and R12 by plain loops over every event, from rules.csv."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import sqrt

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def quiet_since(came: Iterable[datetime], now: datetime) -> tuple[datetime, float] | None:
    """(end of the last hour with an event, events to be expected since) when a partner sent nothing for 24 h or more, and
    7 or more were to be expected. `came`: when its events came; `now`: a whole hour."""
    past = [event for event in came if event < now]
    if not past:
        return None
    start = max(past).replace(minute=0, second=0, microsecond=0) + HOUR
    if now - start < timedelta(hours=24):
        return None
    expected, hour = 0.0, start
    while hour < now:
        for back in range(1, 9):
            begin = hour - back * WEEK
            expected += sum(begin <= event < begin + HOUR for event in past) / 8
        hour += HOUR
    return (start, expected) if expected >= 7 else None


def unusual(weekly: Sequence[int]) -> bool:
    """`weekly`: eight weeks, then the week that is looked at."""
    before, n = weekly[:8], weekly[8]
    m = sum(before) / 8
    return n >= 10 and n > m + 3 * sqrt(max(m, 1))
