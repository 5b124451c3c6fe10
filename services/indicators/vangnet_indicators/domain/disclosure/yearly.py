"""The public figures: complete quarters, windows of 365 days, municipalities and region."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

import msgspec

from vangnet_indicators.domain.area.measures import top_share
from vangnet_indicators.domain.area.series import Series
from vangnet_indicators.domain.disclosure.release import Said
from vangnet_indicators.domain.disclosure.rounding import PERCENTAGE_FROM, percentage, possible, rate, ratio
from vangnet_indicators.domain.disclosure.table import REGION, Cell, Measure, Table, Window

YEAR = 365
QUARTERS = 12
"""That are published: three years."""
HISTORY = 6 * 366
"""Days that counts are looked at: longer than anything is kept."""

MEASURES = (
    Measure(
        "reports",
        splits=(("reports_e33", "reports_other"), ("reports_outside_office", "reports_in_office")),
        over_time=True,
    ),
    Measure("reports_e33", over_time=True),
    Measure("reports_other", said=False, over_time=True),
    Measure("reports_outside_office", over_time=True),
    Measure("reports_in_office", said=False, over_time=True),
    Measure("crisis_measures", over_time=True),
    Measure("traceable", splits=(("persons", "further_reports"), ("top_reports", "other_reports")), over_time=True),
    Measure("persons", splits=(("persons_several", "persons_once"),), areas="persons"),
    Measure("persons_several", splits=(("persons_same_day", "persons_other_days"),), areas="apart"),
    Measure("persons_same_day", areas="apart"),
    Measure("top_reports", areas="apart"),
    Measure("index", splits=(("index_repeated", "index_once"),), areas="apart"),
    Measure("index_repeated", areas="apart"),
    *(
        Measure(name, said=False, areas="apart")
        for name in ("further_reports", "other_reports", "persons_once", "persons_other_days", "index_once")
    ),
)
READ = ("I01a", "I01b", "I02", "I03", "I04", "I05", "I06", "I12", "I13")
"""Indicators of which the public sees something, in this order."""
Figures = dict[str, int | float | None]
SeriesByArea = Mapping[tuple[str, str], Series]
"""(indicator, area) → the counts of 365 days on every day."""


class Quarter(msgspec.Struct, frozen=True, order=True):
    """Of the year."""

    year: int
    number: int

    @property
    def end(self) -> date:
        """Its last day."""
        months = self.year * 12 + self.number * 3
        return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)

    @property
    def window(self) -> Window:
        """The 365 days that end with it."""
        return self.end.toordinal() - YEAR, self.end.toordinal()

    @property
    def title(self) -> str:
        """1e kwartaal 2026."""
        return f"{self.number}e kwartaal {self.year}"


def quarters(since: date, today: date) -> list[Quarter]:
    """Those that are over and hold a day from `since` on; the last few, oldest first."""
    found = [Quarter(year, number) for year in range(since.year, today.year + 1) for number in (1, 2, 3, 4)]
    return [quarter for quarter in found if since <= quarter.end < today][-QUARTERS:]


def apart_from(told: date | None, of: Sequence[Quarter]) -> list[Quarter]:
    """Those of which no day was told before, up to `told`, of a region of other municipalities.

    Two regions told of the same days would give away the municipalities in which they differ, and windows that overlap in time
    nearly as much; of days that were never told nothing can be subtracted.
    """
    return [quarter for quarter in of if told is None or quarter.window[0] >= told.toordinal()]


def first_day(series: SeriesByArea) -> date | None:
    """The first day with a report or a crisis measure; None when there is none."""
    region = [series["I01b", REGION], series["I13", REGION]]
    days = [day for one in region for day, count in zip(one.days, _daily(one, _first(one)), strict=True) if count]
    return min(days, default=None)


def yearly_table(series: SeriesByArea, municipalities: Sequence[str], since: date, of: Sequence[Quarter]) -> Table:
    """The truth about these quarters. `municipalities`: the fewest inhabitants first."""
    counts: dict[Cell, int] = {}
    bare = Table(
        measures=MEASURES,
        municipalities=municipalities,
        windows=[quarter.window for quarter in of],
        since=since.toordinal(),
        counts=counts,
    )
    for area in bare.areas:
        first = series[READ[0], area].first.toordinal()
        ends = [window[1] - first for window in bare.windows]
        daily = _all_daily({name: series[name, area] for name in READ}, ends)
        for measure in MEASURES:
            values = daily[measure.name]
            if measure.over_time:
                counts.update(_between(measure.name, area, bare, values, first))
            counts.update({Cell(measure.name, area, window): values[window[1] - first] for window in bare.windows})
    return bare


def figures(indicator: str, area: str, window: Window, said: Said, inhabitants: int | None) -> Figures:
    """Of what may be said; None = not said."""

    def count(measure: str) -> int | None:
        return said.get(Cell(measure, area, window))

    match indicator:
        case "I01a" | "I01b" | "I13":
            name, measure = COUNTS[indicator]
            return {name: count(measure), "per1000": rate(count(measure), inhabitants)}
        case "I02":
            return {"personen": count("persons")}
        case "I03":
            return {"perPersoon": ratio(count("traceable"), count("persons"))}
        case "I05":
            persons = count("persons")
            enough = persons is not None and possible(persons).low >= PERCENTAGE_FROM
            return {"concentratie": percentage(count("top_reports"), count("traceable")) if enough else None}
        case _:
            name, part, total = SHARES[indicator]
            return {name: percentage(count(part), count(total))}


COUNTS = {
    "I01a": ("meldingen", "reports_e33"),
    "I01b": ("meldingen", "reports"),
    "I13": ("crisismaatregelen", "crisis_measures"),
}
SHARES = {
    "I04": ("herhaald", "index_repeated", "index"),
    "I06": ("zelfdeDag", "persons_same_day", "persons_several"),
    "I12": ("buitenKantooruren", "reports_outside_office", "reports"),
}


def _all_daily(series: Mapping[str, Series], ends: Sequence[int]) -> dict[str, list[int]]:
    """`ends`: the only days on which the most reported persons are looked for."""
    daily = {
        component: _daily(one, component)
        for one in series.values()
        for component in one.components
        if component != "persons_with"
    }
    daily["top_reports"] = _tops(series["I05"], ends)
    for whole, part, rest in RESTS:
        daily[rest] = [max(0, a - b) for a, b in zip(daily[whole], daily[part], strict=True)]
    return daily


RESTS = (
    ("reports", "reports_e33", "reports_other"),
    ("reports", "reports_outside_office", "reports_in_office"),
    ("traceable", "persons", "further_reports"),
    ("traceable", "top_reports", "other_reports"),
    ("persons", "persons_several", "persons_once"),
    ("persons_several", "persons_same_day", "persons_other_days"),
    ("index", "index_repeated", "index_once"),
)


def _daily(series: Series, component: str) -> list[int]:
    days = len(series.days)
    parts = series.components[component].values()
    return [sum(counts) for counts in zip(*parts, strict=True)] if parts else [0] * days


def _tops(series: Series, ends: Sequence[int]) -> list[int]:
    parts = series.components["persons_with"]
    tops = [0] * len(series.days)
    for place in ends:
        tops[place] = top_share({part: counts[place] for part, counts in parts.items()})[0]
    return tops


def _first(series: Series) -> str:
    return next(iter(series.components))


def _between(measure: str, area: str, table: Table, yearly: Sequence[int], first: int) -> dict[Cell, int]:
    """What happened between any two days at which a window starts or ends: years that end on one day, put end to end."""

    def until(day: int) -> int:
        return sum(yearly[place] for place in range(day - first, -1, -YEAR))

    totals = {day: until(day) for day in table.days()}
    return {
        Cell(measure, area, (start, end)): max(0, totals[end] - totals[start])
        for start, end in combinations(sorted(totals), 2)
    }
