"""Difference counts: how much higher a series is on a day than on the day before. A series is the running sum of its cells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

REGION = "regio"
"""The region as an area of its own. Municipalities are areas by their code."""
Areas = tuple[str, ...]
"""Areas in which the same changes: most often a municipality and the region."""


class SeriesKey(msgspec.Struct, frozen=True, order=True, gc=False, cache_hash=True):
    """One series of whole numbers of an area. `part`: a melder, a partner, a number of reports; empty where there is one part."""

    component: str
    window: int
    part: str = ""


class Cells(msgspec.Struct):
    """Changes to cells; those that cancel out leave nothing."""

    changes: defaultdict[SeriesKey, defaultdict[int, int]] = msgspec.field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, key: SeriesKey, first: int, last: int, count: int = 1) -> None:
        """The series is `count` higher from day `first` up to and with day `last`; nothing when last < first."""
        if first > last:
            return
        days = self.changes[key]
        days[first] += count
        days[last + 1] -= count

    def nonzero(self) -> Iterator[tuple[SeriesKey, dict[int, int]]]:
        """What is left, in order."""
        for key in sorted(self.changes):
            if days := {day: count for day, count in self.changes[key].items() if count}:
                yield key, days


class AreaCells(msgspec.Struct):
    """Changes by the areas in which they are the same: written once, and named for each area when they are added up."""

    by_areas: dict[Areas, Cells] = {}

    def of(self, areas: Areas) -> Cells:
        """To be added to; areas in the order (municipality, region), so that the same ones have one name."""
        cells = self.by_areas.get(areas)
        if cells is None:
            cells = self.by_areas[areas] = Cells()
        return cells

    def nonzero(self) -> Iterator[tuple[Areas, SeriesKey, dict[int, int]]]:
        """What is left, in order."""
        for areas in sorted(self.by_areas):
            for key, days in self.by_areas[areas].nonzero():
                yield areas, key, days


def add_days(to: dict[int, int], days: Iterable[tuple[int, int]]) -> None:
    """Adds (day, count) pairs to cells."""
    for day, count in days:
        to[day] = to.get(day, 0) + count
