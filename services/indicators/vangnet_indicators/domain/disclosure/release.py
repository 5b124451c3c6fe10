"""Which numbers are said: quarter after quarter, so that with all that was said before no small number can be worked out."""

from collections.abc import Iterator

import msgspec

from vangnet_indicators.domain.disclosure.outsider import Outsider
from vangnet_indicators.domain.disclosure.rounding import (
    UNKNOWN,
    Interval,
    possible,
    protects,
    rounded,
    small,
)
from vangnet_indicators.domain.disclosure.table import REGION, Cell, Table, Window

Said = dict[Cell, int]
"""Published numbers. A cell that is not in it is withheld; readers are not told whether it is small itself."""


class Secret(msgspec.Struct, frozen=True):
    """A small number: that of `cell`, or what is left of `whole` without `less` (the withheld municipalities together)."""

    cell: Cell
    whole: Cell | None = None
    less: tuple[Cell, ...] = ()

    def known_to(self, outsider: Outsider) -> Interval:
        """Between what it must lie."""
        whole = outsider.known(self.whole or self.cell)
        taken = [outsider.known(cell) for cell in self.less]
        low = whole.low - sum(one.high for one in taken)
        return Interval(max(0, low), min(whole.high - sum(one.low for one in taken), UNKNOWN))

    def safe_from(self, outsider: Outsider) -> bool:
        """Whether he cannot tell it from any other small number."""
        return protects(self.known_to(outsider))


def release(table: Table) -> Said:
    """Every number of the table that may be said, rounded."""
    outsider, said = Outsider(table), Said()
    for window in table.windows:
        chosen, outsider = _settle(table, window, outsider)
        said |= {cell: rounded(table.counts[cell]) for cell in chosen}
    return said


def _settle(table: Table, window: Window, before: Outsider) -> tuple[set[Cell], Outsider]:
    """Of one window: starts with all that is not small, takes away until nothing small shows."""
    chosen = {cell for cell in _offered(table, window) if not small(table.counts[cell])}
    known_anyway = {secret for secret in _small_cells(table, window) if not secret.safe_from(before)}
    while True:
        chosen -= set(_second_ones(table, window, chosen))
        after = _told(table, chosen, before)
        secrets = [*_small_cells(table, window), *_rests(table, window, chosen)]
        exposed = [secret for secret in secrets if secret not in known_anyway and not secret.safe_from(after)]
        if not chosen or (after.sound() and not exposed):
            return chosen, after
        chosen.discard(_victim(table, exposed[0], chosen, before) if exposed else min(chosen))


def _told(table: Table, chosen: set[Cell], before: Outsider) -> Outsider:
    after = before.copy()
    after.learn((cell, possible(rounded(table.counts[cell]))) for cell in sorted(chosen))
    return after


def _offered(table: Table, window: Window) -> Iterator[Cell]:
    for measure in table.measures:
        if measure.said:
            yield from (cell for area in table.areas if (cell := Cell(measure.name, area, window)) in table.counts)


def _second_ones(table: Table, window: Window, chosen: set[Cell]) -> Iterator[Cell]:
    """Where one municipality alone is withheld the region would tell it: the smallest other one goes too."""
    for measure in table.measures:
        shown = [cell for area in table.municipalities if (cell := Cell(measure.name, area, window)) in chosen]
        region = Cell(measure.name, REGION, window)
        if region in chosen and len(shown) == len(table.municipalities) - 1:
            yield shown[0] if shown else region


def _small_cells(table: Table, window: Window) -> list[Secret]:
    """Of this window and all before it, and between the days at which they start and end."""
    return [
        Secret(cell)
        for cell, count in table.counts.items()
        if small(count) and table.since <= cell.window[1] <= window[1]
    ]


def _rests(table: Table, window: Window, chosen: set[Cell]) -> Iterator[Secret]:
    """What the withheld municipalities have together, where that is little and the region is said."""
    for measure in (measure for measure in table.measures if measure.areas == "sum"):
        cells = [Cell(measure.name, area, window) for area in table.municipalities]
        hidden = [cell for cell in cells if cell not in chosen]
        region = Cell(measure.name, REGION, window)
        if region in chosen and hidden and small(sum(table.counts.get(cell, 0) for cell in hidden)):
            yield Secret(hidden[0], region, tuple(cell for cell in cells if cell in chosen))


def _victim(table: Table, exposed: Secret, chosen: set[Cell], before: Outsider) -> Cell:
    """What goes next: the number itself; else the first one without which this secret is safe; else the first one."""
    order = _order(table, exposed.cell, chosen)
    if order[0] == exposed.cell:
        return order[0]
    near = [cell for cell in order if exposed.cell.measure == cell.measure or exposed.cell.area == cell.area]
    return next((cell for cell in near if exposed.safe_from(_told(table, chosen - {cell}, before))), order[0])


def _order(table: Table, exposed: Cell, chosen: set[Cell]) -> list[Cell]:
    """The number itself, of the same measure the smallest municipality first, of the same area the finest measure first,
    then the finest and smallest there is. Never by a count: the order says nothing."""
    rank = {area: place for place, area in enumerate(table.areas)}
    fineness = {measure.name: place for place, measure in enumerate(reversed(table.measures))}

    def order(cell: Cell) -> tuple[bool, bool, bool, int, int]:
        same_area, same_measure = cell.area == exposed.area, cell.measure == exposed.measure
        itself = same_area and same_measure
        return (not itself, not same_measure, not same_area, fineness[cell.measure], rank[cell.area])

    return sorted(chosen, key=order)
