"""Everything that a reader of all published numbers can work out by adding and subtracting them."""

from collections.abc import Iterable, Iterator

from vangnet_indicators.domain.disclosure.rounding import ANYTHING, Interval
from vangnet_indicators.domain.disclosure.running import RunningTotal
from vangnet_indicators.domain.disclosure.table import Cell, Table, Window

Series = tuple[str, str]
Sum = tuple[Series, tuple[Series, ...], bool]


class Outsider:
    """Knows the table's make-up and rules, no count; learns what is published, and concludes."""

    def __init__(self, table: Table) -> None:
        self._measures = {measure.name: measure for measure in table.measures}
        self._all_sums = list(table.sums())
        self._sums: dict[Series, list[int]] = {}
        for place, (total, parts, _) in enumerate(self._all_sums):
            for series in (total, *parts):
                self._sums.setdefault(series, []).append(place)
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

    def learn(self, said: Iterable[tuple[Cell, Interval]]) -> None:
        """Takes published numbers in, and everything that follows from them together."""
        dirty: dict[tuple[int, Window], None] = {}
        self._note(said, dirty)
        while dirty:
            place, window = dirty.popitem()[0]
            self._note(self._balance(self._all_sums[place], window), dirty)

    def _note(self, told: Iterable[tuple[Cell, Interval]], dirty: dict[tuple[int, Window], None]) -> None:
        """`dirty`: sums to look at again, in a window."""
        for cell, bounds in told:
            if self._total(cell).learn(*cell.window, bounds):
                for place in self._sums.get((cell.measure, cell.area), ()):
                    dirty[place, cell.window] = None

    def _balance(self, one: Sum, window: Window) -> Iterator[tuple[Cell, Interval]]:
        """What the total says about its parts and they about it, in one window; only what is new."""
        total, parts, equal = one
        whole = self.known(Cell(*total, window))
        known = [self.known(Cell(*part, window)) for part in parts]
        low, high = sum(bounds.low for bounds in known), sum(bounds.high for bounds in known)
        at_least = low if equal else max(bounds.low for bounds in known)
        if at_least > whole.low or high < whole.high:
            yield Cell(*total, window), whole.meet(Interval(at_least, high))
        for part, bounds in zip(parts, known, strict=True):
            told = Interval(whole.low - high + bounds.high, whole.high - (low - bounds.low if equal else 0))
            if told.low > bounds.low or told.high < bounds.high:
                yield Cell(*part, window), bounds.meet(told)

    def _over_time(self, measure: str) -> bool:
        return self._measures[measure].over_time

    def _key(self, measure: str, area: str, window: Window) -> tuple[Series, Window | None]:
        return (measure, area), None if self._over_time(measure) else window

    def _total(self, cell: Cell) -> RunningTotal:
        key = self._key(cell.measure, cell.area, cell.window)
        if key not in self._totals:
            self._totals[key] = self._started.copy() if self._over_time(cell.measure) else RunningTotal(cell.window)
        return self._totals[key]
