"""What one person's reports in one area add: I02 to I06.

Each function adds what hangs on the events that change and their neighbours. Called with the events as they were and as they
are, once to take away and once to add, everything else cancels out: the work does not grow with the length of a history.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec

from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.area.cells import Cells, SeriesKey
from vangnet_indicators.domain.area.facts import Fact, Span, between, neighbours
from vangnet_indicators.domain.instants import DAY

WINDOWS = (30, 90, 365)
YEAR = 365
FREE_DAYS = 90
REPEAT_DAYS = 90
INDEX_MATURES = 91
"""Days after an index on which it enters the cohort of I04: D−455..D−91."""


class Index(NamedTuple):
    """A report of somebody who had none in the 90 days before. `repeated`: another one came later within 90 days."""

    report: Fact
    repeated: bool


class Stretch(msgspec.Struct, frozen=True, gc=False):
    """Days `first`..`last` on which a window holds `reports` of a person, and `doubles` days with two or more of them."""

    first: int
    last: int
    reports: int
    doubles: int


def count_reports(area: str, facts: Sequence[Fact], span: Span, cells: Cells, sign: int) -> None:
    """Adds (sign 1) or takes away (−1) what these events of one person in one area make of I02 to I06."""
    reports = [one for one in facts if one.is_report]
    _count_persons(area, reports, span, cells, sign)
    _count_in_year(area, reports, span, cells, sign)
    for one in between(reports, span.first, span.last):
        cells.add(SeriesKey(area, "traceable", YEAR), one.day, one.day + YEAR - 1, sign)
    for index in indexes(reports, span.first, span.last):
        first = index.report.day + INDEX_MATURES
        cells.add(SeriesKey(area, "index", YEAR), first, first + YEAR - 1, sign)
        if index.repeated:
            cells.add(SeriesKey(area, "index_repeated", YEAR), first, first + YEAR - 1, sign)


def indexes(reports: Sequence[Fact], first: int, last: int) -> Iterator[Index]:
    """Those among the reports in first..last and next to them. Of several at one time the first may be an index."""
    times = [one.time for one in reports]
    for place in neighbours(times, first, last):
        time = times[place]
        if place and time - times[place - 1] <= FREE_DAYS * DAY:
            continue
        later = bisect_right(times, time)
        yield Index(reports[place], later < len(times) and times[later] - time <= REPEAT_DAYS * DAY)


def stretches(reports: Sequence[Fact], first: int, last: int, window: int) -> Iterator[Stretch]:
    """What the window of each day in first..last holds; days with none are left out."""
    by_day = Counter(one.day for one in reports)
    days = sorted(by_day)
    counted = [0, *accumulate(by_day[day] for day in days)]
    doubled = [0, *accumulate(by_day[day] > 1 for day in days)]
    changes = {day for start in days for day in (start, start + window) if first < day <= last}
    starts = sorted({first, *changes})
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        after, before = bisect_right(days, start), bisect_right(days, start - window)
        if after > before:
            held = counted[after] - counted[before]
            yield Stretch(start, following - 1, held, doubled[after] - doubled[before])


def _count_persons(area: str, reports: Sequence[Fact], span: Span, cells: Cells, sign: int) -> None:
    """A person counts from each report until the window has passed, or the next report takes over."""
    days = [one.day for one in reports]
    for place in neighbours([one.time for one in reports], span.first, span.last):
        following = days[place + 1] if place + 1 < len(days) else None
        for window in WINDOWS:
            end = days[place] + window if following is None else min(days[place] + window, following)
            cells.add(SeriesKey(area, "persons", window), days[place], end - 1, sign)


def _count_in_year(area: str, reports: Sequence[Fact], span: Span, cells: Cells, sign: int) -> None:
    for stretch in stretches(reports, day_of(span.first), day_of(span.last) + YEAR - 1, YEAR):
        held = SeriesKey(area, "persons_with", YEAR, str(stretch.reports))
        cells.add(held, stretch.first, stretch.last, sign)
        if stretch.reports > 1:
            cells.add(SeriesKey(area, "persons_several", YEAR), stretch.first, stretch.last, sign)
        if stretch.doubles:
            cells.add(SeriesKey(area, "persons_same_day", YEAR), stretch.first, stretch.last, sign)
