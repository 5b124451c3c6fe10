"""What a partner says to the desk goes on as a message of its own: when it comes, is corrected, is taken back."""

import msgspec
from vangnet_contract.contact import CONTACT_ANSWER, RELEASE_OBJECTION
from vangnet_contract.messages import EventKey, PartnerReply
from vangnet_contract.topics import PERSONS
from vangnet_linker.app import step
from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.domain.linkage.neighbourhood import linking_of
from vangnet_linker.domain.publishing import publications
from vangnet_linker.domain.registry import Registry

from tests.unit.linker.events import INCIDENT, POLICY, SOURCE, incoming


def saying(message: Incoming, **details: str) -> Incoming:
    return msgspec.structs.replace(message, record=msgspec.structs.replace(message.record, details=details))


def replies(*messages: Incoming) -> list[PartnerReply]:
    """All that goes to `vangnet.persons` and is a reply."""
    registry = Registry(linking_of(POLICY))
    found = []
    for message in messages:
        effects = step(registry, message, POLICY)
        assert [answer.status for _, answer in effects.feedback] == ["accepted"]
        for publication in publications(effects, message.received_at, message.event):
            if isinstance(publication.message, PartnerReply):
                assert publication.topic == PERSONS and not publication.everywhere
                found.append(publication.message)
    return found


def test_an_answer_to_a_contact_request_is_passed_on_and_its_correction_and_its_end() -> None:
    answer = incoming(1, "a", type=CONTACT_ANSWER, municipality=None)
    first = saying(answer, verzoek="r", antwoord="opgepakt", grond="niet-nodig")
    better = saying(
        incoming(2, "b", type=CONTACT_ANSWER, municipality=None, corrects="a"),
        verzoek="r",
        antwoord="geweigerd",
        grond="geheimhouding",
    )
    end = incoming(3, "c", type=CONTACT_ANSWER, municipality=None, retracts="a")
    said = replies(first, better, end)
    assert [(one.about, one.answer, one.ground, one.revision, one.withdrawn) for one in said] == [
        ("r", "opgepakt", "niet-nodig", 0, False),
        ("r", "geweigerd", "geheimhouding", 1, False),
        ("r", "geweigerd", "geheimhouding", 1, True),
    ]
    assert {(one.partner, one.event) for one in said} == {("politie", EventKey(SOURCE, "a"))}


def test_an_objection_names_the_event_that_it_is_about_and_other_events_say_nothing() -> None:
    objection = saying(
        incoming(1, "o", type=RELEASE_OBJECTION, municipality=None), melding="e7", grond="onderzoeksbelang"
    )
    [said] = replies(objection, incoming(2, "e7", type=INCIDENT))
    assert (said.about, said.answer, said.ground) == ("e7", None, "onderzoeksbelang")
