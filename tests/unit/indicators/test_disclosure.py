"""Somebody adds and subtracts every published number, over windows, dates, areas and indicators that hold one another: no
small number comes out. He is a linear program here; that he would find them otherwise is tested too."""

import random
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_indicators.domain.disclosure.outsider import Outsider
from vangnet_indicators.domain.disclosure.release import Said, release
from vangnet_indicators.domain.disclosure.rounding import (
    ANYTHING,
    Interval,
    percentage,
    possible,
    protects,
    rate,
    ratio,
    rounded,
    small,
)
from vangnet_indicators.domain.disclosure.running import RunningTotal
from vangnet_indicators.domain.disclosure.table import REGION, Cell, Measure, Table, Window

from tests.oracle.linear import most

REPORTS = (
    Measure("I01b", splits=(("I01a", "other"),), over_time=True),
    Measure("I01a", over_time=True),
    Measure("other", said=False, over_time=True),
)
LEAVES = ("I01a", "other")
QUARTERS = tuple(date(2024 + n // 4, 1 + n % 4 * 3, 1).toordinal() - 1 for n in range(1, 8))
WINDOWS: tuple[Window, ...] = tuple((end - 365, end) for end in QUARTERS)
SINCE = date(2024, 1, 1).toordinal()

Atom = tuple[str, str, Window]


def town(seed: int, yearly: tuple[float, ...]) -> Table:
    """Reports in a few municipalities since the first day of 2024: seven quarters."""
    dice = random.Random(seed)
    days = sorted({day for window in WINDOWS for day in window} | {SINCE - 1})
    atoms: dict[Atom, int] = {}
    for area, reports in enumerate(yearly):
        for start, end in pairwise(days):
            length = end - max(start, SINCE - 1)
            for leaf, share in zip(LEAVES, (0.8, 0.2), strict=True):
                atoms[leaf, f"m{area}", (start, end)] = sum(
                    dice.random() < reports * share / 365 / 2 for _ in range(2 * max(0, length))
                )
    municipalities = [f"m{area}" for area in range(len(yearly))]
    counts = {
        Cell(measure.name, area, (start, end)): sum(atoms[atom] for atom in atoms_of(measure.name, area, (start, end), days, municipalities))
        for measure in REPORTS
        for area in (*municipalities, REGION)
        for start, end in combinations(days, 2)
    }  # fmt: skip
    return Table(measures=REPORTS, municipalities=municipalities, windows=WINDOWS, since=SINCE, counts=counts)


def atoms_of(measure: str, area: str, window: Window, days: list[int], municipalities: list[str]) -> Iterator[Atom]:
    """What a number is the sum of."""
    for leaf in LEAVES if measure == "I01b" else (measure,):
        for place in municipalities if area == REGION else (area,):
            for start, end in pairwise(days):
                if window[0] <= start and end <= window[1]:
                    yield leaf, place, (start, end)


class Attacker:
    """Knows how numbers add up, when registration began, how they are rounded; not why one is missing."""

    def __init__(self, table: Table, said: Mapping[Cell, int]) -> None:
        self._days = table.days()
        self._municipalities = list(table.municipalities)
        slots = [(start, end) for start, end in pairwise(self._days) if end >= table.since]
        self._place: dict[Atom, int] = {}
        for leaf in LEAVES:
            for area in self._municipalities:
                for slot in slots:
                    self._place[leaf, area, slot] = len(self._place)
        self._rows = [row for cell, number in said.items() for row in self._bounds(cell, possible(number))]

    def interval(self, cell: Cell, less: tuple[Cell, ...] = ()) -> tuple[float, float]:
        target = self._row(cell)
        for other in less:
            target = [a - b for a, b in zip(target, self._row(other), strict=True)]
        return -most([-value for value in target], self._rows), most(target, self._rows)

    def _bounds(self, cell: Cell, interval: Interval) -> list[tuple[list[float], float]]:
        row = self._row(cell)
        return [(row, interval.high), ([-value for value in row], -interval.low)]

    def _row(self, cell: Cell) -> list[float]:
        row = [0.0] * len(self._place)
        for atom in atoms_of(cell.measure, cell.area, cell.window, self._days, self._municipalities):
            if atom in self._place:
                row[self._place[atom]] = 1.0
        return row


def secrets(table: Table) -> list[Cell]:
    """Everything small: published windows and every time between two of their days, from the first day on."""
    return [cell for cell, count in table.counts.items() if small(count) and cell.window[1] >= table.since]


def found(table: Table, said: Said, among: list[Cell]) -> Iterator[tuple[Cell, float, float]]:
    """Small numbers of which the attacker knows more than that they are small."""
    attacker = Attacker(table, said)
    for cell in among:
        low, high = attacker.interval(cell)
        if low > 0.001 or high < 8.999:
            yield cell, low, high


@cache
def small_town(seed: int) -> tuple[Table, Said]:
    table = town(seed, (25, 45, 120))
    return table, release(table)


@pytest.mark.parametrize("seed", range(2))
def test_no_small_number_can_be_worked_out(seed: int) -> None:
    table, said = small_town(seed)
    windows = [cell for cell in secrets(table) if cell.window in WINDOWS]
    between = [cell for cell in secrets(table) if cell.window not in WINDOWS]
    assert windows and between
    among = windows + random.Random(seed).sample(between, min(5, len(between)))
    assert list(found(table, said, among)) == []


@pytest.mark.parametrize("seed", range(2))
def test_the_attacker_finds_them_where_only_small_numbers_themselves_are_left_out(seed: int) -> None:
    table, _ = small_town(seed)
    shown = [cell for cell in table.counts if cell.measure != "other" and cell.window in WINDOWS]
    naive = {cell: rounded(table.counts[cell]) for cell in shown if not small(table.counts[cell])}
    assert next(found(table, naive, [cell for cell in secrets(table) if cell.window in WINDOWS]), None)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_said_is_right_and_not_small(seed: int) -> None:
    table, said = small_town(seed)
    assert all(not small(table.counts[cell]) and number == rounded(table.counts[cell]) for cell, number in said.items())
    offered = [
        cell
        for cell, count in table.counts.items()
        if cell.measure == "I01b" and cell.window in WINDOWS and count >= 10
    ]
    assert sum(cell in said for cell in offered) > 0.6 * len(offered)


@pytest.mark.parametrize("seed", range(2))
def test_never_one_municipality_alone_is_missing(seed: int) -> None:
    table, said = small_town(seed)
    for measure in ("I01a", "I01b"):
        for window in WINDOWS:
            missing = [area for area in table.municipalities if Cell(measure, area, window) not in said]
            assert len(missing) != 1 or Cell(measure, REGION, window) not in said


@pytest.mark.parametrize("seed", range(2))
def test_what_was_said_is_never_taken_back(seed: int) -> None:
    """A later quarter decides nothing about an earlier one: somebody may have kept that page."""
    table, said = small_town(seed)
    for count in range(1, len(WINDOWS)):
        before = WINDOWS[:count]
        days = {day for window in before for day in window} | {SINCE - 1}
        counts = {cell: n for cell, n in table.counts.items() if set(cell.window) <= days}
        earlier = Table(
            measures=REPORTS, municipalities=table.municipalities, windows=before, since=SINCE, counts=counts
        )
        assert release(earlier) == {cell: number for cell, number in said.items() if cell.window in before}


WINDOW: Window = (0, 365)


def one_window(
    counts: Mapping[tuple[str, str], int], measures: tuple[Measure, ...], areas: tuple[str, ...]
) -> set[tuple[str, str]]:
    """(measure, area) that is said."""
    table = Table(
        measures=measures,
        municipalities=[area for area in areas if area != REGION],
        windows=[WINDOW],
        since=-400,
        counts={Cell(measure, area, WINDOW): count for (measure, area), count in counts.items()},
    )
    return {(cell.measure, cell.area) for cell in release(table)}


def test_the_region_minus_the_others_does_not_tell_a_small_municipality() -> None:
    count = {"urk": 4, "zeewolde": 30, "dronten": 160, "almere": 950}
    told = one_window(
        {("I01a", area): n for area, n in (count | {REGION: sum(count.values())}).items()},
        (Measure("I01a"),),
        tuple(count),
    )
    assert told == {("I01a", "dronten"), ("I01a", "almere"), ("I01a", REGION)}


def test_two_small_ones_together_are_not_told_either() -> None:
    count = {"urk": 1, "zeewolde": 0, "dronten": 158, "almere": 948}
    counts = {("I01a", area): n for area, n in (count | {REGION: sum(count.values())}).items()}
    assert one_window(counts, (Measure("I01a"),), tuple(count)) == {("I01a", "almere"), ("I01a", REGION)}


def test_persons_in_two_municipalities_count_once_in_the_region() -> None:
    count = {"urk": 4, "zeewolde": 300, "dronten": 300, "almere": 900}
    counts = {("I02", area): n for area, n in (count | {REGION: 1400}).items()}
    persons = (Measure("I02", areas="persons"),)
    assert ("I02", "urk") not in one_window(counts, persons, tuple(count))
    assert len(one_window(counts, persons, tuple(count))) == 3


def test_an_indicator_inside_another_does_not_tell_what_is_between_them() -> None:
    """E33 and all reports: a handful of suicide threats or homeless nuisance is the difference."""
    measures = (Measure("I01b", splits=(("I01a", "other"),)), Measure("I01a"), Measure("other", said=False))
    counts = {("I01b", REGION): 143, ("I01a", REGION): 140, ("other", REGION): 3}
    assert one_window(counts, measures, (REGION,)) == {("I01b", REGION)}
    counts = {("I01b", REGION): 180, ("I01a", REGION): 140, ("other", REGION): 40}
    assert one_window(counts, measures, (REGION,)) == {("I01b", REGION), ("I01a", REGION)}


def test_a_percentage_does_not_tell_its_small_complement() -> None:
    measures = (Measure("reports", splits=(("outside", "inside"),)), Measure("outside"), Measure("inside", said=False))
    told = one_window({("reports", REGION): 203, ("outside", REGION): 200, ("inside", REGION): 3}, measures, (REGION,))
    assert told == {("reports", REGION)}
    assert percentage(None, 205) is None


def test_percentages_stand_on_a_hundred_and_on_rounded_numbers() -> None:
    assert percentage(50, 100) is None  # may be 98
    assert percentage(50, 105) == 48
    assert percentage(50, None) is None
    assert ratio(300, 120) == 2.5
    assert ratio(300, 95) is None
    assert rate(955, 229_574) == 4.2
    assert rate(None, 229_574) is None
    assert rate(955, None) is None


@given(st.integers(0, 10_000))
def test_a_number_as_shown_says_at_most_the_five_it_may_be(count: int) -> None:
    assert rounded(count) % 5 == 0 and abs(rounded(count) - count) <= 2
    if not small(count):
        interval = possible(rounded(count))
        assert interval.low <= count <= interval.high and interval.low >= 10


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 6), st.integers(0, 3)), max_size=4),
)
def test_conclusions_over_time_are_exact(said: list[tuple[int, int, int, int]]) -> None:
    """Beside every history of three periods, tried one by one."""
    told = [((a, min(3, a + n)), Interval(low, low + more)) for a, n, low, more in said]
    total = RunningTotal(range(4))
    for window, interval in told:
        total.learn(*window, interval)
    worlds = [
        world
        for world in _histories(3, 9)
        if all(interval.low <= sum(world[a:b]) <= interval.high for (a, b), interval in told)
    ]
    assert total.sound() == bool(worlds)
    for a, b in combinations(range(4), 2) if worlds else ():
        sums = {sum(world[a:b]) for world in worlds}
        known = total.known(a, b)
        assert known.low == min(sums)
        assert known.high == max(sums) or max(sums) >= 9


@cache
def _histories(periods: int, top: int) -> list[tuple[int, ...]]:
    if periods == 0:
        return [()]
    return [(first, *rest) for first in range(top + 1) for rest in _histories(periods - 1, top)]


def test_a_reader_who_was_told_nothing_knows_only_when_registration_began() -> None:
    table, _ = small_town(0)
    outsider = Outsider(table)
    assert outsider.known(Cell("I01a", "m0", WINDOWS[-1])) == ANYTHING
    assert outsider.known(Cell("I01a", "m0", (WINDOWS[0][0], SINCE - 1))) == (0, 0)
    assert protects(Interval(0, 9)) and not protects(Interval(1, 9)) and not protects(Interval(0, 8))
