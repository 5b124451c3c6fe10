"""Every transition, every reason of refusal."""

from datetime import timedelta

import pytest
from vangnet_notifier.domain.actors import SYSTEM, Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Acknowledge, Close, Command, Decline, Escalate, Release, TakeIn
from vangnet_notifier.domain.lifecycle import TRANSITIONS, Refused, action_of, step
from vangnet_notifier.domain.words import (
    ACTION_TEXT,
    CLOSING_REASONS,
    DECLINE_REASONS,
    REASON_TEXT,
    STATE_SLUG,
    STATE_TEXT,
    Action,
    Reason,
    State,
)

from tests.unit.notifier.signals import ALMERE, NOBODY, OFF_DUTY, REVIEWER, T0, URK, alert, evidence, signal

NOW = T0 + timedelta(days=6)
MORE = tuple(evidence(n) for n in range(1, 6))

# A command for each row of the table, with somebody who may give it
ROWS: dict[Action, tuple[Command, Actor]] = {
    Action.ATTACH: (TakeIn(signal=signal("updated", items=MORE)), SYSTEM),
    Action.PROMOTE: (TakeIn(signal=signal("updated")), SYSTEM),
    Action.DEMOTE: (TakeIn(signal=signal("updated", mode="schaduw")), SYSTEM),
    Action.DROP: (TakeIn(signal=signal("withdrawn", signal_id="other")), SYSTEM),
    Action.END: (TakeIn(signal=signal("ended", ended_at=NOW)), SYSTEM),
    Action.WITHDRAW: (TakeIn(signal=signal("withdrawn")), SYSTEM),
    Action.ESCALATE: (Escalate(), SYSTEM),
    Action.RELEASE: (Release(seen=1), REVIEWER),
    Action.DECLINE: (Decline(seen=1, choice="al-bekend"), REVIEWER),
    Action.ACKNOWLEDGE: (Acknowledge(seen=1), ALMERE),
    Action.CLOSE: (Close(seen=1, choice="contact-gelegd"), ALMERE),
}


def refused(outcome: Alert | Refused) -> Reason:
    assert isinstance(outcome, Refused)
    return outcome.reason


def stepped(outcome: Alert | Refused) -> Alert:
    assert isinstance(outcome, Alert), outcome
    return outcome


def test_the_table_is_total() -> None:
    assert set(TRANSITIONS) == set(Action) - {Action.RAISE}
    assert all(set(row) == set(State) for row in TRANSITIONS.values())


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", list(ROWS))
def test_every_cell_of_the_table_is_what_step_does(action: Action, state: State) -> None:
    command, actor = ROWS[action]
    before = alert(state)
    if (action is Action.PROMOTE and state is not State.SHADOW) or (
        action is Action.DEMOTE and state is not State.CANDIDATE
    ):
        action = Action.ATTACH  # which leads to the same state
    if action is Action.ATTACH and state is State.SHADOW and ROWS[Action.ATTACH][0] is command:
        action = Action.PROMOTE
    assert action_of(before, command) is action
    target, outcome = TRANSITIONS[action][state], step(before, command, actor, NOW)
    if isinstance(target, Reason):
        assert refused(outcome) is target
    else:
        after = stepped(outcome)
        assert (after.state, after.version) == (target, before.version + 1)


@pytest.mark.parametrize(
    ("command", "actor", "reason"),
    [
        (Release(seen=1), ALMERE, Reason.NOT_REVIEWER),
        (Decline(seen=1, choice="al-bekend"), NOBODY, Reason.NOT_REVIEWER),
        (Release(seen=1), OFF_DUTY, Reason.NOT_ON_DUTY),
        (Decline(seen=1, choice="al-bekend"), OFF_DUTY, Reason.NOT_ON_DUTY),
        (Release(seen=1), SYSTEM, Reason.NOT_REVIEWER),
        (Acknowledge(seen=1), URK, Reason.NOT_COORDINATOR),
        (Acknowledge(seen=1), REVIEWER, Reason.NOT_COORDINATOR),
        (Close(seen=1, choice="niets-nodig"), URK, Reason.NOT_COORDINATOR),
        (TakeIn(signal=signal("updated")), REVIEWER, Reason.NOT_THE_SYSTEM),
        (Escalate(), ALMERE, Reason.NOT_THE_SYSTEM),
    ],
)
def test_who_may_not(command: Command, actor: Actor, reason: Reason) -> None:
    for state in State:
        assert refused(step(alert(state), command, actor, NOW)) is reason


def test_what_is_not_acceptable() -> None:
    assert refused(step(alert(), Release(seen=0), REVIEWER, NOW)) is Reason.CHANGED_MEANWHILE
    assert refused(step(alert(), Decline(seen=1, choice="zomaar"), REVIEWER, NOW)) is Reason.UNKNOWN_CHOICE
    held = alert(State.ACKNOWLEDGED)
    assert refused(step(held, Close(seen=1, choice="al-bekend"), ALMERE, NOW)) is Reason.UNKNOWN_CHOICE
    homeless = stepped(step(alert(), TakeIn(signal=signal("updated", lead=None)), SYSTEM, NOW))
    assert refused(step(homeless, Release(seen=2), REVIEWER, NOW)) is Reason.NO_MUNICIPALITY
    escalated = stepped(step(alert(), Escalate(), SYSTEM, NOW))
    assert escalated.escalated_at == NOW
    assert refused(step(escalated, Escalate(), SYSTEM, NOW)) is Reason.ALREADY_ESCALATED


