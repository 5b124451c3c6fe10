"""What one person adds to the indicators about care: I07 to I10.

Incidents and discharges are those in the area; whether somebody is in care, starts care, is admitted again or drops out is
looked up among all events of the person, wherever they were.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from vangnet_contract.messages import InCare

from vangnet_indicators.domain.area.cells import SeriesKey
from vangnet_indicators.domain.area.facts import Fact, Span, between, occurrences, since_row, with_neighbours
from vangnet_indicators.domain.area.persons import YEAR, indexes
from vangnet_indicators.domain.instants import DAY

QUARTER = 90
START_DAYS, START_MATURES = 14, 15
READMITTED_DAYS, OCCURS_DAYS, DISCHARGE_MATURES = 3, 30, 31
DROPOUT_DAYS, FIRST_MATURES = 60, 61

NOT_IN_CARE, INDEX_NO_CARE, INDEX_CARE_BEGAN = "not_in_care", "index_no_care", "index_care_began"
"""Components whose part is the partners that must have delivered before it is so (delivery.py)."""


class Judged(NamedTuple):
    """Whether the person was in care when an event happened. `no` once these partners have delivered, who might tell of care
    (rulebook.frontier)."""

    in_care: InCare
    partners: str = ""


Judge = Callable[[Fact], Judged]


def count_care(
    facts: Sequence[Fact], everywhere: Sequence[Fact], judge: Judge, span: Span
) -> Iterator[tuple[SeriesKey, int, int]]:
    """(series, first day, last day) on which the person adds 1. `everywhere`: the person's events of class care and legal."""
    yield from _care_on_the_day(facts, judge, span)
    yield from _care_after_index(facts, everywhere, judge, span)
    if everywhere:  # without anything about care nobody was discharged, and nobody was in care
        yield from _discharges(facts, everywhere, span)
        yield from _first_occurrences(facts, everywhere, judge, span)


def _care_on_the_day(facts: Sequence[Fact], judge: Judge, span: Span) -> Iterator[tuple[SeriesKey, int, int]]:
    for one in between(facts, span.first, span.care_until):
        if one.is_report:
            klass, partners = judge(one)
            key = SeriesKey(NOT_IN_CARE, QUARTER, partners) if klass == "no" else SeriesKey("care", QUARTER, klass)
            yield key, one.day, one.day + QUARTER - 1


def _care_after_index(
    facts: Sequence[Fact], everywhere: Sequence[Fact], judge: Judge, span: Span
) -> Iterator[tuple[SeriesKey, int, int]]:
    began = [one.time for one in everywhere if one.begins_care]
    reports = [one for one in facts if one.is_report]
    times = [one.time for one in reports]
    for place, _ in indexes(times, span.first - START_DAYS * DAY, max(span.last, span.care_until)):
        report = reports[place]
        klass, partners = judge(report)
        if klass == "no":
            first, last = report.day + START_MATURES, report.day + START_MATURES + YEAR - 1
            yield SeriesKey(INDEX_NO_CARE, YEAR, partners), first, last
            if _within(began, report.time, START_DAYS):
                yield SeriesKey(INDEX_CARE_BEGAN, YEAR, partners), first, last


def _discharges(facts: Sequence[Fact], everywhere: Sequence[Fact], span: Span) -> Iterator[tuple[SeriesKey, int, int]]:
    earliest = span.occurrences_from - OCCURS_DAYS * DAY
    discharges = [one for one in between(facts, earliest, span.until) if one.is_discharge]
    if not discharges:  # most people
        return
    admitted = [one.time for one in everywhere if one.is_admission]
    near = since_row(facts, earliest, span.until + OCCURS_DAYS * DAY, span.gap)
    starts = [occurrence[0].time for occurrence in occurrences(near, span.gap)]
    for one in discharges:
        if not _within(admitted, one.time, READMITTED_DAYS):
            first, last = one.day + DISCHARGE_MATURES, one.day + DISCHARGE_MATURES + YEAR - 1
            yield SeriesKey("discharges", YEAR), first, last
            if _within(starts, one.time, OCCURS_DAYS):
                yield SeriesKey("discharges_occurred", YEAR), first, last


def _first_occurrences(
    facts: Sequence[Fact], everywhere: Sequence[Fact], judge: Judge, span: Span
) -> Iterator[tuple[SeriesKey, int, int]]:
    """An occurrence is the person's first of the window from the day on which the one before it has left the window.

    So a change concerns those that change, and the one after them: those further on keep the one before them.
    """
    dropped = [one.time for one in everywhere if one.drops_out]
    before: Fact | None = None
    earliest, latest = with_neighbours(
        facts, span.occurrences_from - DROPOUT_DAYS * DAY, max(span.until, span.care_until)
    )
    for occurrence in occurrences(since_row(facts, earliest, latest, span.gap), span.gap):
        one = occurrence[0]
        first, last = one.day + FIRST_MATURES, one.day + FIRST_MATURES + YEAR - 1
        if before is not None:
            first = max(first, before.day + FIRST_MATURES + YEAR)
        before = one
        if earliest <= one.time <= latest and first <= last and judge(one).in_care == "yes":
            yield SeriesKey("first_in_care", YEAR), first, last
            if _within(dropped, one.time, DROPOUT_DAYS):
                yield SeriesKey("first_in_care_dropped_out", YEAR), first, last


def _within(times: Sequence[int], after: int, days: int) -> bool:
    """Whether one lies in (after, after + days]. `times` ascending."""
    place = bisect_left(times, after + 1)
    return place < len(times) and times[place] - after <= days * DAY
