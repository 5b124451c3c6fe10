"""Everything that a reader of all published numbers can work out by adding and subtracting them."""

from collections import deque

from vangnet_indicators.domain.disclosure.rounding import ANYTHING, Interval
from vangnet_indicators.domain.disclosure.running import RunningTotal
from vangnet_indicators.domain.disclosure.table import Cell, Table, Window

Series = tuple[str, str]
Sum = tuple[Series, tuple[Series, ...], bool]


class Outsider:
    """Knows the table's make-up and rules, no count; learns what is published, and concludes."""

    def __init__(self, table: Table) -> None:
        self._measures = {measure.name: measure for measure in table.measures}
        self._sums: dict[Series, list[Sum]] = {}
        for one in table.sums():
            for series in (one[0], *one[1]):
                self._sums.setdefault(series, []).append(one)
        self._since = table.since - 1
        self._days = table.days()
        self._totals: dict[tuple[Series, Window | None], RunningTotal] = {}
        self._started = RunningTotal(self._days)
        self._started.learn(self._days[0], self._since, Interval(0, 0))

    def copy(self) -> "Outsider":
        """To try something on: nothing that the copy learns comes back."""
        other = object.__new__(Outsider)
        other.__dict__.update(self.__dict__)
        other._totals = {key: total.copy() for key, total in self._totals.items()}
        return other

    def known(self, cell: Cell) -> Interval:
        """Between what it must lie."""
        total = self._totals.get(self._key(cell.measure, cell.area, cell.window))
        if total is None:
            return ANYTHING if not self._over_time(cell.measure) else self._started.known(*cell.window)
        known = total.known(*cell.window)
        return Interval(max(0, known.low), known.high)

    def sound(self) -> bool:
        """Whether any counts agree with all of it; otherwise a conclusion means nothing."""
        return all(total.sound() for total in self._totals.values())

    def learn(self, cell: Cell, interval: Interval) -> None:
        """Takes a published number in, and everything that follows from it."""
        news = deque([(cell, interval)])
        while news:
            said, bounds = news.popleft()
            if self._total(said).learn(*said.window, bounds):
                series = (said.measure, said.area)
                news.extend(
                    told for one in self._sums.get(series, ()) for told in self._balance(one, said.window) if told
                )

    def _balance(self, one: Sum, window: Window) -> list[tuple[Cell, Interval] | None]:
        """What the total says about its parts and they about it, in one window."""
        total, parts, equal = one
        known = {series: self.known(Cell(*series, window)) for series in (total, *parts)}
        low, high = sum(known[part].low for part in parts), sum(known[part].high for part in parts)
        whole = known[total]
        at_least = low if equal else max(known[part].low for part in parts)
        told = [self._news(total, window, whole, Interval(at_least, high))]
        for part in parts:
            rest_low, rest_high = low - known[part].low, high - known[part].high
            most = whole.high - (rest_low if equal else 0)
            told.append(self._news(part, window, known[part], Interval(whole.low - rest_high, most)))
        return told

    @staticmethod
    def _news(series: Series, window: Window, known: Interval, told: Interval) -> tuple[Cell, Interval] | None:
        if told.low <= known.low and told.high >= known.high:
            return None
        return Cell(*series, window), known.meet(told)

    def _over_time(self, measure: str) -> bool:
        return self._measures[measure].over_time

    def _key(self, measure: str, area: str, window: Window) -> tuple[Series, Window | None]:
        return (measure, area), None if self._over_time(measure) else window

    def _total(self, cell: Cell) -> RunningTotal:
        key = self._key(cell.measure, cell.area, cell.window)
        if key not in self._totals:
            self._totals[key] = self._started.copy() if self._over_time(cell.measure) else RunningTotal(cell.window)
        return self._totals[key]
