"""Somebody objects: nothing counts and nothing is destroyed; then it is as before, or nothing is left and nothing comes."""

from datetime import timedelta

import msgspec
from vangnet_contract.messages import Tick
from vangnet_linker.adapters.rows import unpack_profile, unpack_row
from vangnet_linker.app import step
from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.registry import Registry

from tests.unit.linker.events import CARE, ERASURE, OBJECTION, POLICY, START, incoming, tokens
from tests.unit.linker.world import World

JAN, JAN_NAMED = tokens(bsn="245216571"), tokens()
ANNA = tokens(givennames="Anna", surname="Bakker", birthdate="1954-02-03", postcode="8223XA", bsn="123456782")
HISTORY = [incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED, type=CARE), incoming(3, "z", ANNA)]


def objection(offset: int, phase: str, corrects: str | None = None) -> Incoming:
    name = f"{corrects}-{phase}" if corrects else "o"
    days = timedelta(1 if corrects else 0)
    return incoming(
        offset, name, JAN, type=OBJECTION, phase=phase, corrects=corrects, registered=days, municipality=None
    )


def kept(world: World) -> set[str]:
    """The events that the register holds."""
    rows = map(unpack_row, world.rows.values())
    return {row.event.id for row in rows if row.event is not None}


def counted(world: World) -> set[str]:
    return {event_id for _, event_id in world.areas}


def test_whoever_objects_counts_nowhere_and_everything_is_kept() -> None:
    world = World().play([*HISTORY, objection(4, "ingediend")])
    assert world.persons() == {frozenset("z")} and counted(world) == {"z"}
    world.play([incoming(5, "c", JAN_NAMED), Tick(at=START + timedelta(days=100))])
    assert world.persons() == {frozenset("z")} and counted(world) == {"z"}
    assert kept(world) == set("abzoc")


def test_when_it_is_dismissed_or_withdrawn_it_is_as_if_it_had_not_been() -> None:
    for phase in ("afgewezen", "ingetrokken"):
        world = World().play([*HISTORY, objection(4, "ingediend"), incoming(5, "c", JAN_NAMED)])
        world.play([objection(6, phase, corrects="o")])
        assert world.persons() == {frozenset("aboc"), frozenset("z")} and counted(world) == set("abzc")
        without = World().play([*HISTORY, incoming(5, "c", JAN_NAMED)])
        events = ({k: r for k, r in records.items() if k[1] != "o"} for records in world.known.values())
        assert [found for found in events if found] == [found for found in without.known.values() if found]


def test_when_it_is_taken_back_as_a_mistake_it_is_as_if_it_had_not_been() -> None:
    world = World().play([*HISTORY, objection(4, "ingediend"), incoming(5, "r", retracts="o", type=OBJECTION)])
    assert world.persons() == {frozenset("ab"), frozenset("z")} and counted(world) == set("abz")


def test_when_it_is_granted_nothing_is_left_but_the_mark_and_nothing_comes_any_more() -> None:
    world = World().play([*HISTORY, objection(4, "ingediend"), objection(5, "toegewezen", corrects="o")])
    assert kept(world) == set("zo") and world.persons() == {frozenset("z")} and counted(world) == {"z"}
    world.answers.clear()
    later = [incoming(6, "c", JAN), incoming(7, "d", JAN_NAMED, type=CARE), incoming(8, "y", ANNA)]
    world.play(later)
    assert kept(world) == set("zoy") and world.persons() == {frozenset("zy")} and counted(world) == set("zy")
    assert [answer[1] for answer in world.answers] == ["c:accepted", "d:accepted", "y:accepted"]
    world.play([Tick(at=START + timedelta(days=4000)), incoming(9, "e", JAN)])
    assert kept(world) == {"o"}


def test_an_objection_that_an_earlier_version_only_stored_is_carried_out() -> None:
    world = World().play([*HISTORY, objection(4, "afgewezen")])
    rows = [unpack_row(row) for row in world.rows.values()]
    for row in rows:
        if row.record is not None and row.record.type == OBJECTION:
            row.record = msgspec.structs.replace(row.record, details={"fase": "ingediend"})
            row.shown = (row.shown[0], row.record) if row.shown else None
            world.known[row.shown[0]][row.record.event.source, "o"] = row.record
    profiles = [unpack_profile(profile) for profile in world.profiles.values()]
    registry = Registry(world.linking, rows, profiles, {profile.component for profile in profiles})
    registry.stale = [profile.birth for profile in profiles]
    world.hear(step(registry, Tick(at=START + timedelta(days=1)), POLICY))
    assert world.persons() == {frozenset("z")} and counted(world) == {"z"}


def test_an_erasure_leaves_the_mark() -> None:
    world = World().play([*HISTORY, objection(4, "toegewezen")])
    world.play([incoming(5, "w", JAN, type=ERASURE, municipality=None), incoming(6, "c", JAN)])
    assert kept(world) == set("zo")


def test_whoever_is_not_in_view_is_marked_too() -> None:
    world = World().play([incoming(1, "a", JAN, type=CARE), objection(2, "toegewezen"), incoming(3, "b", JAN)])
    assert kept(world) == {"o"} and world.persons() == set()


def test_another_with_the_same_surname_is_not_concerned() -> None:
    twin = tokens(givennames="Pieter", bsn="041668881")
    world = World().play([*HISTORY, incoming(4, "t", twin), objection(5, "toegewezen")])
    assert world.persons() == {frozenset("t"), frozenset("z")}
