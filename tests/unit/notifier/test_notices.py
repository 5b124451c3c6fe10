"""Who is told what."""

from collections.abc import Callable
from datetime import timedelta

from vangnet_contract.messages import Tick
from vangnet_contract.policy.people import Webhook
from vangnet_notifier.app import Desk, Office, apply, let_time_pass, take_in
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Acknowledge, Close, Command, Decline, Release
from vangnet_notifier.domain.words import Action, Kind, State

from tests.unit.notifier.signals import ALMERE, OFFICE, POLICY, REVIEWER, T0, desk_after, evidence, signal

RAISED = signal()
MORE = tuple(evidence(n) for n in range(1, 6))


def only(desk: Desk) -> Alert:
    (alert,) = desk.alerts.values()
    return alert


def decide(desk: Desk, command: Callable[..., Command], actor: Actor, **more: str) -> None:
    alert = only(desk)
    outcome = apply(desk, OFFICE, alert, command(seen=alert.version, **more), by=actor, now=T0)
    assert isinstance(outcome, Alert), outcome


def told(desk: Desk) -> list[tuple[Kind, list[str] | None]]:
    return [(n.kind, None if n.to is None else [person.user for person in n.to]) for n in desk.notices]


def released() -> Desk:
    desk = desk_after(RAISED)
    decide(desk, Release, REVIEWER)
    return desk


def test_a_candidate_goes_to_the_reviewers_on_duty() -> None:
    assert told(desk_after(RAISED)) == [(Kind.CANDIDATE, ["beoordelaar"])]


def test_a_shadow_goes_to_nobody() -> None:
    desk = desk_after(signal(mode="schaduw"), signal("updated", mode="schaduw", items=MORE), signal("withdrawn"))
    assert told(desk) == [(Kind.WITHDRAWN, None)]  # and nobody was told before
    assert only(desk).state is State.WITHDRAWN


def test_a_start_list_is_there_for_the_reviewer_without_mail_and_without_a_term() -> None:
    desk = desk_after(signal(start_list=True))
    let_time_pass(desk, OFFICE, Tick(at=T0 + timedelta(days=30)))
    assert told(desk) == [] and only(desk).state is State.CANDIDATE and only(desk).start_list
    decide(desk, Release, REVIEWER)
    assert told(desk) == [(Kind.RELEASED, ["coordinator-almere"])]


def test_a_rule_that_comes_into_force_puts_what_was_on_trial_on_the_start_list() -> None:
    desk = desk_after(signal(mode="schaduw"), signal("updated", start_list=True))
    assert told(desk) == [] and only(desk).state is State.CANDIDATE and only(desk).start_list


def test_a_new_event_takes_it_off_the_start_list() -> None:
    later = T0 + timedelta(days=20)
    desk = desk_after(signal(start_list=True), signal("updated", items=MORE, at=later))
    assert told(desk) == [(Kind.CANDIDATE, ["beoordelaar"])]
    assert not only(desk).start_list and only(desk).since == later
    again = desk_after(signal(start_list=True), signal("updated", in_care="yes", start_list=True))
    assert told(again) == [] and only(again).start_list


def test_a_release_goes_to_the_coordinators_of_the_lead_municipality() -> None:
    assert told(released())[1:] == [(Kind.RELEASED, ["coordinator-almere"])]


def test_a_decline_goes_to_nobody() -> None:
    desk = desk_after(RAISED)
    decide(desk, Decline, REVIEWER, choice="al-bekend")
    assert told(desk)[1:] == []


def test_a_withdrawal_goes_to_everyone_who_was_told_in_every_state() -> None:
    steps = [
        (Release, REVIEWER, {}),
        (Acknowledge, ALMERE, {}),
        (Close, ALMERE, {"outcome": "niets-nodig", "novelty": "ja"}),
    ]
    for number in range(len(steps) + 1):
        desk = desk_after(RAISED)
        for command, actor, more in steps[:number]:
            decide(desk, command, actor, **more)
        take_in(desk, OFFICE, signal("withdrawn", items=()))
        assert told(desk)[-1] == (Kind.WITHDRAWN, None)


