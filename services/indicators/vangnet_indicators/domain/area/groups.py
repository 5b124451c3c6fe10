"""What one person adds to I11: occurrences, and reports from several groups, in 30 days."""

from collections.abc import Iterator, Sequence

import msgspec

from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.area.cells import Cells, SeriesKey
from vangnet_indicators.domain.area.facts import Fact, Span, occurrences

WINDOW = 30
OCCURRED = "occurred"


class Presence(msgspec.Struct, frozen=True, gc=False):
    """Days `first`..`last` whose window holds something of `what`: a group, or an occurrence at all (OCCURRED)."""

    first: int
    last: int
    what: str


def count_groups(area: str, facts: Sequence[Fact], span: Span, cells: Cells, sign: int) -> None:
    """Adds (sign 1) or takes away (−1)."""
    first, last = day_of(span.occurrences_from), day_of(span.until) + WINDOW - 1
    present = list(presences(facts, span))
    cuts = {day for one in present for day in (one.first, one.last + 1) if first < day <= last}
    starts = sorted({first, *cuts})
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        held = {one.what for one in present if one.first <= start <= one.last}
        if OCCURRED in held:
            cells.add(SeriesKey(area, "persons_occurred", WINDOW), start, following - 1, sign)
            if len(held) > 2:
                cells.add(SeriesKey(area, "several_groups", WINDOW), start, following - 1, sign)


def presences(facts: Sequence[Fact], span: Span) -> Iterator[Presence]:
    """An occurrence is in the window by its first event; it has a group from the day on which an event of it happened."""
    earliest, latest = day_of(span.occurrences_from) - WINDOW, day_of(span.until) + WINDOW
    for occurrence in occurrences(facts, span.gap):
        start = occurrence[0].day
        if earliest <= start <= latest:
            yield Presence(start, start + WINDOW - 1, OCCURRED)
            yield from (Presence(one.day, start + WINDOW - 1, one.group) for one in occurrence if one.group)
    for one in facts:
        if one.is_context and one.group and earliest <= one.day <= latest:
            yield Presence(one.day, one.day + WINDOW - 1, one.group)
