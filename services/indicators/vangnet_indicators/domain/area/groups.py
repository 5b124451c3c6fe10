"""What one person adds to I11: occurrences, and reports from several groups, in 30 days."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.area.cells import Cells, SeriesKey
from vangnet_indicators.domain.area.facts import CONTEXT, Fact, Span, occurrences, since_row
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.packed import NO_GROUP

WINDOW = 30
NEAR = (WINDOW + 2) * DAY
OCCURRED = -1
PERSONS_OCCURRED = SeriesKey("persons_occurred", WINDOW)
SEVERAL_GROUPS = SeriesKey("several_groups", WINDOW)


class Presence(NamedTuple):
    """Days `first`..`last` whose window holds something of `what`: a group, or an occurrence at all (OCCURRED)."""

    first: int
    last: int
    what: int


def count_groups(before: Sequence[Fact], after: Sequence[Fact], span: Span, cells: Cells) -> None:
    """The person's events in one area were so, and are so: what differs."""
    first, last = span.occurrences_from - NEAR, span.until + NEAR
    near_before, near_after = (since_row(facts, first, last, span.gap) for facts in (before, after))
    if not near_before and len(near_after) == 1:  # most events; one event has one group
        if (one := near_after[0]).is_incident:
            cells.add(PERSONS_OCCURRED, one.day, one.day + WINDOW - 1)
        return
    was, now = set(presences(near_before, span)), set(presences(near_after, span))
    changed = was ^ now
    if not changed:
        return
    start, end = min(one.first for one in changed), max(one.last for one in changed)
    _count(was, start, end, cells, -1)
    _count(now, start, end, cells, +1)


def _count(present: Collection[Presence], first: int, last: int, cells: Cells, sign: int) -> None:
    """What they add on the days first..last."""
    cuts = {day for one in present for day in (one.first, one.last + 1) if first < day <= last}
    start = first
    for following in (*sorted(cuts), last + 1):
        held = {one.what for one in present if one.first <= start <= one.last}
        if OCCURRED in held:
            cells.add(PERSONS_OCCURRED, start, following - 1, sign)
            if len(held) > 2:
                cells.add(SEVERAL_GROUPS, start, following - 1, sign)
        start = following


def presences(facts: Sequence[Fact], span: Span) -> Iterator[Presence]:
    """Of what lies near the change. An occurrence is in the window by its first event; it has a group from the day on which an
    event of it happened."""
    earliest, latest = day_of(span.occurrences_from) - WINDOW, day_of(span.until) + WINDOW
    for occurrence in occurrences(facts, span.gap):
        start = occurrence[0].day
        if earliest <= start <= latest:
            yield Presence(start, start + WINDOW - 1, OCCURRED)
            yield from (Presence(one.day, start + WINDOW - 1, one.group) for one in occurrence if one.group != NO_GROUP)
    for one in facts:
        if one.event_class == CONTEXT and one.group != NO_GROUP and earliest <= one.day <= latest:
            yield Presence(one.day, one.day + WINDOW - 1, one.group)