def test_every_reason_is_reachable_and_everything_has_a_text() -> None:
    by_table = {cell for row in TRANSITIONS.values() for cell in row.values() if isinstance(cell, Reason)}
    by_role = {Reason.NOT_REVIEWER, Reason.NOT_ON_DUTY, Reason.NOT_COORDINATOR, Reason.NOT_THE_SYSTEM}
    by_content = {
        Reason.CHANGED_MEANWHILE,
        Reason.UNKNOWN_CHOICE,
        Reason.NO_MUNICIPALITY,
        Reason.ALREADY_ESCALATED,
    }
    assert by_table | by_role | by_content == set(Reason)
    assert set(REASON_TEXT) == set(Reason) and set(STATE_TEXT) == set(STATE_SLUG) == set(State)
    assert set(ACTION_TEXT) == set(Action)
    assert DECLINE_REASONS and CLOSING_REASONS


def test_the_life_of_an_alert() -> None:
    released = stepped(step(alert(), Release(seen=1), REVIEWER, NOW))
    assert (released.state, released.owner) == (State.RELEASED, "GM0034")
    held = stepped(step(released, Acknowledge(seen=2), ALMERE, NOW))
    closed = stepped(step(held, Close(seen=3, choice="zorg-gestart"), ALMERE, NOW))
    assert (closed.state, closed.choice, closed.open) == (State.CLOSED, "zorg-gestart", False)


def test_the_owner_stays_when_the_newest_event_is_elsewhere() -> None:
    released = stepped(step(alert(), Release(seen=1), REVIEWER, NOW))
    moved = stepped(step(released, TakeIn(signal=signal("updated", lead="GM0184")), SYSTEM, NOW))
    assert (moved.lead, moved.owner) == ("GM0184", "GM0034")
    assert refused(step(moved, Acknowledge(seen=3), URK, NOW)) is Reason.NOT_COORDINATOR
    assert stepped(step(moved, Acknowledge(seen=3), ALMERE, NOW)).state is State.ACKNOWLEDGED


def test_new_evidence_attaches_and_a_second_episode_stands_beside_the_first() -> None:
    second = signal("raised", signal_id="s2", items=(evidence(60), evidence(61)), episode=2)
    both = stepped(step(alert(), TakeIn(signal=second), SYSTEM, NOW))
    assert [episode.signal for episode in both.episodes] == ["s1", "s2"] and both.newest == both.episodes[1]
    assert len(both.evidence) == 6
    less = stepped(step(both, TakeIn(signal=signal("withdrawn", signal_id="s2")), SYSTEM, NOW))
    assert less.state is State.CANDIDATE and len(less.evidence) == 4
    gone = stepped(step(less, TakeIn(signal=signal("withdrawn", superseded_by="s9")), SYSTEM, NOW))
    assert gone.state is State.WITHDRAWN and gone.evidence == () and gone.lead is None and gone.successor == "s9"


def test_what_was_added_is_marked_until_somebody_decides() -> None:
    same = stepped(step(alert(), TakeIn(signal=signal("updated")), SYSTEM, NOW))
    assert same.added_at is None
    more = stepped(step(same, TakeIn(signal=signal("updated", items=MORE, at=NOW)), SYSTEM, NOW))
    assert more.added_at == NOW
    assert stepped(step(more, Release(seen=more.version), REVIEWER, NOW)).added_at is None


def test_it_has_ended_when_all_its_episodes_have() -> None:
    ended = stepped(step(alert(), TakeIn(signal=signal("ended", ended_at=NOW)), SYSTEM, NOW))
    assert ended.ended_at == NOW and ended.open
    again = stepped(step(ended, TakeIn(signal=signal("raised", signal_id="s2", items=(evidence(60),))), SYSTEM, NOW))
    assert again.ended_at is None


def test_a_candidate_whose_newest_event_is_where_the_rule_is_on_trial_goes_back_to_shadow() -> None:
    moved = stepped(step(alert(), TakeIn(signal=signal("updated", mode="schaduw", lead="GM0184")), SYSTEM, NOW))
    assert moved.state is State.SHADOW
    assert refused(step(moved, Release(seen=2), REVIEWER, NOW)) is Reason.SHADOW
    released = stepped(step(alert(), Release(seen=1), REVIEWER, NOW))
    kept = stepped(step(released, TakeIn(signal=signal("updated", mode="schaduw")), SYSTEM, NOW))
    assert kept.state is State.RELEASED


def test_an_active_signal_brings_a_shadow_alert_before_the_reviewer() -> None:
    later = T0 + timedelta(days=40)
    promoted = stepped(
        step(alert(State.SHADOW), TakeIn(signal=signal("raised", signal_id="s2", at=later)), SYSTEM, NOW)
    )
    assert promoted.state is State.CANDIDATE and promoted.since == later
