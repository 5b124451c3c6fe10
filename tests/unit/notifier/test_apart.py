"""A link decision: asked by one, approved by another, told to the linker pair by pair, taken back the same way."""

from datetime import timedelta

import pytest
from vangnet_contract.messages import LinkDecision, Tick
from vangnet_contract.policy.release import Release
from vangnet_notifier.app import Desk, apply, let_time_pass
from vangnet_notifier.domain import story
from vangnet_notifier.domain.actors import SYSTEM, Actor
from vangnet_notifier.domain.alert import Alert, Episode
from vangnet_notifier.domain.apart import KEPT, MOST_PAIRS, Status
from vangnet_notifier.domain.commands import ApproveLink, Close, Command, Decline, RefuseLink, Rejoin, Reopen, TakeIn
from vangnet_notifier.domain.lifecycle import Refused, step
from vangnet_notifier.domain.release import Role, View
from vangnet_notifier.domain.trail import told
from vangnet_notifier.domain.words import Kind, Reason, State

from tests.unit.notifier.signals import ALMERE, OFF_DUTY, OFFICE, REVIEWER, T0, alert, evidence, signal

NOW = T0 + timedelta(days=6)
HELD = alert(State.ACKNOWLEDGED)


def handles(held: Alert, *numbers: int) -> tuple[str, ...]:
    return tuple(OFFICE.name_event(held.id, evidence(n).event) for n in numbers)


def wrong_person(held: Alert, *numbers: int) -> Close:
    return Close(seen=held.version, outcome="verkeerde-persoon", novelty="nee", marked=handles(held, *numbers))


def said(desk: Desk, held: Alert, command: Command, by: Actor) -> Alert:
    after = apply(desk, OFFICE, held, command, by=by, now=NOW)
    assert isinstance(after, Alert), after
    return after


def refusal(held: Alert, command: Command, by: Actor) -> Reason:
    after = apply(Desk(), OFFICE, held, command, by=by, now=NOW)
    assert isinstance(after, Refused), after
    return after.reason


def pairs(decided: list[LinkDecision]) -> set[tuple[str, str]]:
    return {(one.events[0].id, one.events[1].id) for one in decided}


def in_force(desk: Desk) -> Alert:
    closed = said(desk, HELD, wrong_person(HELD, 3, 4), ALMERE)
    return said(desk, closed, ApproveLink(seen=closed.version), REVIEWER)


def test_nothing_is_decided_until_a_second_person_agrees() -> None:
    desk = Desk()
    closed = said(desk, HELD, wrong_person(HELD, 3, 4), ALMERE)
    assert closed.state is State.CLOSED and closed.apart and closed.apart.status is Status.ASKED
    assert desk.decided == [] and [n.kind for n in desk.notices] == [Kind.SECOND]
    assert [person.user for person in desk.notices[0].to or ()] == ["beoordelaar"]
    assert refusal(closed, ApproveLink(seen=closed.version), ALMERE) is Reason.SECOND_PERSON

    after = said(desk, closed, ApproveLink(seen=closed.version), REVIEWER)
    assert after.apart and after.apart.status is Status.IN_FORCE
    assert pairs(desk.decided) == {("e3", "e1"), ("e3", "e2"), ("e4", "e1"), ("e4", "e2")}
    assert {(d.decided_by, d.approved_by, d.at, d.revoked) for d in desk.decided} == {
        (ALMERE.user, REVIEWER.user, NOW, False)
    }
    assert len({d.decision for d in desk.decided}) == 4
    assert told(desk.trail[-1]) == "Koppelbesluit bevestigd: de meldingen gaan niet over één persoon"


def test_taking_it_back_needs_two_people_as_well() -> None:
    desk = Desk()
    held = in_force(desk)
    made, desk.decided = desk.decided, []
    waiting = said(desk, held, Rejoin(seen=held.version), REVIEWER)
    assert desk.decided == [] and waiting.apart and waiting.apart.status is Status.REJOIN_ASKED
    assert [person.user for person in desk.notices[-1].to or ()] == ["piket"]  # not the one who asked
    assert refusal(waiting, ApproveLink(seen=waiting.version), REVIEWER) is Reason.SECOND_PERSON
    back = said(desk, waiting, ApproveLink(seen=waiting.version), ALMERE)
    assert back.apart and back.apart.status is Status.REJOINED
    assert [(d.decision, d.events, d.revoked) for d in desk.decided] == [(d.decision, d.events, True) for d in made]
    assert {(d.decided_by, d.approved_by) for d in desk.decided} == {(REVIEWER.user, ALMERE.user)}


def test_who_does_not_agree_leaves_it_as_it_was() -> None:
    desk = Desk()
    closed = said(desk, HELD, wrong_person(HELD, 3), ALMERE)
    left = said(desk, closed, RefuseLink(seen=closed.version), OFF_DUTY)
    assert left.apart and left.apart.status is Status.REFUSED and desk.decided == []
    held = in_force(desk := Desk())
    waiting = said(desk, held, Rejoin(seen=held.version), REVIEWER)
    kept = said(desk, waiting, RefuseLink(seen=waiting.version), ALMERE)
    assert kept.apart and kept.apart.status is Status.IN_FORCE and not any(d.revoked for d in desk.decided)


