"""One register: joins, splits, corrections, retractions, holding, erasure; the same whatever the order and the batches."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import Tick
from vangnet_linker.adapters.rows import unpack_row
from vangnet_linker.domain.incoming import Decided, Incoming
from vangnet_simulator.oracle.joining import joining_of

from tests.unit.linker.events import (
    CARE,
    ERASURE,
    INCIDENT,
    OBJECTION,
    POLICY,
    SOURCE,
    START,
    in_clear,
    incoming,
    keyed,
    tokens,
)
from tests.unit.linker.world import World

ONE, TWO, THREE = "245216571", "041668881", "123456782"
JAN = tokens(bsn=ONE)
JAN_NAMED = tokens()
PIET_NAMED = tokens(givennames="Pieter")
PIET = tokens(givennames="Pieter", bsn=TWO)  # his twin
SURNAME_ONLY = tokens(givennames="")
ELSEWHERE = {
    "surname": "Bakker", "birthdate": "1954-02-03", "postcode": "8223XA", "street": "Dorpsweg", "city": "Lelystad", "housenumber": "3",
}  # fmt: skip
ANNA = tokens(givennames="Anna", bsn=THREE, **ELSEWHERE)


def tick(days: float) -> Tick:
    return Tick(at=START + timedelta(days=days))


def test_events_that_agree_are_one_person() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED), incoming(3, "c", ANNA)])
    assert world.persons() == {frozenset("ab"), frozenset("c")}


def test_different_citizen_numbers_never_join_through_any_chain() -> None:
    chain = [tokens(bsn=ONE, clientnumber="C-1"), tokens(clientnumber="C-1"), tokens(surname="Vriess"), tokens(bsn=TWO)]
    persons = World().play([incoming(i, "abcd"[i], about) for i, about in enumerate(chain)]).persons()
    assert any(person >= frozenset("ab") for person in persons)
    assert not any(person >= frozenset("ad") for person in persons)


def test_a_tie_between_two_citizen_numbers_joins_nobody() -> None:
    claimed = [tokens(bsn=ONE), tokens(bsn=TWO), JAN_NAMED]
    assert World().play([incoming(i, "abc"[i], about) for i, about in enumerate(claimed)]).persons() == {
        frozenset("a"), frozenset("b"), frozenset("c")}  # fmt: skip


@pytest.mark.parametrize("third", [SURNAME_ONLY, tokens(givennames="J.")])
def test_twins_never_join_not_even_through_an_event_that_fits_both(third: frozenset[bytes]) -> None:
    twins = [JAN_NAMED, third, PIET_NAMED]
    assert World().play([incoming(i, "abc"[i], about) for i, about in enumerate(twins)]).persons() == {
        frozenset("a"), frozenset("b"), frozenset("c")}  # fmt: skip


def test_thirty_spellings_are_one_person() -> None:
    written = [
        tokens(givennames=given_name, surname=surname, street=street)
        for given_name in ("Jan", "Jan Willem", "JAN")
        for surname in ("Vries", "de Vries", "Vriess", "Fries", "Vrise")
        for street in ("Kerkstraat", "Kerkstr.")
    ]
    world = World().play([incoming(i, f"e{i}", about) for i, about in enumerate(written)], 7)
    assert {len(person) for person in world.persons()} == {30}


def test_what_may_be_somebody_else_is_tentative_and_joins_nobody() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "b", PIET), incoming(3, "c", SURNAME_ONLY)])
    certainty = {record.event.id: record.certainty for records in world.known.values() for record in records.values()}
    assert certainty["c"] == "tentative"
    world.play([incoming(4, "r", retracts="b")])
    certainty = {record.event.id: record.certainty for records in world.known.values() for record in records.values()}
    assert set(certainty.values()) == {"sure"}


def test_removing_the_event_that_bridged_two_persons_splits_them_again() -> None:
    world = World().play([incoming(1, "a", tokens(bsn=ONE, **ELSEWHERE)), incoming(2, "b", JAN_NAMED)])
    before = {person for person, records in world.known.items() if records}
    world.play([incoming(3, "c", JAN)])
    assert world.persons() == {frozenset("abc")}
    world.play([incoming(4, "r", retracts="c")])
    assert world.persons() == {frozenset("a"), frozenset("b")}
    assert {person for person, records in world.known.items() if records} == before


def test_the_same_event_twice_changes_nothing_and_is_answered_as_before() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "a", JAN)])
    assert [answer[1] for answer in world.answers] == ["a:accepted", "a:accepted"]
    assert world.persons() == {frozenset("a")}


@pytest.mark.parametrize(
    "second", [incoming(2, "a", PIET), incoming(2, "a", JAN, municipality="GM0995"), incoming(2, "a", JAN, type=CARE)]
)
def test_an_id_names_one_content_for_ever(second: Incoming) -> None:
    world = World().play([incoming(1, "a", JAN), second])
    assert world.answers[-1][1:] == ("a:rejected", ("id-reused",))
    assert world.persons() == {frozenset("a")}


def test_the_id_of_a_correction_is_taken_too() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "k", JAN, corrects="a"), incoming(3, "k", PIET)])
    assert world.answers[-1][2] == ("id-reused",)
    world.play([incoming(4, "b", PIET), incoming(5, "a", PIET, corrects="b")])
    assert world.answers[-1][2] == ("id-reused",)


def test_a_correction_may_change_who_it_is_about() -> None:
    world = World().play(
        [incoming(1, "a", JAN), incoming(2, "b", PIET), incoming(3, "k", PIET, corrects="b", registered=timedelta(1))]
    )
    assert world.persons() == {frozenset("a"), frozenset("b")}
    world.play([incoming(4, "l", JAN, corrects="b", registered=timedelta(2))])
    assert world.persons() == {frozenset("ab")}


def test_the_latest_correction_by_time_wins_whatever_comes_first() -> None:
    late = incoming(3, "l", JAN, corrects="a", registered=timedelta(2), municipality="GM0995")
    early = incoming(2, "k", PIET, corrects="a", registered=timedelta(1), municipality="GM0014")
    for order in ([late, early], [early, late]):
        world = World().play([incoming(1, "a", JAN), *order])
        (records,) = [records for records in world.known.values() if records]
        assert [record.municipality for record in records.values()] == ["GM0995"]


def test_a_retraction_is_final_and_a_second_one_is_refused() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "r", retracts="a"), incoming(3, "s", retracts="a")])
    assert world.answers[-1][1:] == ("s:rejected", ("already-retracted",))
    world.play([incoming(4, "k", JAN, corrects="a", registered=timedelta(9)), incoming(5, "a", JAN)])
    assert world.persons() == set() and world.areas == {}


def test_a_retraction_keeps_the_type_of_its_root() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "r", retracts="a", type=CARE)])
    assert world.answers[-1][2] == ("type-of-root-differs",)


def test_a_correction_before_its_root_waits_for_it() -> None:
    world = World().play(
        [incoming(1, "k", PIET, corrects="a", registered=timedelta(1), municipality="GM0995"), tick(400)]
    )
    assert world.persons() == set()
    world.play([incoming(2, "a", JAN)])
    assert [r.municipality for records in world.known.values() for r in records.values()] == ["GM0995"]


def test_a_root_that_never_comes_is_said_once_at_the_horizon() -> None:
    world = World().play(
        [incoming(1, "k", JAN, corrects="a"), incoming(2, "r", retracts="b"), tick(499), tick(501), tick(502)]
    )
    assert world.answers == [("politie", "k:accepted", ()), ("politie", "r:accepted", ()),
                             ("politie", "k:rejected", ("root-missing",)), ("politie", "r:rejected", ("root-missing",))]  # fmt: skip
    assert not world.rows and not world.elsewhere


def test_care_events_are_held_until_a_trigger_and_destroyed_at_the_next_tick() -> None:
    world = World().play([incoming(1, "c", JAN, type=CARE)])
    assert world.persons() == set()
    world.play([incoming(2, "a", JAN)])
    assert world.persons() == {frozenset("ac")}
    gone = World().play([incoming(1, "c", JAN, type=CARE), tick(1), incoming(2, "a", JAN)])
    assert gone.persons() == {frozenset("a")}


def test_what_is_held_when_a_tick_comes_is_destroyed_whoever_it_would_join_without_the_others() -> None:
    """c stands between a and b; with b gone it would join a. It goes with b, and like b it stays counted for its area."""
    held = [incoming(2, "b", tokens(bsn=TWO), type=CARE), incoming(3, "c", JAN_NAMED, type=CARE)]
    world = World().play([incoming(1, "a", JAN), *held, tick(1)])
    assert world.persons() == {frozenset("a")}
    assert {event_id for _, event_id in world.areas} == set("abc")


def test_when_the_last_trigger_leaves_the_rest_is_held_again() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "c", JAN, type=CARE), incoming(3, "r", retracts="a")])
    assert world.persons() == set()
    world.play([incoming(4, "b", JAN_NAMED)])
    assert world.persons() == {frozenset("bc")}


def test_erasure_takes_everything_of_the_person_and_it_stays_gone() -> None:
    history = [incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED), incoming(3, "z", ANNA)]
    world = World().play([*history, incoming(4, "w", JAN_NAMED, type=ERASURE, municipality=None)])
    assert world.persons() == {frozenset("z")}
    assert set(world.areas) == {(history[2].event.source, "z")}
    world.play([incoming(5, "a", JAN), incoming(6, "k", JAN, corrects="b", registered=timedelta(1))])
    assert world.persons() == {frozenset("z")}
    left = [unpack_row(row) for row in world.rows.values() if row["profile"] is None]
    assert len(left) == 3
    assert all(row.closed and (row.event, row.record, row.shown, row.waiting) == (None, None, None, []) for row in left)


def test_anonymous_events_count_for_their_area_only() -> None:
    world = World().play([incoming(1, "a"), incoming(2, "b", municipality="GM0995"), incoming(3, "r", retracts="a")])
    assert world.persons() == set()
    assert [record.municipality for record in world.areas.values()] == ["GM0995"]


def test_after_retention_nothing_is_left() -> None:
    world = World().play(
        [incoming(1, "a", JAN), incoming(2, "b"), incoming(3, "c", PIET, type=CARE), tick(1), tick(1827), tick(1828)]
    )
    assert not world.rows and not world.profiles and world.persons() == set()
    assert [event_id for _, event_id in world.areas] == [
        "c"
    ]  # nobody's: it was destroyed on the first day, its area keeps the number


PROBES: dict[str, Callable[[], World]] = {
    "unknown": lambda: World().play([incoming(1, "z", ANNA)]),
    "known": lambda: World().play([incoming(1, "z", JAN)]),
    "held": lambda: World().play([incoming(1, "z", JAN, type=CARE)]),
    "objecting": lambda: World().play(
        [incoming(1, "z", JAN), incoming(2, "w", JAN, type=OBJECTION, municipality=None, phase="ingediend")]
    ),
    "suppressed": lambda: World().play(
        [incoming(1, "z", JAN), incoming(2, "w", JAN, type=OBJECTION, municipality=None, phase="toegewezen")]
    ),
    "erased": lambda: World().play([incoming(1, "z", JAN), incoming(2, "w", JAN, type=ERASURE, municipality=None)]),
}


def test_answers_are_the_same_for_people_unknown_known_held_objecting_and_erased() -> None:
    probe = [
        incoming(10, "p", JAN, type=CARE), tick(2), incoming(11, "p", JAN, type=CARE), incoming(12, "p", PIET, type=CARE),
        incoming(13, "k", JAN, type=CARE, corrects="p", registered=timedelta(1)), incoming(14, "r", retracts="p", type=CARE), incoming(15, "s", retracts="p", type=CARE),
        incoming(16, "q", JAN), incoming(17, "q", JAN, municipality="GM0995"),
    ]  # fmt: skip
    answers = []
    for world in (make() for make in PROBES.values()):
        world.answers.clear()
        answers.append(world.play(probe).answers)
    assert answers == [answers[0]] * len(answers)


identities = st.builds(
    tokens,
    givennames=st.sampled_from(["Jan", "Pieter", "J.", "Jna", ""]),
    surname=st.sampled_from(["Vries", "Vries", "Vriess", "Jansen"]),
    birthdate=st.sampled_from(["1980-05-17", "1980-05-17", "1980-05-18", ""]),
    postcode=st.sampled_from(["1315AB", "1315AC", ""]),
    bsn=st.sampled_from(["", "", "", ONE, TWO]),
    clientnumber=st.sampled_from(["", "", "", "C-1", "C-2"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Incoming]:
    """Roots, corrections and retractions of up to eight events over a handful of tangled identities."""
    messages: list[Incoming] = []
    for number in range(draw(st.integers(1, 8))):
        root = f"e{number}"
        type_ = draw(st.sampled_from([INCIDENT, INCIDENT, CARE, CARE, OBJECTION]))
        phases = st.sampled_from(["ingediend", "afgewezen"] if type_ == OBJECTION else [None])
        messages.append(
            incoming(len(messages), root, draw(identities), type=type_, received=timedelta(), phase=draw(phases))
        )
        for version in range(draw(st.integers(0, 2))):
            messages.append(incoming(len(messages), f"{root}k{version}", draw(identities), type=type_, corrects=root, phase=draw(phases),
                                     registered=timedelta(draw(st.integers(0, 2))), received=timedelta()))  # fmt: skip
        if draw(st.integers(0, 4)) == 0:
            messages.append(incoming(len(messages), f"{root}r", retracts=root, type=type_, received=timedelta()))
    return messages


def apart(decision: str, one: str, other: str, *, revoked: bool = False) -> Decided:
    return Decided(decision=decision, roots=(keyed(SOURCE, one), keyed(SOURCE, other)), at=START, revoked=revoked)


def test_a_link_decision_takes_two_apart_and_its_revocation_brings_them_together() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED)])
    assert world.persons() == {frozenset("ab")}
    before = {person for person, records in world.known.items() if records}
    world.play([apart("d", "a", "b")])
    assert world.persons() == {frozenset("a"), frozenset("b")}
    world.play([apart("d", "a", "b"), incoming(3, "c", JAN_NAMED)], 2)
    assert world.persons() == {frozenset("a"), frozenset("bc")}
    world.play([apart("d", "a", "b", revoked=True)])
    assert world.persons() == {frozenset("abc")} and {p for p, records in world.known.items() if records} == before


def test_a_link_decision_ends_with_its_events_and_unknown_ones_change_nothing() -> None:
    world = World().play(
        [incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED), apart("d", "a", "b"), apart("e", "a", "x")]
    )
    world.play([incoming(3, "c", JAN_NAMED), incoming(4, "r", retracts="b")])
    assert world.persons() == {frozenset("ac")}


def from_scratch(messages: list[Incoming]) -> tuple[set[frozenset[str]], set[str]]:
    """Who is in view, and what counts for areas, from the winning versions alone."""
    live: dict[str, Incoming] = {}
    objecting: set[str] = set()
    for message in messages:
        versions = [m for m in messages if m.root == message.root]
        if not any(m.kind == "retraction" for m in versions):
            live[message.event.id] = max(versions, key=lambda m: (m.registered_at, m.id))
    found: set[frozenset[str]] = set()
    for person in joining_of(POLICY).persons({in_clear(message.tokens) for message in live.values()} - {frozenset()}):
        about = {event_id: message for event_id, message in live.items() if in_clear(message.tokens) in person}
        if any(message.record.details.get("fase") == "ingediend" for message in about.values()):
            objecting |= about.keys()
        elif any(message.record.event_class in ("incident", "request") for message in about.values()):
            found.add(frozenset(about))
    return found, live.keys() - objecting


@settings(max_examples=120, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.sampled_from([1, 2, 7, 1000]))
def test_persons_are_a_function_of_the_events_whatever_the_order_and_the_batches(
    messages: list[Incoming], random, batch: int
) -> None:
    expected = from_scratch(messages)
    random.shuffle(messages)
    relogged = [incoming_at(message, offset) for offset, message in enumerate(messages)]
    world = World().play(relogged, batch)
    assert (world.persons(), {event_id for _, event_id in world.areas}) == expected


def incoming_at(message: Incoming, offset: int) -> Incoming:
    return msgspec.structs.replace(message, offset=offset, person=bytes([offset]) * 16)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_batch_size_changes_no_person_and_no_answer(messages: list[Incoming]) -> None:
    worlds = [World().play([*messages, tick(1)], batch) for batch in (1, 7, 1000)]
    assert all(world.known == worlds[0].known and world.answers == worlds[0].answers for world in worlds)
    assert all(world.rows == worlds[0].rows and world.profiles == worlds[0].profiles for world in worlds)
