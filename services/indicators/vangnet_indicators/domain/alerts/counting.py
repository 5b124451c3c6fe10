"""Alerts of each area by day, and the table that disclosure control decides about."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from vangnet_contract.outcomes import OUTCOMES

from vangnet_indicators.domain.alerts.standing import OTHER, AlertStanding, marks, outcome_measure
from vangnet_indicators.domain.disclosure.table import REGION, Cell, Measure, Table, Window
from vangnet_indicators.domain.disclosure.yearly import Quarter

ABOUT_ALERTS = ("I15", "I16")
OUTCOME_MEASURES = tuple(outcome_measure(code) for code in OUTCOMES)

MEASURES = (
    Measure("released", splits=(("closed", "open"), ("acknowledged", "awaiting_acknowledgement")), over_time=True),
    Measure("acknowledged", splits=(("closed", "in_hand"),), over_time=True),
    Measure("closed", splits=((*OUTCOME_MEASURES, OTHER), ("answered", "unanswered")), over_time=True),
    Measure("open", splits=(("in_hand", "awaiting_acknowledgement"),), over_time=True),
    Measure("answered", splits=(("new", "known"),), over_time=True),
    Measure("new", over_time=True),
    Measure("awaiting_acknowledgement", over_time=True),
    Measure("awaiting_release", over_time=True),
    *(Measure(name, over_time=True) for name in OUTCOME_MEASURES),
    *(Measure(name, said=False, over_time=True) for name in (OTHER, "unanswered", "known", "in_hand")),
)


class AlertDays:
    """When what happened, by area: the day of every mark of every alert. Alerts of no municipality of the region are left out."""

    def __init__(self, alerts: Iterable[AlertStanding], municipalities: Sequence[str]) -> None:
        self.municipalities = municipalities
        self.first: date | None = None
        self._alerts: defaultdict[str, list[tuple[date, AlertStanding]]] = defaultdict(list)
        self._days: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for one in alerts:
            if one.municipality is not None and one.municipality in municipalities:
                self._add(one, one.municipality)

    def count(self, measure: str, area: str, window: Window) -> int:
        """Of a window."""
        days = self._days.get((measure, area), [])
        return bisect_right(days, window[1]) - bisect_right(days, window[0])

    def released(self, area: str, window: Window) -> list[AlertStanding]:
        """In a window."""
        return [one for day, one in self._alerts[area] if window[0] < day.toordinal() <= window[1]]

    def _add(self, one: AlertStanding, municipality: str) -> None:
        for measure, day in marks(one):
            self.first = min(day, self.first or day)
            for area in (municipality, REGION):
                insort(self._days[measure, area], day.toordinal())
                if measure == "released":
                    self._alerts[area].append((day, one))


def alert_table(days: AlertDays, since: date, of: Sequence[Quarter]) -> Table:
    """The truth about these quarters, and about all windows that follow from theirs. `since`: the first day of anything."""
    counts: dict[Cell, int] = {}
    table = Table(
        measures=MEASURES,
        municipalities=days.municipalities,
        windows=[quarter.window for quarter in of],
        since=min(since, days.first or since).toordinal(),
        counts=counts,
    )
    for window in combinations(table.days(), 2):
        for measure in MEASURES:
            for area in table.areas:
                counts[Cell(measure.name, area, window)] = days.count(measure.name, area, window)
    return table