def test_a_reviewer_who_declines_asks_it_too() -> None:
    desk = Desk()
    decline = Decline(seen=1, choice="verkeerde-persoon", marked=handles(alert(), 1))
    declined = said(desk, alert(), decline, REVIEWER)
    assert declined.state is State.DECLINED and [n.to[0].user for n in desk.notices if n.to] == ["piket"]
    said(desk, declined, ApproveLink(seen=2), OFF_DUTY)
    assert pairs(desk.decided) == {("e1", "e2"), ("e1", "e3"), ("e1", "e4")}


def test_what_cannot_be_asked() -> None:
    assert refusal(HELD, wrong_person(HELD), ALMERE) is Reason.MARK_EVENTS
    assert refusal(HELD, wrong_person(HELD, 1, 2, 3, 4), ALMERE) is Reason.MARK_EVENTS
    assert refusal(HELD, wrong_person(HELD, 1, 9), ALMERE) is Reason.UNKNOWN_CHOICE
    other = Close(seen=1, outcome="niets-nodig", novelty="nee", marked=handles(HELD, 1))
    assert refusal(HELD, other, ALMERE) is Reason.MARKS_UNASKED
    many = tuple(evidence(n) for n in range(70))
    big = alert(State.ACKNOWLEDGED, episodes=(Episode.of(signal(items=many)),))
    assert MOST_PAIRS < 35 * 35
    assert refusal(big, wrong_person(big, *range(35)), ALMERE) is Reason.TOO_MANY_PAIRS
    held = in_force(Desk())
    assert refusal(held, ApproveLink(seen=held.version), ALMERE) is Reason.NOTHING_ASKED
    assert refusal(HELD, Rejoin(seen=1), REVIEWER) is Reason.NOT_APART
    again = said(Desk(), held, Reopen(seen=held.version), ALMERE)
    more = alert(State.ACKNOWLEDGED, apart=again.apart, version=again.version)
    assert refusal(more, wrong_person(more, 1), ALMERE) is Reason.LINK_IN_FORCE


def test_reopening_takes_a_question_back_and_leaves_a_decision() -> None:
    closed = said(Desk(), HELD, wrong_person(HELD, 3), ALMERE)
    assert said(Desk(), closed, Reopen(seen=closed.version), ALMERE).apart is None
    held = in_force(Desk())
    assert said(Desk(), held, Reopen(seen=held.version), ALMERE).apart == held.apart


def test_of_what_somebody_may_not_see_he_says_nothing() -> None:
    items = (*(evidence(n) for n in (1, 2)), evidence(3, release="niets"))
    held = alert(State.ACKNOWLEDGED, episodes=(Episode.of(signal(items=items)),))
    desk = Desk()
    closed = said(desk, held, wrong_person(held, 1), ALMERE)
    said(desk, closed, ApproveLink(seen=2), REVIEWER)
    assert pairs(desk.decided) == {("e1", "e2")}
    assert refusal(held, wrong_person(held, 3), ALMERE) is Reason.UNKNOWN_CHOICE
    single = alert(State.ACKNOWLEDGED, episodes=(Episode.of(signal(items=items[1:])),))
    assert said(Desk(), single, wrong_person(single), ALMERE).apart is None


def test_the_decision_outlives_the_alert_and_its_events_are_forgotten_in_time() -> None:
    desk = Desk()
    held = in_force(desk)
    gone = step(held, TakeIn(signal=signal("withdrawn")), SYSTEM, NOW)
    assert isinstance(gone, Alert) and gone.state is State.WITHDRAWN and gone.apart == held.apart
    assert held.due == NOW + KEPT
    desk.put(held)
    let_time_pass(desk, OFFICE, Tick(at=NOW + KEPT - timedelta(seconds=1)))
    assert desk.alerts[held.id].apart == held.apart
    let_time_pass(desk, OFFICE, Tick(at=NOW + KEPT))
    left = desk.alerts[held.id]
    assert left.apart and left.apart.others == left.apart.rest == () and left.due is None
    assert refusal(left, Rejoin(seen=left.version), REVIEWER) is Reason.NOT_APART


def test_a_question_that_nobody_answered_is_off_in_the_end() -> None:
    desk = Desk()
    closed = said(desk, HELD, wrong_person(HELD, 3), ALMERE)
    desk.put(closed)
    let_time_pass(desk, OFFICE, Tick(at=NOW + KEPT))
    left = desk.alerts[closed.id].apart
    assert left and (left.status, left.pending) == (Status.REFUSED, None)


@pytest.mark.parametrize("level", ["soort", "datum"])
def test_the_order_in_which_events_are_offered_does_not_tell_their_days(level: str) -> None:
    items = tuple(evidence(n) for n in range(1, 9))
    view = View(Role.COORDINATOR, Release.model_validate({"coordinator": {"politie": level}}))
    named = story.in_order("a1", items, view, OFFICE.name_event)
    order = [item.occurred_at for _, item, _ in named]
    assert (order == sorted(order)) is (level == "datum")
