"""Contact requests: four eyes, sent to the partner of the event and to nobody else, answered, late, taken back."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from vangnet_contract.messages import ContactRequest, EventKey, PartnerReply, Tick, encode
from vangnet_notifier.app import Desk, Office, apply, let_time_pass, take_in, take_reply
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert, Episode
from vangnet_notifier.domain.commands import (
    ApproveContact,
    AskContact,
    Close,
    Command,
    HandOver,
    RefuseContact,
)
from vangnet_notifier.domain.contact import Contact
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.schedule import Pace, contact_terms
from vangnet_notifier.domain.words import Kind, Reason, State

from tests.unit.notifier.signals import ALMERE, OFFICE, POLICY, REVIEWER, T0, URK, alert, evidence, signal

NOW = T0 + timedelta(days=6)
HELD = alert(State.ACKNOWLEDGED)
REAL = Office(POLICY, OFFICE.name_alert, OFFICE.name_event, played=False)


def ask(held: Alert, number: int = 2, *, urgent: bool = False, **changes: str) -> AskContact:
    handle = OFFICE.name_event(held.id, evidence(number).event)
    values = {"event": handle, "purpose": "contact-opnemen", "ground": "avg-6-1-e"} | changes
    return AskContact(seen=held.version, urgent=urgent, **values)


def said(desk: Desk, held: Alert, command: Command, by: Actor) -> Alert:
    after = apply(desk, OFFICE, held, command, by=by, now=NOW)
    assert isinstance(after, Alert), after
    return after


def refusal(held: Alert, command: Command, by: Actor) -> Reason:
    after = apply(Desk(), OFFICE, held, command, by=by, now=NOW)
    assert isinstance(after, Refused), after
    return after.reason


def only(held: Alert) -> Contact:
    [one] = held.contacts
    return one


def sent(desk: Desk) -> Alert:
    asked = said(desk, HELD, ask(HELD), ALMERE)
    return said(desk, asked, ApproveContact(seen=asked.version, request=only(asked).id), REVIEWER)


def reply(request: str, answer: str = "opgepakt", **changes: object) -> PartnerReply:
    made = PartnerReply(
        partner="politie",
        event=EventKey("s", f"antwoord-{answer}"),
        revision=0,
        type="nl.oggz-signalen.beheer.contactantwoord.v1",
        about=request,
        answer=answer,
        ground="niet-nodig",
        registered_at=NOW,
        at=NOW,
    )
    return msgspec.structs.replace(made, **changes)


def heard(desk: Desk, held: Alert, said: PartnerReply) -> Alert:
    desk.put(held)
    desk.by_request = {one.id: held.id for one in held.contacts}
    take_reply(desk, OFFICE, said)
    return desk.alerts[held.id]


def test_a_request_goes_out_when_a_second_person_agrees_and_says_no_more_than_it_must() -> None:
    desk = Desk()
    asked = said(desk, HELD, ask(HELD), ALMERE)
    assert desk.asked == [] and asked.awaits_second and [n.kind for n in desk.notices] == [Kind.SECOND]
    request = only(asked).id
    assert str(UUID(request)) == request  # the only form in which eight digits in a row are not refused
    assert refusal(asked, ApproveContact(seen=asked.version, request=request), ALMERE) is Reason.SECOND_PERSON
    assert refusal(asked, ApproveContact(seen=asked.version, request=request), URK) is Reason.NOT_INVOLVED

    after = said(desk, asked, ApproveContact(seen=asked.version, request=request), REVIEWER)
    assert not after.awaits_second and only(after).sent_at == NOW
    [(partner, message)] = desk.take_asked()
    own = evidence(2).event
    assert (partner, message.source, message.id, message.municipality) == ("politie", own.source, own.id, "GM0034")
    assert set(msgspec.json.decode(encode(message))) == {
        "kind",
        "schema",
        "request",
        "source",
        "id",
        "at",
        "municipality",
        "purpose",
        "ground",
        "urgent",
        "answerBy",
        "withdrawn",
    }
    assert HELD.person not in encode(message).decode() and HELD.id not in encode(message).decode()


def test_who_does_not_agree_stops_it() -> None:
    desk = Desk()
    asked = said(desk, HELD, ask(HELD), ALMERE)
    off = said(desk, asked, RefuseContact(seen=asked.version, request=only(asked).id), REVIEWER)
    assert desk.asked == [] and only(off).ended_at == NOW and not off.awaits_second
    assert refusal(off, ApproveContact(seen=off.version, request=only(off).id), REVIEWER) is Reason.NOTHING_ASKED


def test_an_urgent_one_goes_at_once_and_is_approved_afterwards_or_somebody_hears_of_it() -> None:
    desk = Desk()
    asked = said(desk, HELD, ask(HELD, urgent=True), ALMERE)
    assert len(desk.take_asked()) == 1 and asked.awaits_second
    approve_by = only(asked).approve_by
    assert approve_by and asked.due == approve_by
    desk.put(asked)
    let_time_pass(desk, OFFICE, Tick(at=approve_by))
    late = desk.alerts[asked.id]
    assert only(late).late_at == approve_by and late.awaits_second
    assert [(n.kind, [p.user for p in n.to or ()]) for n in desk.notices if n.kind is Kind.UNAPPROVED] == [
        (Kind.UNAPPROVED, ["piket"])
    ]
    agreed = said(desk, late, ApproveContact(seen=late.version, request=only(late).id), REVIEWER)
    assert desk.take_asked() == [] and not agreed.awaits_second

    refused = said(desk, late, RefuseContact(seen=late.version, request=only(late).id), REVIEWER)
    [(_, message)] = desk.take_asked()
    assert message.withdrawn and message.request == only(refused).id


def test_one_working_day_is_not_a_day() -> None:
    friday = T0.replace(day=16, hour=15)  # 16.00 in the Netherlands
    approve_by, answer_by = contact_terms(Pace(POLICY.people, played=False), friday, urgent=True)
    assert approve_by == answer_by == friday + timedelta(days=3)
    assert contact_terms(Pace(POLICY.people, played=False), friday, urgent=False)[1] == friday + timedelta(days=7)
    after = apply(Desk(), REAL, HELD, ask(HELD, urgent=True), by=ALMERE, now=friday)
    assert isinstance(after, Alert) and only(after).approve_by == approve_by


def test_the_answer_comes_in_and_is_told() -> None:
    desk = Desk()
    after = heard(desk, held := sent(desk), reply(only(held).id))
    answer = only(after).answer
    assert answer and (answer.answer, answer.ground) == ("opgepakt", "niet-nodig")
    assert desk.notices[-1].kind is Kind.ANSWERED
    assert after.due is None  # nothing is awaited any more
    later = reply(only(held).id, "geweigerd", at=NOW + timedelta(hours=1), registered_at=NOW + timedelta(hours=1))
    changed = only(heard(desk, after, later)).answer
    assert changed and changed.answer == "geweigerd"
    corrected = reply(only(held).id, revision=1, answer="al-in-beeld", event=EventKey("s", "antwoord-opgepakt"))
    assert [r.answer for r in only(heard(desk, after, corrected)).replies] == ["al-in-beeld"]
    assert only(heard(desk, after, reply(only(held).id, withdrawn=True))).replies == ()


@pytest.mark.parametrize("changes", [{"partner": "ggz"}, {"about": "another"}])
def test_only_the_partner_that_was_asked_answers(changes: dict[str, str]) -> None:
    desk = Desk()
    held = sent(desk)
    assert heard(desk, held, reply(only(held).id, **changes)) == held


def test_an_answer_that_does_not_come_is_told() -> None:
    desk = Desk()
    held = sent(desk)
    answer_by = only(held).answer_by
    assert answer_by == held.due == NOW + timedelta(days=5)
    desk.put(held)
    let_time_pass(desk, OFFICE, Tick(at=answer_by))
    assert only(desk.alerts[held.id]).overdue_at == answer_by and desk.notices[-1].kind is Kind.OVERDUE


def test_an_event_that_counts_no_longer_takes_its_request_back() -> None:
    desk = Desk()
    held = sent(desk)
    desk.take_asked()
    desk.put(held, ("s1",))
    take_in(desk, OFFICE, signal("updated", items=tuple(evidence(n) for n in (1, 3, 4)), at=NOW))
    left = desk.alerts[held.id]
    assert only(left).ended_at == NOW and only(left).event is None
    [(partner, message)] = desk.take_asked()
    assert (partner, message.id, message.withdrawn) == ("politie", "e2", True)
    take_in(desk, OFFICE, signal("withdrawn", at=NOW))
    assert desk.take_asked() == []


def test_a_withdrawn_alert_takes_its_requests_back_and_nothing_more_goes_out() -> None:
    desk = Desk()
    held = said(desk, HELD, ask(HELD, 1, urgent=True), ALMERE)
    waiting = said(desk, held, ask(held, 2), ALMERE)
    desk.take_asked()
    desk.put(waiting, ("s1",))
    take_in(desk, OFFICE, signal("withdrawn", at=NOW))
    gone = desk.alerts[waiting.id]
    messages: list[ContactRequest] = [message for _, message in desk.take_asked()]
    assert [(message.id, message.withdrawn) for message in messages] == [("e1", True)]
    urgent, unsent = gone.contacts
    assert urgent.pending and not unsent.pending  # what was sent must still be accounted for
    said(desk, gone, ApproveContact(seen=gone.version, request=urgent.id), REVIEWER)
    assert refusal(gone, ApproveContact(seen=gone.version, request=unsent.id), REVIEWER) is Reason.CONTACT_OVER


@pytest.mark.parametrize(
    "command",
    [
        Close(seen=2, outcome="niets-nodig", novelty="nee"),
        HandOver(seen=2, to="GM0184"),
    ],
)
def test_what_was_not_sent_is_not_sent_after_somebody_else_took_over_or_it_was_closed(command: Command) -> None:
    asked = said(Desk(), HELD, ask(HELD), ALMERE)
    assert only(said(Desk(), asked, command, ALMERE)).ended_at == NOW


def test_what_cannot_be_asked() -> None:
    assert refusal(HELD, ask(HELD, 9), ALMERE) is Reason.UNKNOWN_CHOICE
    assert refusal(HELD, ask(HELD, purpose="praten"), ALMERE) is Reason.UNKNOWN_CHOICE
    assert refusal(HELD, ask(HELD, ground="zomaar"), ALMERE) is Reason.UNKNOWN_CHOICE
    assert refusal(HELD, ask(HELD), REVIEWER) is Reason.NOT_COORDINATOR
    assert refusal(alert(State.RELEASED), ask(alert(State.RELEASED)), ALMERE) is Reason.NOT_ACKNOWLEDGED
    asked = said(Desk(), HELD, ask(HELD), ALMERE)
    assert refusal(asked, ask(asked), ALMERE) is Reason.CONTACT_OPEN
    secret = alert(State.ACKNOWLEDGED, episodes=(Episode.of(signal(items=(evidence(2, release="niets"),))),))
    assert refusal(secret, ask(secret), ALMERE) is Reason.UNKNOWN_CHOICE
