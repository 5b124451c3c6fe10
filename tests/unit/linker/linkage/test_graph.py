"""Persons of the graph: whatever the order of arrival, as from scratch; twins and other citizen numbers stay apart."""

from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_linker.domain.linkage.graph import AboutProfile, Graph, NotOnePerson
from vangnet_linker.domain.linkage.pattern import compare

from tests.unit.linker.linkage.people import JAN, PIET, TABLE, graph, persons, profile

# Few values, so that much agrees: one family in one house, slips of the pen, initials, and some citizen numbers.
profiles = st.builds(
    profile,
    givennames=st.sampled_from(["Jan", "Pieter", "J.", "P.", "Jna", "Anna", ""]),
    surname=st.sampled_from(["Vries", "Vriess", "Jansen"]),
    birthdate=st.sampled_from(["1980-05-17", "1980-05-17", "1980-05-18", "1954-02-03", ""]),
    postcode=st.sampled_from(["1315AB", "1315AC", ""]),
    street=st.sampled_from(["Kerkstraat", "Kerkstr.", ""]),
    bsn=st.sampled_from(["", "", "", "245216571", "041668881"]),
    clientnumber=st.sampled_from(["", "", "", "C-1", "C-2"]),
    source=st.sampled_from(["ggz", "politie"]),
)
events = st.integers(0, 7)
changes = st.one_of(
    st.builds(AboutProfile, events, profiles | st.none()),
    st.builds(AboutProfile, events, profiles),
    st.builds(
        NotOnePerson, st.integers(0, 1), st.tuples(events, events).filter(lambda pair: pair[0] != pair[1]) | st.none()
    ),
)


def final(inputs: list[Any]) -> list[Any]:
    """What is left of the inputs in the end: the last word on each event and decision."""
    return list({(type(one), one[0]): one for one in inputs}.values())


def state(made: Graph[Any]) -> tuple[set[frozenset[Any]], dict[Any, Any]]:
    return set(made.persons()), {event: made.person_of(event) for event in range(8)}


@settings(max_examples=150, deadline=None)
@given(st.lists(changes, max_size=14), st.randoms(use_true_random=False))
def test_the_persons_are_those_from_scratch_in_any_order(inputs: list[Any], random: Any) -> None:
    one_by_one = graph()
    for given_now in inputs:
        one_by_one.change([given_now])
    left = final(inputs)
    at_once, shuffled = graph(), graph()
    at_once.change(left)
    random.shuffle(left)
    for given_now in left:
        shuffled.change([given_now])
    assert set(one_by_one.persons()) == set(at_once.persons()) == set(shuffled.persons())


@settings(max_examples=100, deadline=None)
@given(st.lists(changes, max_size=10), st.lists(changes, max_size=3))
def test_a_change_names_exactly_the_events_whose_person_is_another(before: list[Any], later: list[Any]) -> None:
    made = graph()
    made.change(before)
    was = state(made)[1]
    told = made.change(later)
    now = state(made)[1]
    assert told == {event: (was[event], now[event]) for event in range(8) if was[event] != now[event]}


@settings(max_examples=100, deadline=None)
@given(st.lists(profiles, max_size=10))
def test_other_citizen_numbers_are_never_one_person_through_any_chain(given_now: list[Any]) -> None:
    for person in persons(*given_now):
        assert len({given_now[place].tokens[1] for place in person if 1 in given_now[place].tokens}) <= 1


thirds = st.builds(
    profile,
    givennames=st.sampled_from(["J.", "P.", "", "J.P."]),
    birthdate=st.sampled_from(["1980-05-17", "1980", ""]),
    postcode=st.sampled_from(["1315AB", ""]),
    housenumber=st.sampled_from(["12", ""]),
    street=st.sampled_from(["Kerkstraat", "Kerkstr.", ""]),
    city=st.sampled_from(["Almere", ""]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(thirds, max_size=4))
def test_twins_never_join_also_not_through_others(others: list[Any]) -> None:
    for person in persons(profile(), profile(**PIET), *others):
        assert not {0, 1} <= person


def test_j_de_vries_joins_one_person_and_neither_of_twins() -> None:
    initial = profile(givennames="J.")
    assert persons(profile(), initial) == {frozenset({0, 1})}
    assert persons(profile(), profile(**PIET), initial) == {frozenset({0}), frozenset({1}), frozenset({2})}


def test_a_frequent_person_with_many_spellings_stays_one() -> None:
    written = [
        profile(givennames=given_name, surname=surname, street=street)
        for given_name in ("Jan", "Jan Willem", "JAN")
        for surname in ("Vries", "de Vries", "Vriess", "Fries", "Vrise")
        for street in ("Kerkstraat", "Kerkstr.")
    ]
    assert persons(*written) == {frozenset(range(30))}


def test_without_the_bridge_there_are_two_again_and_the_old_name_comes_back() -> None:
    made = graph()
    one = profile(
        bsn="245216571", surname="Jansen", birthdate="1990-02-03", postcode="8223XA", street="Dorpsweg", city="Lelystad"
    )
    bridge = profile(bsn="245216571")
    made.change([AboutProfile("a", profile(), 1), AboutProfile("b", one, 2)])
    assert len(made.persons()) == 2
    assert made.change([AboutProfile("bridge", bridge, 3)]) == {"b": ("b", "a"), "bridge": (None, "a")}
    assert made.change([AboutProfile("bridge", None)]) == {"b": ("a", "b"), "bridge": ("a", None)}


def test_a_link_decision_takes_two_apart_and_its_revocation_brings_them_together() -> None:
    made = graph()
    made.change([AboutProfile("a", profile(), 1), AboutProfile("b", profile(surname="Vriess"), 2)])
    assert len(made.persons()) == 1
    assert made.change([NotOnePerson("d", ("a", "b"))]) == {"b": ("a", "b")}
    assert made.change([NotOnePerson("d", None)]) == {"b": ("b", "a")}


def test_a_client_number_joins_at_its_partner_only() -> None:
    moved = {"surname": "Jansen", "birthdate": "", "postcode": "", "street": "", "city": "", "clientnumber": "C-1"}
    assert len(persons(profile(clientnumber="C-1"), profile(**moved))) == 1
    assert len(persons(profile(clientnumber="C-1"), profile(source="politie", **moved))) == 2


def test_other_client_numbers_at_one_partner_speak_against() -> None:
    alike = TABLE.weigh(compare(profile(), profile(street="Kerkstr.")))
    at_one = TABLE.weigh(compare(profile(clientnumber="C-1"), profile(street="Kerkstr.", clientnumber="C-2")))
    at_two = TABLE.weigh(
        compare(profile(clientnumber="C-1"), profile(street="Kerkstr.", clientnumber="C-2", source="politie"))
    )
    assert at_one < alike == at_two


def test_address_alone_is_never_sure() -> None:
    anna = profile(givennames="Anna", surname="Bakker", birthdate="1954-02-03")
    assert len(persons(profile(), anna)) == 2


def test_every_order_of_a_small_family_gives_the_same() -> None:
    family = [
        profile(),
        profile(**PIET),
        profile(givennames="J."),
        profile(bsn="245216571"),
        profile(**PIET, bsn="041668881"),
    ]
    found = set()
    for order in permutations(range(5)):
        made = graph()
        for place in order:
            made.change([AboutProfile(place, family[place])])
        found.add(frozenset(made.persons()))
    assert len(found) == 1
    assert JAN["givennames"] != PIET["givennames"]
