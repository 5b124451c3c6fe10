"""A series: the components of an indicator on consecutive days, and its figures."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import msgspec
from vangnet_contract.indicators import RegistrationBreak, inhabitants_of, registration_breaks

from vangnet_indicators.domain.area.calendar import date_of, number_of
from vangnet_indicators.domain.area.cells import REGION
from vangnet_indicators.domain.area.measures import Measures, components_of, concentrations, value


class UnknownSeries(Exception):
    """No such indicator, or none with such a window; the text says which."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """`components[component][part][i]` is the count on the i-th day from `first`. A part that is 0 all the time is left out.

    `area`: a municipality's code, or REGION. `window`: days, the value's own day being the last.
    """

    indicator: str
    area: str
    window: int
    first: date
    last: date
    components: dict[str, dict[str, list[int]]]

    @property
    def days(self) -> list[date]:
        """One for each count."""
        return [date_of(day) for day in range(number_of(self.first), number_of(self.last) + 1)]

    @property
    def breaks(self) -> list[RegistrationBreak]:
        """Where registration changed in such a way that a window of this series holds days of both kinds, or days before."""
        return [one for one in registration_breaks() if self.indicator in one.indicators and self._touches(one.start)]

    def _touches(self, start: date) -> bool:
        return number_of(self.first) - self.window < number_of(start) <= number_of(self.last)


def values(series: Series, municipalities: Collection[str] = ()) -> list[Measures]:
    """The figures of each day, in order. `municipalities`: those of the region, for the region's inhabitants."""
    if series.indicator == "I05":  # has a part for each number of events: day by day it would take a tenth of a second
        return list(concentrations(series.components["persons_with"], len(series.days)))
    places = municipalities if series.area == REGION else (series.area,)
    years = {year: inhabitants_of(places, year) for year in range(series.first.year, series.last.year + 1)}
    return [
        value(series.indicator, _on(series.components, place), years[day.year]) for place, day in enumerate(series.days)
    ]


def running(cells: Mapping[int, int], first: int, last: int) -> list[int]:
    """The running sum of difference counts, on days `first`..`last`."""
    count = sum(change for day, change in cells.items() if day <= first)
    found: list[int] = []
    for day in sorted(day for day in cells if first < day <= last):
        found += [count] * (day - first - len(found))
        count += cells[day]
    return found + [count] * (last + 1 - first - len(found))


def series_of(
    indicator: str,
    area: str,
    window: int,
    *,
    first: date,
    last: date,
    cells: Mapping[tuple[str, str], Mapping[int, int]],
) -> Series:
    """From the cells of each (component, part). Parts that are numbers stand in their order."""
    components: dict[str, dict[str, list[int]]] = {component: {} for component in components_of(indicator)}
    for component, part in sorted(cells, key=lambda name: (name[0], len(name[1]), name[1])):
        counts = running(cells[component, part], number_of(first), number_of(last))
        if any(counts):
            components[component][part] = counts
    return Series(indicator=indicator, area=area, window=window, first=first, last=last, components=components)


def _on(components: Mapping[str, Mapping[str, Sequence[int]]], place: int) -> dict[str, dict[str, int]]:
    return {
        component: {part: counts[place] for part, counts in parts.items() if counts[place]}
        for component, parts in components.items()
    }
