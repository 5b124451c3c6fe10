"""Whatever came and went, a person's cells are those that the events that are left make by themselves."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from vangnet_contract.messages import EventRecord
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.area.cells import AreaCells, SeriesKey, add_days
from vangnet_indicators.domain.rebuild import person_cells

from tests.unit.indicators.area_world import (
    BASES,
    ELSEWHERE,
    KINDS,
    MUNICIPALITIES,
    SPLINTERS,
    STEPS,
    happening,
    renamed,
)
from tests.unit.indicators.people import PERSONS, change
from tests.unit.indicators.test_area import SMALL

Cells = dict[tuple[str, SeriesKey], dict[int, int]]
PLACES = (*MUNICIPALITIES, MUNICIPALITIES[0], ELSEWHERE)
LATE = [timedelta(0), timedelta(days=2), timedelta(days=200)]


def event(dice: random.Random, name: str, others: list[EventRecord]) -> EventRecord:
    """A telling time before or after another; often a report, seldom received at once."""
    at = dice.choice([BASES[0], *(one.occurred_at for one in others)])
    at += dice.choice((1, -1, 2)) * dice.choice(STEPS) + dice.choice(SPLINTERS)
    kind = dice.choice((KINDS[0], dice.choice(KINDS)))
    made = renamed(happening(at, kind, dice.choice(PLACES), late=dice.choice(LATE)), name)
    return made.record


def add(total: Cells, cells: AreaCells) -> Cells:
    """What is left; also in `total`."""
    for areas, key, days in cells.nonzero():
        for area in areas:
            add_days(total[area, key], days.items())
    return {name: left for name, days in total.items() if (left := {day: n for day, n in days.items() if n})}


@pytest.mark.parametrize("seed", range(0, 450, 30))
def test_what_is_kept_is_what_is_counted_anew(seed: int) -> None:
    for dice in map(random.Random, range(seed, seed + 30)):
        live: list[EventRecord] = []
        partition, kept = Partition(0, None, {}), defaultdict(dict)
        for n in range(dice.randint(2, 9)):
            gone = [live.pop(dice.randrange(len(live)))] if live and dice.random() < 0.35 else []
            came = [] if gone and dice.random() < 0.5 else [event(dice, f"e{n}", live)]
            live += came
            partition.area.cells = AreaCells()
            step(partition, change(BASES[0], came, gone), SMALL)
            anew = AreaCells()
            if live:
                person_cells(partition.persons[PERSONS[0]].history, PERSONS[0], SMALL, anew)
            assert add(kept, partition.area.cells) == add(defaultdict(dict), anew)
