"""Who is not in care is known once every partner has delivered that might tell of care.

The cells hang on events alone: they say `not in care` as it will be then, and by whom it must be known. How far partners have
delivered is put beside them when a series is read, by whole days: a day that they have not delivered to its end is not known yet.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vangnet_indicators.domain.area.aftercare import INDEX_CARE_BEGAN, INDEX_NO_CARE, NOT_IN_CARE, START_MATURES
from vangnet_indicators.domain.area.calendar import day_of

Name = tuple[str, str]
"""(component, part)."""
Days = dict[int, int]
"""Difference counts: day → change (cells.py)."""


class Awaited(NamedTuple):
    """Days from an event to the first on which it counts; what is counted in its place until it is known, if anything."""

    matures: int
    instead: Name | None


AWAITED = {
    NOT_IN_CARE: Awaited(0, ("care", "unknown")),
    INDEX_NO_CARE: Awaited(START_MATURES, None),
    INDEX_CARE_BEGAN: Awaited(START_MATURES, None),
}


def settled(cells: Mapping[Name, Mapping[int, int]], window: int, delivered: Mapping[str, int]) -> dict[Name, Days]:
    """As far as it is known. `delivered`: up to when each partner has (µs); one that is absent never did."""
    found = {name: dict(days) for name, days in cells.items()}
    for component, partners in cells:
        if (awaited := AWAITED.get(component)) is not None:
            known = _last_day(partners, delivered)
            for day, count in _daily(cells[component, partners], window):
                if day - awaited.matures > known:
                    _move(found, (component, partners), -count, day, window)
                    if awaited.instead:
                        _move(found, awaited.instead, count, day, window)
    return found


def _last_day(partners: str, delivered: Mapping[str, int]) -> int:
    """The last that all of them have delivered to its end."""
    return day_of(min(delivered.get(partner, 0) for partner in partners.split(","))) - 1


def _daily(cells: Mapping[int, int], window: int) -> Iterator[tuple[int, int]]:
    """(day, how many count from that day on, for a whole window)."""
    counts: Days = {}
    for day in range(min(cells), max(cells) + 1) if cells else ():
        if count := cells.get(day, 0) + counts.get(day - window, 0):
            counts[day] = count
            yield day, count


def _move(cells: dict[Name, Days], name: Name, count: int, day: int, window: int) -> None:
    days = cells.setdefault(name, {})
    days[day] = days.get(day, 0) + count
    days[day + window] = days.get(day + window, 0) - count
