"""Difference counts: how much a series is higher on a day than on the day before. A series is the running sum of its cells."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

REGION = "regio"
"""The region as an area of its own. Municipalities are areas by their code."""
UNNAMED = ""
"""An area that is named later: `Cells.add_to_each`."""


class SeriesKey(msgspec.Struct, frozen=True, order=True, gc=False, cache_hash=True):
    """One series of whole numbers. `part`: a melder, a partner, a number of reports; empty where there is one part."""

    area: str
    component: str
    window: int
    part: str = ""


class Cells(msgspec.Struct):
    """Changes to cells; those that cancel out leave nothing."""

    changes: dict[SeriesKey, dict[int, int]] = {}

    def add(self, key: SeriesKey, first: int, last: int, count: int = 1) -> None:
        """The series is `count` higher from day `first` up to and with day `last`; nothing when last < first."""
        if first > last:
            return
        days = self.changes.get(key)
        if days is None:
            days = self.changes[key] = {}
        days[first] = days.get(first, 0) + count
        days[last + 1] = days.get(last + 1, 0) - count

    def add_to_each(self, areas: Iterable[str], changes: "Cells") -> None:
        """The same changes in each of these areas, whatever area they name."""
        for key, days in changes.changes.items():
            left = [change for change in days.items() if change[1]]
            for area in areas if left else ():
                mine = self.changes.setdefault(in_area(area, key), {})
                for day, count in left:
                    mine[day] = mine.get(day, 0) + count

    def nonzero(self) -> Iterator[tuple[SeriesKey, dict[int, int]]]:
        """What is left, in order."""
        for key in sorted(self.changes):
            if days := {day: count for day, count in sorted(self.changes[key].items()) if count}:
                yield key, days


@lru_cache(maxsize=100_000)
def in_area(area: str, key: SeriesKey) -> SeriesKey:
    """The same series of another area."""
    return SeriesKey(area, key.component, key.window, key.part)
