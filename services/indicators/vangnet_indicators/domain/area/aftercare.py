"""What one person adds to the indicators about repetition and care: I04 and I07 to I10.

Incidents and discharges are those in the area; whether somebody is in care, starts care, is admitted again or drops out is
looked up among all events of the person, wherever they were.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

from vangnet_contract.messages import InCare

from vangnet_indicators.domain.area.cells import Cells, SeriesKey
from vangnet_indicators.domain.area.facts import Fact, Span, between, occurrences, since_row, with_neighbours
from vangnet_indicators.domain.area.persons import YEAR, indexes
from vangnet_indicators.domain.care import CareSigns
from vangnet_indicators.domain.care_class import followed
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.marks import ADMITTED, BEGAN, DISCHARGED, DROPPED_OUT, REPORT
from vangnet_indicators.domain.rulebook import Rulebook, frontier

QUARTER = 90
INDEX_MATURES = 91
"""Days after an index on which it enters the cohort of I04: D−455..D−91."""
START_DAYS, START_MATURES = 14, 15
READMITTED_DAYS, OCCURS_DAYS, DISCHARGE_MATURES = 3, 30, 31
DROPOUT_DAYS, FIRST_MATURES = 60, 61

INDEX, INDEX_REPEATED = SeriesKey("index", YEAR), SeriesKey("index_repeated", YEAR)
NOT_IN_CARE, INDEX_NO_CARE, INDEX_CARE_BEGAN = "not_in_care", "index_no_care", "index_care_began"
"""Components whose part is the partners that must have delivered before it is so (delivery.py)."""
DISCHARGES, DISCHARGES_OCCURRED = SeriesKey("discharges", YEAR), SeriesKey("discharges_occurred", YEAR)
FIRST, FIRST_DROPPED_OUT = SeriesKey("first_in_care", YEAR), SeriesKey("first_in_care_dropped_out", YEAR)


class Judged(NamedTuple):
    """Whether the person was in care when an event happened. `no` once these partners have delivered, who might tell of care
    (rulebook.frontier)."""

    in_care: InCare
    partners: str = ""


IN_CARE, NOT_KNOWN = Judged("yes"), Judged("unknown")


class View(NamedTuple):
    """A person's events around a change, as they were or as they are; what tells about care among all of them; when the person
    came into view (µs)."""

    facts: Sequence[Fact]
    care: Sequence[Fact]
    signs: CareSigns
    opened: int | None

    def lying_in(self, places: Collection[int]) -> "View":
        """With the events there only; care counts wherever it is."""
        return self._replace(facts=[one for one in self.facts if one.place in places])

    def judge(self, one: Fact, book: Rulebook) -> Judged:
        """At one of its events."""
        if self.care and self.signs.in_care(one.time) == "yes":
            return IN_CARE
        if one.place in book.care and followed(book, self.opened, one.time, one.place):
            return Judged("no", frontier(book.care[one.place]))
        return NOT_KNOWN

    def times(self, mark: int) -> list[int]:
        """Of what tells this about care."""
        return [one.time for one in self.care if one.marks & mark]


def count_care(view: View, span: Span, book: Rulebook, cells: Cells, sign: int) -> None:
    """Adds (sign 1) or takes away what the person makes of an area with these events."""
    reports = [one for one in view.facts if one.marks & REPORT]
    if reports:
        _count_day(view, reports, span, book, cells, sign=sign)
        _count_indexes(view, reports, span, book, cells, sign=sign)
    if view.care:  # without anything about care nobody was discharged, and nobody was in care
        _count_discharges(view, span, cells, sign)
        _count_first(view, span, book, cells, sign)


def _count_day(view: View, reports: Sequence[Fact], span: Span, book: Rulebook, cells: Cells, *, sign: int) -> None:
    """In care on the day of a report."""
    for one in between(reports, span.first, span.care_until):
        day = one.day
        cells.add(_on_the_day(view.judge(one, book)), day, day + QUARTER - 1, sign)


def _count_indexes(view: View, reports: Sequence[Fact], span: Span, book: Rulebook, cells: Cells, *, sign: int) -> None:
    """Repeated within 90 days; care within 14."""
    times = [one.time for one in reports]
    for place, repeated in indexes(times, span.first - START_DAYS * DAY, max(span.last, span.care_until)):
        report = reports[place]
        day = report.day
        cells.add(INDEX, day + INDEX_MATURES, day + INDEX_MATURES + YEAR - 1, sign)
        if repeated:
            cells.add(INDEX_REPEATED, day + INDEX_MATURES, day + INDEX_MATURES + YEAR - 1, sign)
        klass, partners = view.judge(report, book)
        if klass == "no":
            no_care, began = _without_care(partners)
            cells.add(no_care, day + START_MATURES, day + START_MATURES + YEAR - 1, sign)
            if view.care and _within(view.times(BEGAN), report.time, START_DAYS):
                cells.add(began, day + START_MATURES, day + START_MATURES + YEAR - 1, sign)


def _count_discharges(view: View, span: Span, cells: Cells, sign: int) -> None:
    earliest = span.occurrences_from - OCCURS_DAYS * DAY
    discharges = [one for one in between(view.facts, earliest, span.until) if one.marks & DISCHARGED]
    if not discharges:  # most people
        return
    admitted = view.times(ADMITTED)
    near = since_row(view.facts, earliest, span.until + OCCURS_DAYS * DAY, span.gap)
    starts = [occurrence[0].time for occurrence in occurrences(near, span.gap)]
    for one in discharges:
        if not _within(admitted, one.time, READMITTED_DAYS):
            first, last = one.day + DISCHARGE_MATURES, one.day + DISCHARGE_MATURES + YEAR - 1
            cells.add(DISCHARGES, first, last, sign)
            if _within(starts, one.time, OCCURS_DAYS):
                cells.add(DISCHARGES_OCCURRED, first, last, sign)


def _count_first(view: View, span: Span, book: Rulebook, cells: Cells, sign: int) -> None:
    """An occurrence is the person's first of the window from the day on which the one before it has left the window.

    So a change concerns those that change, and the one after them: those further on keep the one before them.
    """
    dropped = view.times(DROPPED_OUT)
    before: Fact | None = None
    since, until = span.occurrences_from - DROPOUT_DAYS * DAY, max(span.until, span.care_until)
    earliest, latest = with_neighbours(view.facts, since, until)
    for occurrence in occurrences(since_row(view.facts, earliest, latest, span.gap), span.gap):
        one = occurrence[0]
        first, last = one.day + FIRST_MATURES, one.day + FIRST_MATURES + YEAR - 1
        if before is not None:
            first = max(first, before.day + FIRST_MATURES + YEAR)
        before = one
        if earliest <= one.time <= latest and first <= last and view.judge(one, book).in_care == "yes":
            cells.add(FIRST, first, last, sign)
            if _within(dropped, one.time, DROPOUT_DAYS):
                cells.add(FIRST_DROPPED_OUT, first, last, sign)


@cache
def _on_the_day(judged: Judged) -> SeriesKey:
    klass, partners = judged
    return SeriesKey(NOT_IN_CARE, QUARTER, partners) if klass == "no" else SeriesKey("care", QUARTER, klass)


@cache
def _without_care(partners: str) -> tuple[SeriesKey, SeriesKey]:
    return SeriesKey(INDEX_NO_CARE, YEAR, partners), SeriesKey(INDEX_CARE_BEGAN, YEAR, partners)


def _within(times: Sequence[int], after: int, days: int) -> bool:
    """Whether one lies in (after, after + days]. `times` ascending."""
    place = bisect_left(times, after + 1)
    return place < len(times) and times[place] - after <= days * DAY
