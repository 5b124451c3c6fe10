"""The register and the plain-loop oracle say the same of every history, message by message."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import Tick
from vangnet_linker.domain.incoming import Incoming
from vangnet_simulator.oracle.joining import joining_of
from vangnet_simulator.oracle.linking import Fact, People

from tests.unit.linker.events import CARE, INCIDENT, POLICY, START, in_clear, incoming, tokens
from tests.unit.linker.world import World

VALUES = {
    "givennames": ["Jan", "Jan", "Pieter", "J.", "Jna", ""],
    "surname": ["Vries", "Vries", "Vriess", "Jansen"],
    "birthdate": ["1980-05-17", "1980-05-17", "1980-05-18", ""],
    "postcode": ["1315AB", "1315AC", ""],
    "street": ["Kerkstraat", ""],
    "bsn": ["", "", "", "245216571", "041668881"],
    "clientnumber": ["", "", "", "C-1", "C-2"],
}
Named = frozenset[bytes]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Incoming, Named] | Tick]:
    """Roots, corrections, retractions and Ticks in any order, about a handful of tangled identities."""
    messages: list[tuple[Incoming, Named] | Tick] = []
    for offset in range(draw(st.integers(1, 14))):
        at = timedelta(minutes=offset)
        root = f"e{draw(st.integers(0, 5))}"
        named = tokens(**{field: draw(st.sampled_from(values)) for field, values in VALUES.items()})
        what = draw(st.sampled_from(["root", "root", "root", "care", "correction", "retraction", "tick"]))
        type_ = CARE if int(root[1]) % 2 else INCIDENT
        if what == "tick":
            messages.append(Tick(at=START + at))
        elif what == "retraction":
            messages.append((incoming(offset, f"r{offset}", retracts=root, type=type_, received=at), frozenset()))
        elif what == "correction":
            days = timedelta(draw(st.integers(-1, 2)))
            messages.append(
                (
                    incoming(offset, f"k{offset}", named, corrects=root, registered=days, received=at, type=type_),
                    named,
                )
            )
        else:
            messages.append((incoming(offset, root, named, type=type_, received=at), named))
    return messages


def fact(message: Incoming, named: Named) -> Fact:
    record = message.record
    return Fact(
        source=message.event.source, id=message.id, root=(message.event.source, message.event.id), retracts=message.kind == "retraction",
        partner=message.partner, type=record.type, event_class=record.event_class, group=record.group, occurred_at=record.occurred_at,
        registered_at=message.registered_at, received_at=message.received_at, municipality=record.municipality,
        identity=in_clear(named),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from([1, 3, 1000]))
def test_who_is_in_view_equals_the_oracle(history: list[tuple[Incoming, Named] | Tick], batch: int) -> None:
    world, people = (
        World().play([m if isinstance(m, Tick) else m[0] for m in history], batch),
        People(joining_of(POLICY)),
    )
    refused = {answer[1].split(":")[0] for answer in world.answers if answer[1].endswith("rejected")}
    heard: set[str] = set()
    for message in history:
        if isinstance(message, Tick):
            people.tick(message.at)
        elif message[0].id not in heard and not (message[0].kind == "retraction" and message[0].id in refused):
            heard.add(message[0].id)
            people.hear(fact(*message))
    assert world.persons() == {frozenset(fact.root[1] for fact in facts) for facts in people.in_view().values()}
