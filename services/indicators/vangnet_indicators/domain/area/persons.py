"""What one person's reports in one area add: I02, I03, I05 and I06.

A report that comes adds what it makes beside the others; one that goes takes away what it would add beside those that are
left. Only what lies near it in time matters: the work does not grow with the length of a history.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.area.cells import Cells, SeriesKey
from vangnet_indicators.domain.area.facts import Fact, neighbours
from vangnet_indicators.domain.instants import DAY

WINDOWS = (30, 90, 365)
YEAR = 365
NEAR = (YEAR + 2) * DAY
"""Reports further away share no window of a year with it, whatever clocks do."""
FREE_DAYS = 90
REPEAT_DAYS = 90

PERSONS = tuple(SeriesKey("persons", window) for window in WINDOWS)
TRACEABLE = SeriesKey("traceable", YEAR)
SEVERAL = SeriesKey("persons_several", YEAR)
SAME_DAY = SeriesKey("persons_same_day", YEAR)


class Index(NamedTuple):
    """Place of a report of somebody who had none in the 90 days before. `repeated`: another came later within 90 days."""

    place: int
    repeated: bool


def count_reports(before: Iterable[Fact], gone: Iterable[Fact], came: Iterable[Fact], cells: Cells) -> None:
    """Events of one person in one area go and come. `before`: those around them, as they were, in order."""
    times = [one.time for one in before if one.is_report]
    for one in gone:
        if (
            one.is_report and one.time in times
        ):  # an event that is not there is refused where it is taken from the history
            times.remove(one.time)
            add_report(times, one.time, cells, -1)
    for one in came:
        if one.is_report:
            add_report(times, one.time, cells, +1)
            insort(times, one.time)


def add_report(times: Sequence[int], time: int, cells: Cells, sign: int) -> None:
    """What a report at `time` adds (sign 1) beside those at `times` (µs, ascending), or does not add any more (−1)."""
    near = list(times[bisect_left(times, time - NEAR) : bisect_right(times, time + NEAR)])
    day, days = day_of(time), list(map(day_of, near))
    for key in PERSONS:
        _cover(key, days, day, cells, sign)
    cells.add(TRACEABLE, day, day + YEAR - 1, sign)
    _count_in_year(days, day, cells, sign)


def indexes(times: Sequence[int], first: int, last: int) -> Iterator[Index]:
    """Those among the reports in first..last and next to them. Of several at one time the first may be an index."""
    for place in neighbours(times, first, last):
        time = times[place]
        if place and time - times[place - 1] <= FREE_DAYS * DAY:
            continue
        later = bisect_right(times, time)
        yield Index(place, later < len(times) and times[later] - time <= REPEAT_DAYS * DAY)


def _cover(key: SeriesKey, days: Sequence[int], day: int, cells: Cells, sign: int) -> None:
    """On the days whose window holds `day` and none of `days` (ascending)."""
    place = bisect_right(days, day)
    first = max(day, days[place - 1] + key.window) if place else day
    end = min(day + key.window, days[place]) if place < len(days) else day + key.window
    cells.add(key, first, end - 1, sign)


def _count_in_year(days: Sequence[int], day: int, cells: Cells, sign: int) -> None:
    """How many others (on `days`, ascending) each window holds that holds `day`; whether some day has two now."""
    last = day + YEAR - 1
    turns = [(one, 1) for one in days if day < one <= last]
    turns += [(one + YEAR, -1) for one in days if day - YEAR < one < day]
    start, others = day, bisect_right(days, day) - bisect_right(days, day - YEAR)
    for turn, change in sorted(turns):
        _one_more(others, start, turn - 1, cells, sign)
        start, others = turn, others + change
    _one_more(others, start, last, cells, sign)
    if days.count(day) == 1:
        doubles = [one for place, one in enumerate(days[1:]) if one == days[place]]
        _cover(SAME_DAY, doubles, day, cells, sign)


def _one_more(others: int, first: int, last: int, cells: Cells, sign: int) -> None:
    """A window with so many others has one more."""
    if others:
        cells.add(_with(others), first, last, -sign)
    cells.add(_with(others + 1), first, last, sign)
    if others == 1:
        cells.add(SEVERAL, first, last, sign)


@lru_cache(maxsize=1000)
def _with(reports: int) -> SeriesKey:
    return SeriesKey("persons_with", YEAR, str(reports))