def test_who_has_it_hears_of_a_new_episode_and_of_evidence_that_went() -> None:
    desk = released()
    take_in(desk, OFFICE, signal("updated", items=MORE))
    assert len(told(desk)) == 2  # evidence that comes is shown, not mailed
    take_in(desk, OFFICE, signal("raised", signal_id="s2", items=(evidence(60),)))
    assert told(desk)[2:] == [(Kind.ADDED, ["coordinator-almere"])]
    take_in(desk, OFFICE, signal("updated", items=MORE[:4]))
    assert told(desk)[3:] == [(Kind.CHANGED, None)]
    take_in(desk, OFFICE, signal("updated", items=(evidence(1, revision=1), *MORE[1:4])))
    assert told(desk)[4:] == [(Kind.CHANGED, None)]


def test_not_reviewed_in_time_goes_to_the_escalation_contacts_once() -> None:
    desk = desk_after(RAISED)
    minutes = POLICY.people.on_duty.review_within_minutes
    let_time_pass(desk, OFFICE, Tick(at=RAISED.at + timedelta(minutes=minutes, seconds=-1)))
    assert len(told(desk)) == 1
    for extra in (0, 60):
        let_time_pass(desk, OFFICE, Tick(at=RAISED.at + timedelta(minutes=minutes + extra)))
    assert told(desk)[1:] == [(Kind.ESCALATION, ["piket"])]
    assert [line.action for line in desk.trail] == [Action.RAISE, Action.ESCALATE]


def test_a_tick_of_the_past_or_of_another_partition_escalates_nothing() -> None:
    desk = desk_after(RAISED)
    desk.tick = RAISED.at + timedelta(days=2)
    let_time_pass(desk, OFFICE, Tick(at=RAISED.at + timedelta(days=1)))
    desk.partition = 3
    let_time_pass(desk, OFFICE, Tick(at=RAISED.at + timedelta(days=3)))
    assert len(told(desk)) == 1


def test_what_was_reviewed_in_time_is_not_escalated() -> None:
    desk = released()
    let_time_pass(desk, OFFICE, Tick(at=T0 + timedelta(hours=23)))
    assert [kind for kind, _ in told(desk)] == [Kind.CANDIDATE, Kind.RELEASED]


def test_after_closing_a_new_episode_makes_a_new_alert_and_after_withdrawal_the_same_signal_does() -> None:
    desk = released()
    decide(desk, Acknowledge, ALMERE)
    decide(desk, Close, ALMERE, outcome="niets-nodig", novelty="ja")
    take_in(desk, OFFICE, signal("raised", signal_id="s2", items=(evidence(60),), at=T0 + timedelta(days=61)))
    assert [a.state for a in desk.alerts.values()] == [State.CLOSED, State.CANDIDATE]
    take_in(desk, OFFICE, signal("withdrawn", signal_id="s2", items=()))
    take_in(desk, OFFICE, signal("raised", signal_id="s2", items=(evidence(60),), at=T0 + timedelta(days=62)))
    assert [a.state for a in desk.alerts.values()] == [State.CLOSED, State.WITHDRAWN, State.CANDIDATE]


def test_the_end_or_withdrawal_of_what_nobody_knows_means_nothing() -> None:
    assert not desk_after(signal("ended"), signal("withdrawn")).alerts


def with_a_system(*municipalities: str) -> Office:
    hook = Webhook(title="Zaaksysteem", url="https://zaken.example/", municipalities=list(municipalities))
    people = POLICY.people.model_copy(update={"webhooks": {"zaken": hook}})
    return Office(POLICY.model_copy(update={"people": people}), OFFICE.name_alert, OFFICE.name_event)


def test_a_system_hears_what_the_coordinators_of_its_municipality_hear_and_nothing_before() -> None:
    for places, heard in ((("GM0034",), [(Kind.RELEASED, "zaken")]), (("GM0184",), [])):
        desk, office = Desk(), with_a_system(*places)
        take_in(desk, office, RAISED)
        apply(desk, office, only(desk), Release(seen=only(desk).version), by=REVIEWER, now=T0)
        apply(desk, office, only(desk), Acknowledge(seen=only(desk).version), by=ALMERE, now=T0)
        assert [(n.kind, hook.name) for n in desk.notices for hook in n.hooks] == heard
