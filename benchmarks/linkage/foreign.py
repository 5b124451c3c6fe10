"""Sets of other countries: registers made of the names in FEBRL, and German names with nothing but a birth date."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from faker.providers.person.de_DE import Provider as German
from vangnet_simulator.linkage.slips import misdated, misheard, mistyped

Record = dict[str, str]
FIELDS = ("givenNames", "surname", "birthDate", "postcode")


def register(
    rng: Random, originals: Sequence[Record], persons: int, queries: int, *, unknown: float = 0.0, slips: float = 1.3
) -> Iterator[Record]:
    """A clean record of each of `persons` put together from the fields of `originals`, with 3 % twins and 12 % family
    (surname and postcode equal); then a corrupted one of each of `queries`, `unknown` of them of people who are new."""
    everyone = list(_population(rng, originals, persons + int(queries * unknown)))
    rng.shuffle(everyone)
    yield from everyone[:persons]
    asked = rng.sample(everyone[:persons], queries - int(queries * unknown)) + everyone[persons:]
    rng.shuffle(asked)
    yield from (corrupted(rng, record, slips) for record in asked)


def _population(rng: Random, originals: Sequence[Record], persons: int) -> Iterator[Record]:
    values = {field: [record[field] for record in originals if record[field]] for field in FIELDS}
    made: list[Record] = []
    for place in range(persons):
        fresh = {field: rng.choice(values[field]) for field in FIELDS}
        kind = rng.random()
        if made and kind < 0.03:
            fresh = rng.choice(made) | {"givenNames": fresh["givenNames"]}
        elif made and kind < 0.15:
            other = rng.choice(made)
            fresh |= {"surname": other["surname"], "postcode": other["postcode"]}
        made.append(fresh | {"entity": str(place)})
    return iter(made)


def corrupted(rng: Random, record: Record, slips: float) -> Record:
    """With so many slips in the mean: fields mistyped, misheard, exchanged or left out."""
    made = dict(record)
    for _ in range(min(6, int(rng.expovariate(1 / slips) + 0.5))):
        _corrupt(rng, made)
    return made


def _corrupt(rng: Random, record: Record) -> None:
    field, kind = rng.choice([field for field in FIELDS if field in record]), rng.random()
    if kind < 0.1:
        record[field] = ""
    elif kind < 0.14:
        record["givenNames"], record["surname"] = record["surname"], record["givenNames"]
    elif not record[field]:
        return
    elif field == "birthDate":
        record[field] = misdated(rng, record[field]) if record[field].count("-") == 2 else ""
    elif field == "postcode":
        record[field] = mistyped(rng, record[field])
    else:
        record[field] = (misheard if rng.random() < 0.4 else mistyped)(rng, record[field])


def german(rng: Random, persons: int, doubles: int) -> list[Record]:
    """Names as often as they are in Germany (the n-th name n times rarer), born 1920–2000; `doubles` of them come twice."""
    given, names = _by_rank(rng, German.first_names, 400, 8), _by_rank(rng, German.last_names, 1500, 20)
    rows = []
    for place in range(persons):
        born = date(1920, 1, 1) + timedelta(days=int(rng.triangular(0, 29_000, 15_000)))
        rows.append({
            "givenNames": rng.choices(given[0], cum_weights=given[1])[0].upper(),
            "surname": rng.choices(names[0], cum_weights=names[1])[0].upper(),
            "birthDate": born.isoformat(),
            "entity": str(place),
        })  # fmt: skip
    again = [_slipped(rng, row) for row in rng.sample(rows, doubles)]
    rows += again
    rng.shuffle(rows)
    return rows


def _slipped(rng: Random, row: Record) -> Record:
    made = dict(row)
    for _ in range(rng.choices((1, 2, 3), weights=(75, 20, 5))[0]):
        field = rng.choice(("givenNames", "surname", "birthDate"))
        if made[field].count("-") == 2:
            year, month, day = made[field].split("-")
            kind = rng.randrange(3)
            if kind == 0:
                year = str(int(year) + rng.choice((-1, 1, 10, -10)))
            elif kind == 1:
                month = f"{rng.randint(1, 12):02d}"
            else:
                day = f"{rng.randint(1, 28):02d}"
            made[field] = f"{year}-{month}-{day}"
        else:
            made[field] = mistyped(rng, made[field].lower()).upper()
    return made


def _by_rank(rng: Random, values: Sequence[str], most: int, evenly: int) -> tuple[list[str], list[float]]:
    chosen = sorted(set(values))
    rng.shuffle(chosen)
    chosen = chosen[:most]
    return chosen, list(accumulate(1 / (rank + evenly) for rank in range(len(chosen))))
