"""A person's events as the area counts see them, around those that change."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.policy import OccurrenceGap
from vangnet_contract.taxonomy import EventClass, Group

from vangnet_indicators.domain import packed
from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.area.reports import REPORTS
from vangnet_indicators.domain.care import ADMISSION, AUTHORISATION, DISCHARGE, DROPOUT, care_sign
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import DAY, HOUR, micros

REACH = 430 * DAY
"""An event changes nothing that hangs on events further away than this, but what an unbroken row of incidents joins and
whether somebody is in care (the longest: I10, a window of 365 days and 60 days of follow-up)."""
FOREVER = 2**62
CARE: tuple[EventClass, ...] = ("care", "legal")
"""Classes of events that may tell whether somebody is in care."""


class Fact(NamedTuple):
    """An event. `time` in µs; `day` local. In the order of a history: by time, then event key."""

    time: int
    key: EventKey
    day: int
    place: str | None
    group: Group | None
    record: EventRecord

    @property
    def is_report(self) -> bool:
        """One of I01b's types."""
        return self.record.type in REPORTS

    @property
    def is_incident(self) -> bool:
        """Makes occurrences."""
        return self.record.event_class == "incident"

    @property
    def is_context(self) -> bool:
        """Of class context."""
        return self.record.event_class == "context"

    @property
    def is_care(self) -> bool:
        """May tell whether somebody is in care."""
        return self.record.event_class in CARE

    @property
    def is_sign(self) -> bool:
        """Opens or closes care."""
        return care_sign(self.record) is not None

    @property
    def is_discharge(self) -> bool:
        """From an institution."""
        return self.record.type == DISCHARGE

    @property
    def is_admission(self) -> bool:
        """To one."""
        return self.record.type == ADMISSION

    @property
    def begins_care(self) -> bool:
        """An admission, or a start of care or of an authorisation."""
        starts = self.record.event_class == "care" or self.record.type == AUTHORISATION
        return self.is_admission or (starts and self.record.details.get("fase") == "start")

    @property
    def drops_out(self) -> bool:
        """Care that ended because the person stopped or did not come (as rule R6a)."""
        ended = self.record.event_class == "care" and self.record.details.get("fase") == "einde"
        return self.record.type == DROPOUT or (ended and self.record.details.get("reden") == "uitval")


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
    time = micros(record.occurred_at)
    return Fact(time, record.event, day_of(time), record.municipality, record.group, record)


def facts_around(history: History, first: int, last: int, gap: OccurrenceGap) -> list[Fact]:
    """The events in first..last, and as many before them as make the first occurrence whole."""
    start, end = _position(history, first), _position(history, last + 1)
    facts = [fact(history.record(position)) for position in range(start, end)]
    joined = next((one.time for one in facts if one.is_incident), first)
    for position in range(start - 1, -1, -1):
        one = fact(history.record(position))
        if joined - one.time > gap.gap_hours * HOUR:
            break
        facts.insert(0, one)
        joined = one.time if one.is_incident else joined
    return facts


def earlier_care(history: History, before: int) -> list[Fact]:
    """Of the events before a time: those that tell about care, back to the newest that does so whatever comes between."""
    found: list[Fact] = []
    for position in reversed(packed.positions(history.packed[: _position(history, before) * packed.RECORD.size], CARE)):
        one = fact(history.record(position))
        found.insert(0, one)
        if one.is_sign:
            break
    return found


def replaced(facts: Iterable[Fact], gone: Iterable[Fact], came: Iterable[Fact]) -> list[Fact]:
    """In order again."""
    removed = {one.key for one in gone}
    return sorted([*(one for one in facts if one.key not in removed), *came], key=lambda one: one[:2])


def end_of_row(facts: Iterable[Fact], last: int, gap: OccurrenceGap) -> int:
    """The time of the last incident that an unbroken row of incidents joins to what happened at `last`."""
    end = last
    for time in sorted({one.time for one in facts if one.is_incident and one.time > last}):
        if time - end > gap.gap_hours * HOUR:
            break
        end = time
    return end


def occurrences(facts: Iterable[Fact], gap: OccurrenceGap) -> list[list[Fact]]:
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


def _position(history: History, time: int) -> int:
    return packed.first_at(history.packed, packed.TIME.pack(max(0, time)))
