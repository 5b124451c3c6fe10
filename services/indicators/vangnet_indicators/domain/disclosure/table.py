"""What is counted, where and when; which counts add up to which. The truth, before anything is withheld."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

Window = tuple[int, int]
"""(start; end]: ordinals of two days; the first is not in it."""
REGION = "regio"


class Measure(msgspec.Struct, frozen=True):
    """A count. `said`: offered to the public (the others are only there because they can be worked out from it).

    `splits`: each lists measures that add up to it. `over_time`: windows that follow each other add up, and a longer one
    never holds less. `areas`: municipalities add up to the region (sum), hold at least as much together (persons), or
    say nothing about it (apart).
    """

    name: str
    said: bool = True
    splits: tuple[tuple[str, ...], ...] = ()
    over_time: bool = False
    areas: Literal["sum", "persons", "apart"] = "sum"


class Cell(msgspec.Struct, frozen=True, order=True):
    """A measure of an area over a window."""

    measure: str
    area: str
    window: Window


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """`municipalities`: the fewest inhabitants first. `windows`: those published, oldest first. `since`: the first day with
    events, an ordinal. `counts`: every cell of those windows; of measures over time also of the windows between two days at
    which one starts or ends, as far as they are known. A count that is not there is not protected."""

    measures: Sequence[Measure]
    municipalities: Sequence[str]
    windows: Sequence[Window]
    since: int
    counts: Mapping[Cell, int]

    @property
    def areas(self) -> tuple[str, ...]:
        """The region last."""
        return (*self.municipalities, REGION)

    def days(self) -> list[int]:
        """At which a window starts or ends, and the day before the first event."""
        return sorted({day for window in self.windows for day in window} | {self.since - 1})

    def sums(self) -> Iterator[tuple[tuple[str, str], tuple[tuple[str, str], ...], bool]]:
        """(measure, area) = sum of these; False: at most their sum, and at least each of them."""
        for measure in self.measures:
            for split in measure.splits:
                for area in self.areas:
                    yield (measure.name, area), tuple((part, area) for part in split), True
            if self.municipalities and measure.areas != "apart":
                parts = tuple((measure.name, area) for area in self.municipalities)
                yield (measure.name, REGION), parts, measure.areas == "sum"
