"""Invented people look like Dutch households, and their numbers belong to nobody."""

from collections import defaultdict
from datetime import date
from itertools import islice
from random import Random

import pytest
from vangnet_simulator.bsn import invented_bsns, passes_eleven_test
from vangnet_simulator.person import Person
from vangnet_simulator.places import MUNICIPALITIES
from vangnet_simulator.population import Shape, people


@pytest.fixture(scope="module")
def everyone() -> list[Person]:
    return people(Random(1), Shape(), 2026, 4000)


@pytest.fixture(scope="module")
def households(everyone: list[Person]) -> list[list[Person]]:
    members = defaultdict(list)
    for person in everyone:
        members[person.household].append(person)
    return list(members.values())


def test_the_eleven_test() -> None:
    assert passes_eleven_test("111222333") and passes_eleven_test("123456782")
    assert (
        not passes_eleven_test("111222334")
        and not passes_eleven_test("11122233")
        and not passes_eleven_test("11122233x")
    )


def test_bsns_pass_the_eleven_test_lie_in_the_test_range_and_differ() -> None:
    numbers = list(islice(invented_bsns(), 20_000))
    assert all(map(passes_eleven_test, numbers))
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("999") for number in numbers)


def test_households_share_surname_and_address(households: list[list[Person]]) -> None:
    shared = [members for members in households if len(members) > 1]
    assert shared
    for members in shared:
        assert len({(person.prefix, person.surname, person.address) for person in members}) == 1
        assert len({person.bsn for person in members}) == len(members)


def test_there_are_twins_and_fathers_and_sons_with_one_name(households: list[list[Person]]) -> None:
    pairs = [members for members in households if len(members) == 2]
    assert any(a.birth_date == b.birth_date and a.given_names != b.given_names for a, b in pairs)
    assert any(a.given_names == b.given_names and a.birth_date != b.birth_date for a, b in pairs)


def test_postcodes_belong_to_the_municipality_and_to_one_street(everyone: list[Person]) -> None:
    areas = {
        municipality.code: {area for settlement in municipality.settlements for area in settlement.areas}
        for municipality in MUNICIPALITIES
    }
    streets = defaultdict(set)
    for person in everyone:
        address = person.address
        assert int(address.postcode[:4]) in areas[address.municipality]
        assert address.district.startswith("WK" + address.municipality[2:])
        streets[address.postcode].add(address.street)
    assert all(len(names) == 1 for names in streets.values())


def test_names_are_split_as_registers_hold_them(everyone: list[Person]) -> None:
    prefixes = {person.prefix for person in everyone}
    assert {"", "van", "de", "van der"} <= prefixes
    assert all(" " not in person.surname and person.surname[0].isupper() for person in everyone)
    assert all(1 <= len(person.given_names) <= 3 for person in everyone)


def test_people_are_adults(everyone: list[Person]) -> None:
    ages = [2026 - date.fromisoformat(person.birth_date).year for person in everyone]
    assert min(ages) >= 18 and max(ages) < 110
