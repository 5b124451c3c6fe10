"""The people of the region whom partners may meet: households that share surname and address, among them twins and namesakes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, count, islice
from random import Random

from vangnet_simulator.bsn import invented_bsns
from vangnet_simulator.names import Sex, pick_given_names, pick_surname
from vangnet_simulator.person import CareKind, Course, Person
from vangnet_simulator.places import Address, pick_address, pick_municipality

CARE_KINDS: tuple[CareKind, ...] = ("ggz", "outreach", "support", "sheltered", "shelter")


@dataclass(frozen=True, slots=True)
class Shape:
    """Shares and rates, fitted to the figures that `vangnet-simulator calibration` prints.

    `frequent`: the few who cause a large part of the reports; `_spells`: bad periods a year (mean); `_persistence`:
    chance of one more occurrence after the last; `shared_household`: with another person whom partners meet, of whom
    `twins` (all but the given names equal) and `namesakes` (father and son with one name).
    """

    frequent: float = 0.015
    frequent_spells: float = 6.6
    frequent_persistence: float = 0.5
    other_spells: float = 0.357
    other_persistence: float = 0.078
    only_in_care: float = 0.03
    in_care: float = 0.82
    homeless: float = 0.09
    suicidal: float = 0.05
    shared_household: float = 0.1
    twins: float = 0.004
    namesakes: float = 0.006
    moved: float = 0.15


@dataclass(frozen=True, slots=True)
class _Home:
    """What the members of one household have in common."""

    number: int
    prefix: str
    surname: str
    address: Address
    previous: Address | None


def people(rng: Random, shape: Shape, year: int, persons: int) -> list[Person]:
    """`persons` people, adult in `year`. The same generator and shape give the same people."""
    return list(islice(_households(rng, shape, year), persons))


def _households(rng: Random, shape: Shape, year: int) -> Iterator[Person]:
    bsns, indexes = invented_bsns(), count()
    for number in count():
        home = _home(rng, shape, number)
        for given_names, sex, birth_date in _members(rng, shape, year):
            index = next(indexes)
            yield Person(
                id=f"p{index:06d}",
                index=index,
                household=number,
                bsn=next(bsns),
                given_names=given_names,
                prefix=home.prefix,
                surname=home.surname,
                birth_date=birth_date,
                sex=sex,
                address=home.address,
                previous_address=home.previous,
                course=_course(rng, shape),
            )


def _home(rng: Random, shape: Shape, number: int) -> _Home:
    prefix, surname = pick_surname(rng)
    municipality = pick_municipality(rng)
    previous = pick_address(rng, municipality) if rng.random() < shape.moved else None
    return _Home(number, prefix, surname, pick_address(rng, municipality), previous)


def _members(rng: Random, shape: Shape, year: int) -> Iterator[tuple[tuple[str, ...], Sex, str]]:
    sex: Sex = "m" if rng.random() < 0.58 else "v"
    given_names, age = pick_given_names(rng, sex), rng.choices(range(18, 86), cum_weights=_AGES)[0]
    birth_date = _birth_date(rng, year - age)
    yield given_names, sex, birth_date
    kind = rng.random()
    if kind < shape.twins:
        yield pick_given_names(rng, sex), sex, birth_date
    elif kind < shape.twins + shape.namesakes:
        generation = rng.randint(20, 32)
        yield given_names, sex, _birth_date(rng, year - age + (generation if age > 52 else -generation))
    elif kind < shape.shared_household:
        other: Sex = "v" if sex == "m" else "m"
        yield pick_given_names(rng, other), other, _birth_date(rng, year - max(18, age + rng.randint(-25, 25)))


def _birth_date(rng: Random, year: int) -> str:
    """ISO date. One in eighty is the placeholder 1 January that registers use when the day is unknown."""
    if rng.random() < 1 / 80:
        return f"{year}-01-01"
    return (date(year, 1, 2) + timedelta(days=rng.randrange(363))).isoformat()


def _course(rng: Random, shape: Shape) -> Course:
    frequent = rng.random() < shape.frequent
    spread, mean = (2.0, shape.frequent_spells) if frequent else (1.5, shape.other_spells)
    course = Course(
        spells_per_year=0.01 + rng.gammavariate(spread, mean / spread),
        persistence=shape.frequent_persistence if frequent else shape.other_persistence,
        care=rng.choices(CARE_KINDS, weights=(62, 12, 13, 9, 4))[0] if rng.random() < shape.in_care else None,
        homeless=rng.random() < shape.homeless,
        suicidal=rng.random() < shape.suicidal,
        reported=rng.random() >= shape.only_in_care,
    )
    return course if course.reported else replace(course, care="ggz")


_AGES = list(accumulate(3 if age < 30 else 4 if age < 50 else 2 if age < 65 else 1 for age in range(18, 86)))
