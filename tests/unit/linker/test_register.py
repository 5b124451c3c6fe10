"""One register: joins, splits, corrections, retractions, holding, erasure; the same whatever the order and the batches."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import Tick
from vangnet_linker.adapters.rows import unpack_row
from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.partition import partition

from tests.unit.linker.events import CARE, ERASURE, START, incoming, tokens
from tests.unit.linker.world import World

JAN = tokens(bsn="1", name="jan-1980", address="berg-1980-1315AB-12")
JAN_NAMED = tokens(name="jan-1980")
PIET = tokens(bsn="2", name="piet-1980", address="berg-1980-1315AB-12")  # his twin
TWINS_SURNAME = tokens(address="berg-1980-1315AB-12")


def tick(days: float) -> Tick:
    return Tick(at=START + timedelta(days=days))


def test_events_that_share_a_token_are_one_person() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED), incoming(3, "c", tokens(bsn="9"))])
    assert world.persons() == {frozenset("ab"), frozenset("c")}


def test_different_citizen_numbers_never_join_through_any_chain() -> None:
    chain = [
        tokens(bsn="1", client="x"),
        tokens(client="x", name="n"),
        tokens(name="n", address="h"),
        tokens(address="h", bsn="2"),
    ]
    world = World().play([incoming(i, "abcd"[i], about) for i, about in enumerate(chain)])
    assert world.persons() == {frozenset("abc"), frozenset("d")}


def test_a_tie_between_two_citizen_numbers_joins_nobody() -> None:
    claimed = [tokens(bsn="1", name="n"), tokens(bsn="2", name="n"), tokens(name="n")]
    assert World().play([incoming(i, "abc"[i], about) for i, about in enumerate(claimed)]).persons() == {
        frozenset("a"), frozenset("b"), frozenset("c")}  # fmt: skip


def test_twins_never_join_not_even_through_an_event_without_given_names() -> None:
    twins = [tokens(name="jan", address="h"), tokens(address="h"), tokens(name="piet", address="h")]
    assert World().play([incoming(i, "abc"[i], about) for i, about in enumerate(twins)]).persons() == {
        frozenset("a"), frozenset("b"), frozenset("c")}  # fmt: skip


def test_removing_the_event_that_bridged_two_persons_splits_them_again() -> None:
    world = World().play([incoming(1, "a", tokens(bsn="1")), incoming(2, "b", tokens(name="n"))])
    before = {person for person, records in world.known.items() if records}
    world.play([incoming(3, "c", tokens(bsn="1", name="n"))])
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
    held = [incoming(2, "b", tokens(bsn="2", name="n"), type=CARE), incoming(3, "c", tokens(name="n"), type=CARE)]
    world = World().play([incoming(1, "a", tokens(bsn="1", name="n")), *held, tick(1)])
    assert world.persons() == {frozenset("a")}
    assert {event_id for _, event_id in world.areas} == set("abc")


def test_when_the_last_trigger_leaves_the_rest_is_held_again() -> None:
    world = World().play([incoming(1, "a", JAN), incoming(2, "c", JAN, type=CARE), incoming(3, "r", retracts="a")])
    assert world.persons() == set()
    world.play([incoming(4, "b", JAN_NAMED)])
    assert world.persons() == {frozenset("bc")}


def test_erasure_takes_everything_of_the_person_and_it_stays_gone() -> None:
    history = [incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED), incoming(3, "z", tokens(bsn="7"))]
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
    "unknown": lambda: World().play([incoming(1, "z", tokens(bsn="7"))]),
    "known": lambda: World().play([incoming(1, "z", JAN)]),
    "held": lambda: World().play([incoming(1, "z", JAN, type=CARE)]),
    "erased": lambda: World().play([incoming(1, "z", JAN), incoming(2, "w", JAN, type=ERASURE, municipality=None)]),
}


def test_answers_are_the_same_for_people_unknown_known_held_and_erased() -> None:
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
    lambda bsn, client, name, address: tokens(**{k: v for k, v in {"bsn": bsn, "client": client, "name": name, "address": address}.items() if v}),
    st.sampled_from(["", "", "1", "2"]), st.sampled_from(["", "", "x", "y"]), st.sampled_from(["", "n", "m"]), st.sampled_from(["", "h", "i"]),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Incoming]:
    """Roots, corrections and retractions of up to eight events over a handful of tangled identities."""
    messages = []
    for number in range(draw(st.integers(1, 8))):
        root = f"e{number}"
        type_ = draw(st.sampled_from(["nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1", CARE]))
        messages.append(incoming(len(messages), root, draw(identities), type=type_, received=timedelta()))
        for version in range(draw(st.integers(0, 2))):
            messages.append(incoming(len(messages), f"{root}k{version}", draw(identities), type=type_, corrects=root,
                                     registered=timedelta(draw(st.integers(0, 2))), received=timedelta()))  # fmt: skip
        if draw(st.integers(0, 4)) == 0:
            messages.append(incoming(len(messages), f"{root}r", retracts=root, type=type_, received=timedelta()))
    return messages


def from_scratch(messages: list[Incoming]) -> set[frozenset[str]]:
    """Who is in view, from the winning versions alone."""
    live = {}
    for message in messages:
        versions = [m for m in messages if m.root == message.root]
        if not any(m.kind == "retraction" for m in versions):
            live[message.event.id] = max(versions, key=lambda m: (m.registered_at, m.id))
    digests = sorted({m.digest for m in live.values() if m.tokens})
    births = {digest: number for number, digest in enumerate(digests)}
    places = partition({births[m.digest]: m.tokens for m in live.values() if m.tokens})
    groups: dict[int, set[str]] = {}
    opened = set()
    for event_id, message in live.items():
        if message.tokens:
            group = places[births[message.digest]].group
            groups.setdefault(group, set()).add(event_id)
            if message.record.event_class in ("incident", "request"):
                opened.add(group)
    return {frozenset(groups[group]) for group in opened}


@settings(max_examples=120, deadline=None)
@given(histories(), st.randoms(use_true_random=False), st.sampled_from([1, 2, 7, 1000]))
def test_persons_are_a_function_of_the_events_whatever_the_order_and_the_batches(
    messages: list[Incoming], random, batch: int
) -> None:
    expected = from_scratch(messages)
    random.shuffle(messages)
    relogged = [incoming_at(message, offset) for offset, message in enumerate(messages)]
    assert World().play(relogged, batch).persons() == expected


def incoming_at(message: Incoming, offset: int) -> Incoming:
    return msgspec.structs.replace(message, offset=offset, person=bytes([offset]) * 16)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_batch_size_changes_no_person_and_no_answer(messages: list[Incoming]) -> None:
    worlds = [World().play([*messages, tick(1)], batch) for batch in (1, 7, 1000)]
    assert all(world.known == worlds[0].known and world.answers == worlds[0].answers for world in worlds)
    assert all(world.rows == worlds[0].rows and world.profiles == worlds[0].profiles for world in worlds)
