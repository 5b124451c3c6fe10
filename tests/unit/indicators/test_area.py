"""Area counts equal the oracle's for every indicator, area, window and day."""

import math
from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.indicators import area_indicators
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.area.calendar import number_of
from vangnet_indicators.domain.area.cells import SeriesKey, add_days
from vangnet_indicators.domain.area.delivery import Days, Name, settled
from vangnet_indicators.domain.area.measures import Measure, components_of, concentrations, value
from vangnet_indicators.domain.instants import micros

from tests.unit.indicators.area_world import AREAS, MUNICIPALITIES, World, eventful, partition_of, telling_days, worlds
from tests.unit.indicators.people import BOOK

WINDOWS = [(indicator.id, window) for indicator in area_indicators().values() for window in indicator.windows]
SMALL = type(BOOK)(
    **{f: getattr(BOOK, f) for f in BOOK.__struct_fields__}
    | {
        "municipalities": frozenset(MUNICIPALITIES),
        "places": {number: code for number, code in BOOK.places.items() if code in MUNICIPALITIES},
    }
)
Cells = dict[tuple[str, SeriesKey], dict[int, int]]


def counted(world: World, partitions: int, batch: int) -> Cells:
    """What all partitions have committed: the cells of each batch added up, nothing else kept between batches but rows."""
    total: Cells = defaultdict(dict)
    for number in range(partitions):
        mine = [message for key, message in world.messages if partition_of(key, partitions) == number]
        persons, reports = {}, {}
        for start in range(0, len(mine), batch):
            partition = Partition(number, None, persons)
            partition.area.reports = reports
            for message in mine[start : start + batch]:
                step(partition, message, SMALL)
            for areas, key, days in partition.area.cells.nonzero():
                for area in areas:
                    add_days(total[area, key], days.items())
    return total


def known(world: World, cells: Cells, area: str, window: int) -> dict[Name, Days]:
    """By component and part, as far as partners have delivered."""
    mine = {(k.component, k.part): days for (a, k), days in cells.items() if (a, k.window) == (area, window)}
    return settled(mine, window, {partner: micros(up_to) for partner, up_to in world.delivered.items()})


def figures(cells: dict[Name, Days], indicator: str, day: date) -> dict[str, tuple[int, int | None]]:
    components = {
        component: {
            part: sum(count for changed, count in days.items() if changed <= number_of(day))
            for (name, part), days in cells.items()
            if name == component
        }
        for component in components_of(indicator)
    }
    found = value(indicator, components, None)
    return {name: (measure.count, measure.total) for name, measure in found.items()}


def shown(found: dict[str, tuple[int, int | None]]) -> dict[str, tuple[int, int | None]]:
    return {name: figure for name, figure in found.items() if figure[0] or figure[1]}


def assert_equal(world: World, cells: Cells) -> None:
    truth = world.truth
    for indicator, window in WINDOWS:
        for area in AREAS:
            relevant = known(world, cells, area, window)
            for day in telling_days(world, window):
                mine = shown(figures(relevant, indicator, day))
                # parts that are 0 are left out on both sides; I14's and I17's shares of nothing too
                theirs = shown(truth.figures(indicator, area, window, day))
                assert {n: f for n, f in mine.items() if f[0]} == {n: f for n, f in theirs.items() if f[0]}, (
                    indicator,
                    area,
                    window,
                    day,
                )
                assert {f[1] for f in mine.values()} == {f[1] for f in theirs.values()}, (indicator, area, window, day)


def test_a_long_log_with_every_indicator_in_it() -> None:
    world = eventful(seed=7, steps=90)
    cells, truth, seen = counted(world, 3, 7), world.truth, set()
    for indicator, window in WINDOWS:
        for area in AREAS:
            relevant = known(world, cells, area, window)
            for number in range(0, 1100, 17):
                day = date(2024, 2, 1) + timedelta(days=number)
                mine = {n: f for n, f in figures(relevant, indicator, day).items() if f[0]}
                theirs = {n: f for n, f in truth.figures(indicator, area, window, day).items() if f[0]}
                assert mine == theirs, (indicator, area, window, day)
                seen |= {indicator} if mine else set()
    assert seen >= area_indicators().keys(), seen


@settings(max_examples=12, deadline=None)
@given(worlds, st.sampled_from((1, 7, 1000)))
def test_every_series_equals_the_oracle(world: World, batch: int) -> None:
    assert_equal(world, counted(world, 3, batch))


@settings(max_examples=10, deadline=None)
@given(worlds)
def test_what_is_gone_has_left_nothing(world: World) -> None:
    for _ in range(len(world.live)):
        world.retract(0)
    assert not any(any(days.values()) for days in counted(world, 3, 7).values())


@given(st.lists(st.dictionaries(st.integers(1, 40), st.integers(0, 30), max_size=12), min_size=1, max_size=6))
def test_concentration_is_that_of_the_persons_one_by_one(days: list[dict[int, int]]) -> None:
    parts = {str(number): [day.get(number, 0) for day in days] for number in {n for day in days for n in day}}
    for day, found in zip(days, concentrations(parts, len(days)), strict=True):
        each = sorted((number for number, count in day.items() for _ in range(count)), reverse=True)
        most = each[: max(1, math.ceil(7 * len(each) / 100))]
        assert found == {"concentratie": Measure(sum(most), sum(each), 100), "personen": Measure(len(each))}
