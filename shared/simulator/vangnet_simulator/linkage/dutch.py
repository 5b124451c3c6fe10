"""Dutch persons, each with records by several partners: spelling, married names, moves, placeholder dates, missing numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vangnet_simulator.linkage.slips import misdated, misheard, mistyped
from vangnet_simulator.names import pick_surname
from vangnet_simulator.person import Person
from vangnet_simulator.places import pick_address, pick_municipality
from vangnet_simulator.population import Shape, people

Record = dict[str, str]
"""Columns of `vangnet-linker evaluate`: the person fields of the contract, entity and source."""
SOURCES = ("politie", "ggz", "gemeente", "woningcorporatie")


@dataclass(frozen=True, slots=True)
class Errors:
    """Chances for one record (`moved`, `married`: for one person). `no_bsn`: the partner has none at the scene."""

    no_bsn: float = 0.4
    name: float = 0.18
    date: float = 0.05
    placeholder_date: float = 0.02
    call_name: float = 0.1
    initials: float = 0.05
    no_date: float = 0.03
    no_address: float = 0.12
    address: float = 0.06
    moved: float = 0.12
    married: float = 0.1
    prefix: float = 0.3


def register(rng: Random, persons: int, queries: int, errors: Errors | None = None) -> Iterator[Record]:
    """First a clean record of each of `persons`; then `queries` written down elsewhere, half of them of people who are new."""
    known = people(rng, Shape(shared_household=0.25, twins=0.03), 2024, persons + queries)
    order = sorted(known, key=lambda person: rng.random())
    register, new = order[:persons], order[persons:]
    yield from (clean(person, "brp") for person in register)
    for place in range(queries):
        person = rng.choice(register) if place % 2 else new[place]
        yield written(rng, person, rng.choice(SOURCES), errors or Errors())


def reports(rng: Random, persons: int, most: int, errors: Errors | None = None) -> list[Record]:
    """One to `most` records of each person by partners, shuffled."""
    known = people(rng, Shape(shared_household=0.25, twins=0.02), 2024, persons)
    rows = [
        written(rng, person, rng.choice(SOURCES), errors or Errors())
        for person in known
        for _ in range(rng.randint(1, most))
    ]
    rng.shuffle(rows)
    return rows


def clean(person: Person, source: str) -> Record:
    """As the register of persons has it."""
    home = person.address
    return {
        **person.registered,
        "postcode": home.postcode,
        "houseNumber": str(home.house_number),
        "houseNumberSuffix": home.suffix,
        "street": home.street,
        "city": home.city,
        "source": source,
        "entity": person.id,
    }


def written(rng: Random, person: Person, source: str, errors: Errors) -> Record:
    """As a partner wrote it down."""
    record = clean(person, source)
    _address(rng, person, record, errors)
    _names(rng, person, record, errors)
    _date(rng, record, errors)
    if rng.random() < errors.no_bsn:
        record["bsn"] = ""
    return record


def _address(rng: Random, person: Person, record: Record, errors: Errors) -> None:
    own = Random(f"{person.id}-address")
    if own.random() < errors.moved and rng.random() < 0.5:
        home = pick_address(own, pick_municipality(own))
        record |= {
            "postcode": home.postcode,
            "street": home.street,
            "city": home.city,
            "houseNumber": str(home.house_number),
        }
    if rng.random() < errors.no_address:
        record |= dict.fromkeys(("postcode", "street", "houseNumber", "houseNumberSuffix"), "")
    elif rng.random() < errors.address:
        field = rng.choice(("postcode", "street", "city"))
        record[field] = mistyped(rng, record[field])


def _names(rng: Random, person: Person, record: Record, errors: Errors) -> None:
    own = Random(f"{person.id}-marriage")
    if person.sex == "v" and own.random() < errors.married:
        prefix, partner = pick_surname(own)
        form = rng.random()
        if form < 0.4:
            own_name = f"{record['prefix']} {record['surname']}".strip()
            record |= {"prefix": prefix, "surname": f"{partner}-{own_name}"}
        elif form < 0.6:
            record |= {"prefix": prefix, "surname": partner}
    names = record["givenNames"].split()
    if rng.random() < errors.call_name and len(names) > 1:
        record["givenNames"] = names[1]
    elif rng.random() < 0.5:
        record["givenNames"] = names[0]
    if rng.random() < errors.initials:
        record["givenNames"] = "".join(f"{name[0]}." for name in names)
    for field in ("givenNames", "surname"):
        if rng.random() < errors.name:
            record[field] = (misheard if rng.random() < 0.6 else mistyped)(rng, record[field])
    if rng.random() < errors.prefix:
        record |= {"surname": f"{record['prefix']} {record['surname']}".strip(), "prefix": ""}


def _date(rng: Random, record: Record, errors: Errors) -> None:
    chance = rng.random()
    if chance < errors.no_date:
        record["birthDate"] = ""
    elif chance < errors.no_date + errors.placeholder_date:
        record["birthDate"] = rng.choice((record["birthDate"][:4] + "-01-01", "1900-01-01"))
    elif chance < errors.no_date + errors.placeholder_date + errors.date:
        record["birthDate"] = misdated(rng, record["birthDate"])
