"""Somebody asks what is held about him: everything of his own, nothing of anybody else, once, and only for the desk that asked."""

from datetime import datetime, timedelta

import msgspec
import pytest
from vangnet_contract.messages import AccessAnswer, AccessAsked, EventKey, HeldEvent, decode_feedback, decode_persons
from vangnet_contract.policy import AnswerKey, Policy
from vangnet_contract.topics import feedback
from vangnet_linker.domain.effects import Access
from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.publishing import publications
from vangnet_pseudonym import keys
from vangnet_pseudonym.answers import AnswerBinding, open_answer
from vangnet_pseudonym.sealing import CannotOpen
from vangnet_runtime.access_answers import NoAnswerKey, sealed_answers

from tests.unit.linker.events import ACCESS, CARE, ERASURE, OBJECTION, POLICY, SOURCE, START, incoming, tokens
from tests.unit.linker.world import World

JAN, JAN_NAMED = tokens(bsn="245216571"), tokens()
ANNA = tokens(givennames="Anna", surname="Bakker", birthdate="1954-02-03", postcode="8223XA", bsn="123456782")
HISTORY = [incoming(1, "a", JAN), incoming(2, "b", JAN_NAMED, type=CARE), incoming(3, "z", ANNA)]


def asking(offset: int, about: frozenset[bytes], event_id: str = "i", **more: object) -> Incoming:
    return incoming(offset, event_id, about, type=ACCESS, partner="client", municipality=None, **more)  # type: ignore[arg-type]


def only(world: World) -> Access:
    [access] = world.access
    return access


def test_the_answer_is_everything_about_this_person_and_nothing_about_another() -> None:
    asked, held = only(World().play([*HISTORY, asking(4, JAN)]))
    assert {(one.id, one.in_view, one.certainty) for one in held} == {("a", True, "sure"), ("b", True, "sure")}
    assert asked.event == EventKey(SOURCE, "i") and asked.partner == "client"


def test_the_person_is_named_as_indicators_know_it() -> None:
    world = World().play([*HISTORY, asking(4, JAN)])
    known = [person.hex() for person, records in world.known.items() if (SOURCE, "a") in records]
    assert known == [only(world).asked.person]


def test_what_is_held_about_somebody_not_in_view_is_told_too() -> None:
    _, held = only(World().play([incoming(1, "c", JAN, type=CARE), asking(2, JAN)]))
    assert [(one.id, one.in_view) for one in held] == [("c", False)]


def test_of_nobody_nothing_is_held() -> None:
    for about in (JAN, frozenset()):
        asked, held = only(World().play([incoming(1, "z", ANNA), asking(2, about)]))
        assert held == [] and (asked.person is None) == (not about)


def test_it_is_told_also_while_an_objection_restricts_and_after_it_was_granted_nothing_is_left_to_tell() -> None:
    objection = incoming(4, "o", JAN, type=OBJECTION, phase="ingediend", municipality=None)
    granted = incoming(
        6, "o2", JAN, type=OBJECTION, phase="toegewezen", corrects="o", registered=timedelta(1), municipality=None
    )
    world = World().play([*HISTORY, objection, asking(5, JAN)])
    assert {one.id for one in only(world).held} == {"a", "b", "o"}
    world.access.clear()
    world.play([granted, asking(7, JAN, "i2")])
    assert only(world).held == []


def test_after_an_erasure_nothing_is_left_to_tell() -> None:
    world = World().play([*HISTORY, incoming(4, "w", JAN, type=ERASURE, municipality=None), asking(5, JAN)])
    assert only(world).held == []


def test_it_is_answered_once_whatever_comes_after() -> None:
    world = World().play([*HISTORY, asking(4, JAN), asking(4, JAN)])
    world.play([asking(5, JAN, "i2", corrects="i", registered=timedelta(1)), asking(6, JAN, "i3", retracts="i")])
    assert len(world.access) == 1


def test_one_taken_back_before_it_came_is_not_answered() -> None:
    assert World().play([*HISTORY, asking(4, JAN, "i3", retracts="i"), asking(5, JAN)]).access == []


SEALED_FOR = keys.new_seal_key()


def with_key(partner: str = "client", valid_to: datetime = START + timedelta(days=365)) -> Policy:
    public = keys.to_text(keys.seal_public_key(SEALED_FOR))
    key = AnswerKey(key_id="antwoord-1", public_key=public, valid_from=START, valid_to=valid_to)
    return POLICY.model_copy(update={"keys": POLICY.keys.model_copy(update={"answers": {partner: [key]}})})


def opened(answer: AccessAnswer, **changed: object) -> list[HeldEvent]:
    values = {"region": POLICY.region.name, "key_id": answer.key_id, "source": answer.source, "id": answer.id,
              "holder": answer.holder, "part": answer.part, "parts": answer.parts} | changed  # fmt: skip
    private = keys.load_seal_private_key(SEALED_FOR)
    content = open_answer(private, AnswerBinding(**values), keys.from_text(answer.sealed))  # type: ignore[arg-type]
    return msgspec.json.decode(content, type=list[HeldEvent])


def test_only_the_desk_that_asked_can_open_it_and_only_as_the_answer_that_it_is() -> None:
    asked, held = only(World().play([*HISTORY, asking(4, JAN)]))
    [out] = sealed_answers(with_key(), asked, "register", held)
    assert out.topic == feedback("client") and b"beheer" not in out.value and asked.person.encode() not in out.value
    answer = decode_feedback(out.value)
    assert isinstance(answer, AccessAnswer) and opened(answer) == held
    for changed in ({"id": "j"}, {"source": "s"}, {"holder": "desk"}, {"part": 2}, {"region": "elders"}):
        with pytest.raises(CannotOpen):
            opened(answer, **changed)


def test_the_size_says_nothing_about_how_much_is_held_and_a_long_list_comes_in_parts() -> None:
    asked, held = only(World().play([*HISTORY, asking(4, JAN)]))
    sizes = {len(sealed_answers(with_key(), asked, "register", some)[0].value) for some in ([], held, held * 10)}
    assert len(sizes) == 1
    many = [msgspec.structs.replace(held[0], id=str(n)) for n in range(1201)]
    answers = [decode_feedback(out.value) for out in sealed_answers(with_key(), asked, "register", many)]
    parts = [answer for answer in answers if isinstance(answer, AccessAnswer)]
    assert [(answer.part, answer.parts) for answer in parts] == [(1, 3), (2, 3), (3, 3)]
    assert [one for answer in parts for one in opened(answer)] == many


def test_without_a_key_of_that_desk_nothing_is_said() -> None:
    asked, held = only(World().play([*HISTORY, asking(4, JAN)]))
    for policy in (POLICY, with_key("gemeente"), with_key(valid_to=START)):
        with pytest.raises(NoAnswerKey, match="client"):
            sealed_answers(policy, asked, "register", held)


def test_the_desk_of_alerts_is_asked_after_everything_that_changed_the_person() -> None:
    world = World()
    last = [*HISTORY, asking(4, JAN)]
    world.play(last[:-1])
    registry = world.load(last[-1:])
    from vangnet_linker.app import step

    effects = step(registry, last[-1], POLICY)
    said = [one for one in publications(effects, START, None) if one.topic.endswith("persons")]
    asked = decode_persons(msgspec.json.encode(said[-1].message))
    assert isinstance(asked, AccessAsked) and said[-1].key == said[0].key == (asked.person or "").encode()
