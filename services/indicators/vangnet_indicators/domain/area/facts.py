"""A person's events as the area counts see them, around those that change."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import EventRecord
from vangnet_contract.policy import OccurrenceGap

from vangnet_indicators.domain import packed
from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.instants import DAY, HOUR
from vangnet_indicators.domain.marks import REPORT
from vangnet_indicators.domain.packed import CLASSES, INCIDENT, RECORD

REACH = 430 * DAY
"""An event changes nothing that hangs on events further away than this, but what an unbroken row of incidents joins and
whether somebody is in care (the longest: I10, a window of 365 days and 60 days of follow-up)."""
CONTEXT = CLASSES.index("context")


class Fact(NamedTuple):
    """An event, as packed.py says. In the order of a history: by time, then event key."""

    time: int
    place: int
    event_class: int
    group: int
    marks: int

    @property
    def day(self) -> int:
        """Local."""
        return day_of(self.time)

    @property
    def is_report(self) -> bool:
        """One of I01b's types."""
        return bool(self.marks & REPORT)

    @property
    def is_incident(self) -> bool:
        """Makes occurrences."""
        return self.event_class == INCIDENT


class Span(msgspec.Struct, frozen=True):
    """When things change, in µs: `first` and `last` event that came or went; `until`: the last time at which an incident may
    belong to another occurrence than before; `care_until`: the last at which somebody may be in care or not, unlike before.
    """

    first: int
    last: int
    until: int
    care_until: int
    gap: OccurrenceGap

    @property
    def occurrences_from(self) -> int:
        """No occurrence that starts before it changes."""
        return self.first - self.gap.max_hours * HOUR


def fact(record: EventRecord) -> Fact:
    """From the whole record."""
    return Fact._make(RECORD.unpack(packed.pack(record)))


def context_start(history: bytes, first: int, gap: OccurrenceGap) -> int:
    """Position of the first packed event since a time; earlier when others make the first occurrence since then whole."""
    start = packed.place_of(history, first)
    incident = packed.first_incident(history, start)
    joined = first if incident is None else packed.time_at(history, incident)
    while start:
        (one,) = facts_of(history, start - 1, start)
        if joined - one.time > gap.gap_hours * HOUR:
            break
        start -= 1
        joined = one.time if one.is_incident else joined
    return start


def facts_of(history: bytes, start: int, end: int | None = None) -> list[Fact]:
    """The packed events at start..end (positions)."""
    size = RECORD.size
    there = history[start * size : None if end is None else end * size]
    return [Fact(*fields) for fields in RECORD.iter_unpack(there)]


def end_of_row(facts: Sequence[Fact], last: int, gap: OccurrenceGap) -> int:
    """The time of the last incident that an unbroken row of incidents joins to what happened at `last`."""
    end = last
    for one in facts[bisect_right(facts, last, key=_time) :]:
        if one.time - end > gap.gap_hours * HOUR:
            break
        end = one.time if one.is_incident else end
    return end


def occurrences(facts: Sequence[Fact], gap: OccurrenceGap) -> list[list[Fact]]:
    """The incidents among these, cut as reading.md says."""
    gap_time, longest = gap.gap_hours * HOUR, gap.max_hours * HOUR
    found: list[list[Fact]] = []
    start = newest = -longest - 1
    for one in facts:
        if one.is_incident:
            if one.time - newest > gap_time or one.time - start > longest:
                found.append([])
                start = one.time
            found[-1].append(one)
            newest = one.time
    return found


def between(facts: Sequence[Fact], first: int, last: int) -> Sequence[Fact]:
    """Those with first ≤ time ≤ last."""
    return facts[bisect_left(facts, first, key=_time) : bisect_right(facts, last, key=_time)]


def since_row(facts: Sequence[Fact], first: int, last: int, gap: OccurrenceGap) -> Sequence[Fact]:
    """Those up to `last`, from the first of the unbroken row of incidents that reaches to `first`: occurrences are cut as among all."""
    if not facts or (facts[0].time >= first and facts[-1].time <= last):  # most people
        return facts
    start = bisect_left(facts, first, key=_time)
    joined = next((one.time for one in facts[start:] if one.is_incident), first)
    for one in reversed(facts[:start]):
        if joined - one.time > gap.gap_hours * HOUR:
            break
        joined = one.time if one.is_incident else joined
        start -= 1
    return facts[start : bisect_right(facts, last + gap.max_hours * HOUR, key=_time)]


def with_neighbours(facts: Sequence[Fact], first: int, last: int) -> tuple[int, int]:
    """first..last, widened to the nearest incident before it and the nearest after it."""
    earlier = reversed(facts[: bisect_left(facts, first, key=_time)])
    later = facts[bisect_right(facts, last, key=_time) :]
    return (
        next((one.time for one in earlier if one.is_incident), first),
        next((one.time for one in later if one.is_incident), last),
    )


def neighbours(times: Sequence[int], first: int, last: int) -> Iterator[int]:
    """Positions of those that lie in first..last, with all at the one time before it, and the one after it."""
    start, end = bisect_left(times, first), bisect_right(times, last)
    if start:
        start = bisect_left(times, times[start - 1])
    return iter(range(start, min(end + 1, len(times))))


_time = attrgetter("time")
