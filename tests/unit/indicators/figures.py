"""Area figures in memory: reports on random days about random people, counted with plain loops."""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from vangnet_indicators.domain.alerts.standing import AlertStanding
from vangnet_indicators.domain.area.measures import components_of
from vangnet_indicators.domain.area.series import Series
from vangnet_indicators.domain.disclosure.table import REGION

YEARLY = {"GM0034": 950, "GM0995": 490, "GM0171": 200, "GM0303": 190, "GM0184": 60, "GM0050": 50}


class Report(NamedTuple):
    """One of I01b."""

    day: date
    area: str
    e33: bool
    outside: bool
    person: int  # 0 = anonymous


def reports_of(seed: int, first: date, last: date, yearly: Mapping[str, int] = YEARLY) -> list[Report]:
    """Few people make many reports."""
    dice = random.Random(seed)
    made = []
    for area, number in yearly.items():
        for _ in range(round(number * (last - first).days / 365)):
            person = int(dice.paretovariate(0.6)) if dice.random() < 0.75 else 0
            day = first + timedelta(days=dice.randrange((last - first).days + 1))
            made.append(Report(day, area, dice.random() < 0.8, dice.random() < 0.69, person))
    return made


class InMemory:
    """A `Figures`. Of I04 and I13 there is nothing: their components are zero."""

    def __init__(self, reports: Sequence[Report], today: date | None) -> None:
        self.reports = list(reports)
        self.now = today
        self.asked = 0
        self.heartbeats: dict[str, datetime] = {}
        self.told: list[AlertStanding] = []
        self.regions: dict[frozenset[str], date] = {}

    async def today(self) -> date | None:
        return self.now

    async def delivered(self) -> Mapping[str, datetime]:
        return self.heartbeats

    async def alerts(self) -> Sequence[AlertStanding]:
        return self.told

    async def told_elsewhere(self, municipalities: Sequence[str]) -> date | None:
        return max((day for region, day in self.regions.items() if region != set(municipalities)), default=None)

    async def note_told(self, municipalities: Sequence[str], until: date) -> None:
        self.regions[frozenset(municipalities)] = until

    async def series(
        self, indicators: Sequence[str], areas: Sequence[str], window: int, first: date, last: date
    ) -> Mapping[tuple[str, str], Series]:
        self.asked += 1
        counted = {area: _daily(self._of(area), window, first, last) for area in areas}
        return {
            (indicator, area): Series(
                indicator=indicator,
                area=area,
                window=window,
                first=first,
                last=last,
                components={name: counted[area].get(name, {}) for name in components_of(indicator)},
            )
            for indicator in indicators
            for area in areas
        }

    def _of(self, area: str) -> list[Report]:
        return [report for report in self.reports if area in (REGION, report.area)]


def _daily(reports: Sequence[Report], window: int, first: date, last: date) -> dict[str, dict[str, list[int]]]:
    days = (last - first).days + 1
    ordered = sorted(reports)
    when = [report.day for report in ordered]
    found: dict[str, dict[str, list[int]]] = {}
    before, counts = (0, 0), Counter[tuple[str, str]]()
    for place in range(days):
        end = first + timedelta(days=place)
        inside = bisect_right(when, end - timedelta(days=window)), bisect_right(when, end)
        if inside != before:
            before, counts = inside, count_one(ordered[slice(*inside)])
        for (component, part), count in counts.items():
            found.setdefault(component, {}).setdefault(part, [0] * days)[place] = count
    return found


def count_one(reports: Sequence[Report]) -> Counter[tuple[str, str]]:
    """The components of one window."""
    persons = Counter(report.person for report in reports if report.person)
    same_day = Counter((report.person, report.day) for report in reports if report.person)
    counts = Counter(
        {
            ("reports", ""): len(reports),
            ("reports_e33", ""): sum(report.e33 for report in reports),
            ("reports_outside_office", ""): sum(report.outside for report in reports),
            ("traceable", ""): sum(persons.values()),
            ("persons", ""): len(persons),
            ("persons_several", ""): sum(count > 1 for count in persons.values()),
            ("persons_same_day", ""): len({person for (person, _), count in same_day.items() if count > 1}),
        }
    )
    for count in persons.values():
        counts["persons_with", str(count)] += 1
    return counts
