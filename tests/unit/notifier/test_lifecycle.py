"""Every transition, every reason of refusal."""

import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
from vangnet_contract.messages import EventKey, PartnerReply
from vangnet_contract.outcomes import OUTCOMES, intervention_demand
from vangnet_notifier.domain.actors import SYSTEM, Actor
from vangnet_notifier.domain.alert import Alert, Holder
from vangnet_notifier.domain.apart import Said, approved, asked
from vangnet_notifier.domain.commands import (
    ACTIONS,
    Acknowledge,
    AnswerTrial,
    ApproveContact,
    ApproveLink,
    AskContact,
    Assign,
    Begin,
    Chase,
    Close,
    Command,
    ContactLate,
    ContactOverdue,
    Decline,
    Escalate,
    FileUnder,
    Forget,
    HandOver,
    Mute,
    RefuseContact,
    RefuseLink,
    Rejoin,
    Release,
    Reopen,
    TakeIn,
    TakeReply,
    Tell,
    Wake,
)
from vangnet_notifier.domain.contact import Contact
from vangnet_notifier.domain.lifecycle import Refused, action_of, step
from vangnet_notifier.domain.lifecycle_page import page
from vangnet_notifier.domain.transitions import TRANSITIONS
from vangnet_notifier.domain.words import (
    ACTION_TEXT,
    CHOICES,
    OPEN,
    REASON_TEXT,
    STATE_SLUG,
    STATE_TEXT,
    TO_DO,
    Action,
    Reason,
    State,
)

from tests.unit.notifier.signals import ALMERE, NOBODY, OFF_DUTY, REVIEWER, T0, URK, alert, evidence, signal

NOW = T0 + timedelta(days=6)
MORE = tuple(evidence(n) for n in range(1, 6))

ASK = AskContact(
    seen=1,
    event="h",
    purpose="contact-opnemen",
    ground="avg-6-1-e",
    urgent=True,
    offered={"h": evidence(1)},
    grounds=frozenset({"avg-6-1-e"}),
    request="n",
    approve_by=NOW,
    answer_by=NOW,
)
REPLY = PartnerReply(
    partner="politie",
    event=EventKey("s", "a"),
    revision=0,
    type="t",
    about="r",
    answer="opgepakt",
    ground="niet-nodig",
    registered_at=NOW,
    at=NOW,
)
SENT = Contact(
    id="r",
    partner="politie",
    event=evidence(1).event,
    purpose="contact-opnemen",
    ground="avg-6-1-e",
    urgent=True,
    asked=Said("iemand", "Iemand", T0),
    approve_by=NOW,
    sent_at=T0,
    answer_by=NOW,
)
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
    Action.CLOSE: (Close(seen=1, outcome="contact-gelegd", novelty="ja"), ALMERE),
    Action.TELL: (Tell(), SYSTEM),
    Action.CHASE: (Chase(), SYSTEM),
    Action.WAKE: (Wake(), SYSTEM),
    Action.ANSWER: (AnswerTrial(seen=1, choice="ja"), OFF_DUTY),
    Action.BEGIN: (Begin(seen=1), ALMERE),
    Action.ASSIGN: (Assign(seen=1, to="ko", colleagues={"ko": "Ko Ordinator"}), ALMERE),
    Action.HAND_OVER: (HandOver(seen=1, to="GM0184", region=frozenset({"GM0034", "GM0184"})), ALMERE),
    Action.MUTE: (Mute(seen=1, days=3), ALMERE),
    Action.FILE: (FileUnder(seen=1, reference="Z-2026/0042"), ALMERE),
    Action.REOPEN: (Reopen(seen=1), ALMERE),
    Action.APPROVE_LINK: (ApproveLink(seen=1), ALMERE),
    Action.REFUSE_LINK: (RefuseLink(seen=1), REVIEWER),
    Action.REJOIN: (Rejoin(seen=1), REVIEWER),
    Action.FORGET: (Forget(), SYSTEM),
    Action.CONTACT: (ASK, ALMERE),
    Action.APPROVE_CONTACT: (ApproveContact(seen=1, request="r", answer_by=NOW), REVIEWER),
    Action.REFUSE_CONTACT: (RefuseContact(seen=1, request="r"), REVIEWER),
    Action.CONTACT_ANSWER: (TakeReply(reply=REPLY), SYSTEM),
    Action.CONTACT_LATE: (ContactLate(request="r"), SYSTEM),
    Action.CONTACT_OVERDUE: (ContactOverdue(request="r"), SYSTEM),
}
ASKED = asked(1, (evidence(1),), (evidence(2),), Said("iemand", "Iemand", T0))
LINKS = {
    Action.APPROVE_LINK: ASKED,
    Action.REFUSE_LINK: ASKED,
    Action.REJOIN: approved(ASKED, Said("ander", "Ander", T0)),
    Action.FORGET: ASKED,
}
"""What the actions about a link decision need: they are possible in every state."""


def refused(outcome: Alert | Refused) -> Reason:
    assert isinstance(outcome, Refused)
    return outcome.reason


def stepped(outcome: Alert | Refused) -> Alert:
    assert isinstance(outcome, Alert), outcome
    return outcome


def test_the_table_is_total() -> None:
    assert set(TRANSITIONS) == set(Action) - {Action.RAISE}
    assert all(set(row) == set(State) for row in TRANSITIONS.values())
    assert set(ROWS) == set(TRANSITIONS) and set(ACTIONS.values()) < set(TRANSITIONS)


def test_the_page_in_docs_is_the_table() -> None:
    shown = (Path(__file__).parents[3] / "docs" / "lifecycle.md").read_text()
    assert shown == page(), "run: make docs"


def test_every_open_state_stands_in_the_index_that_allows_one() -> None:
    migrations = sorted((files("vangnet_notifier") / "migrations").iterdir(), key=lambda path: path.name)
    made = [
        found
        for path in migrations
        for found in re.findall(r"alert_one_open ON .*?WHERE ([^;]*);", path.read_text(), re.S)
    ]
    assert set(re.findall(r"'([a-z-]+)'", made[-1])) == set(State) - OPEN and "NOT IN" in made[-1]
    assert set(TO_DO) == OPEN - {State.SHADOW, State.MUTED}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", list(ROWS))
def test_every_cell_of_the_table_is_what_step_does(action: Action, state: State) -> None:
    command, actor = ROWS[action]
    before = alert(
        state, apart=LINKS.get(action), contacts=(SENT,) if "contact-" in action or "-contact" in action else ()
    )
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
        (Close(seen=1, outcome="niets-nodig", novelty="nee"), URK, Reason.NOT_COORDINATOR),
        (Reopen(seen=1), REVIEWER, Reason.NOT_COORDINATOR),
        (AnswerTrial(seen=1, choice="ja"), ALMERE, Reason.NOT_REVIEWER),
        (ApproveLink(seen=1), URK, Reason.NOT_INVOLVED),
        (Rejoin(seen=1), NOBODY, Reason.NOT_INVOLVED),
        (Wake(), ALMERE, Reason.NOT_THE_SYSTEM),
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
    homeless = stepped(step(alert(), TakeIn(signal=signal("updated", lead=None)), SYSTEM, NOW))
    assert refused(step(homeless, Release(seen=2), REVIEWER, NOW)) is Reason.NO_MUNICIPALITY
    assert refused(step(alert(State.SHADOW), AnswerTrial(seen=1, choice="x"), REVIEWER, NOW)) is Reason.UNKNOWN_CHOICE
    for once, state, reason in (
        (Tell(), State.CANDIDATE, Reason.ALREADY_TOLD),
        (Escalate(), State.CANDIDATE, Reason.ALREADY_ESCALATED),
        (Chase(), State.RELEASED, Reason.ALREADY_CHASED),
    ):
        assert refused(step(stepped(step(alert(state), once, SYSTEM, NOW)), once, SYSTEM, NOW)) is reason


HELD = alert(State.ACKNOWLEDGED)
TODAY = NOW.date()
STARTED = Close(seen=1, outcome="zorg-gestart", novelty="ja", intervention="bemoeizorg", started_on=TODAY)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"outcome": "al-bekend"}, Reason.UNKNOWN_CHOICE),
        ({"novelty": "misschien"}, Reason.UNKNOWN_CHOICE),
        ({"intervention": "toverstaf"}, Reason.UNKNOWN_CHOICE),
        ({"intervention": None}, Reason.INTERVENTION_MISSING),
        ({"started_on": None}, Reason.INTERVENTION_MISSING),
        ({"outcome": "contact-gelegd", "started_on": None}, Reason.INTERVENTION_MISSING),
        ({"outcome": "al-in-zorg"}, Reason.INTERVENTION_UNASKED),
        ({"started_on": TODAY - timedelta(days=400)}, Reason.IMPOSSIBLE_DATE),
        ({"started_on": TODAY + timedelta(days=70)}, Reason.IMPOSSIBLE_DATE),
    ],
)
def test_a_closing_that_says_too_little_or_too_much(changes: dict[str, Any], reason: Reason) -> None:
    assert refused(step(HELD, msgspec.structs.replace(STARTED, **changes), ALMERE, NOW)) is reason


@pytest.mark.parametrize("outcome", list(OUTCOMES))
def test_every_outcome_closes(outcome: str) -> None:
    command = Close(seen=1, outcome=outcome, novelty="nee")
    if intervention_demand(outcome) == "required":
        command = msgspec.structs.replace(STARTED, outcome=outcome)
    closed = stepped(step(HELD, command, ALMERE, NOW))
    assert closed.closing and (closed.state, closed.closing.outcome, closed.closed_at) == (State.CLOSED, outcome, NOW)


@pytest.mark.parametrize("reference", ["Z-2026/0042", "dossier.17", "2026-00123", ""])
def test_an_own_reference(reference: str) -> None:
    assert stepped(step(HELD, FileUnder(seen=1, reference=reference), ALMERE, NOW)).reference == (reference or None)


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("123456782", Reason.REFERENCE_IDENTIFIES),
        ("z/1980-05-17", Reason.REFERENCE_IDENTIFIES),
        ("0612345678", Reason.REFERENCE_IDENTIFIES),
        ("Jan Jansen", Reason.REFERENCE_MALFORMED),
        ("jan@x.nl", Reason.REFERENCE_MALFORMED),
        ("x" * 65, Reason.REFERENCE_MALFORMED),
    ],
)
def test_a_reference_that_names_somebody_is_refused(reference: str, reason: Reason) -> None:
    assert refused(step(HELD, FileUnder(seen=1, reference=reference), ALMERE, NOW)) is reason


def test_work_is_not_given_to_just_anybody() -> None:
    assert refused(step(HELD, Assign(seen=1, to="x", colleagues={"ko": "Ko"}), ALMERE, NOW)) is Reason.NOT_A_COLLEAGUE
    region = frozenset({"GM0034", "GM0184"})
    assert refused(step(HELD, HandOver(seen=1, to="GM0034", region=region), ALMERE, NOW)) is Reason.SAME_MUNICIPALITY
    assert refused(step(HELD, HandOver(seen=1, to="GM0363", region=region), ALMERE, NOW)) is Reason.UNKNOWN_CHOICE
    assert refused(step(HELD, Mute(seen=1, days=2), ALMERE, NOW)) is Reason.UNKNOWN_CHOICE


def test_what_is_closed_is_not_opened_beside_a_newer_one() -> None:
    closed = stepped(step(HELD, STARTED, ALMERE, NOW))
    assert refused(step(closed, Reopen(seen=2, rival="a2"), ALMERE, NOW)) is Reason.NEWER_OPEN
    again = stepped(step(closed, Reopen(seen=2), ALMERE, NOW))
    assert (again.state, again.closing, again.closed_at) == (State.REOPENED, None, None)


def test_a_handed_over_alert_begins_anew_with_its_new_owner() -> None:
    held = msgspec.structs.replace(HELD, reference="Z-1", holder=Holder("x", "X"), chased_at=NOW)
    moved = stepped(step(held, HandOver(seen=1, to="GM0184", region=frozenset({"GM0184"})), ALMERE, NOW))
    assert (moved.state, moved.owner, moved.since) == (State.RELEASED, "GM0184", NOW)
    assert (moved.reference, moved.holder, moved.chased_at) == (None, None, None)
    assert refused(step(moved, Acknowledge(seen=2), ALMERE, NOW)) is Reason.NOT_COORDINATOR
    assert stepped(step(moved, Acknowledge(seen=2), URK, NOW)).holder == Holder(URK.user, URK.name)


def test_the_on_call_reviewer_acts_alone_for_every_municipality() -> None:
    on_call = msgspec.structs.replace(REVIEWER, on_call=True)
    released = stepped(step(alert(), Release(seen=1), on_call, NOW))
    held = stepped(step(released, Acknowledge(seen=2), on_call, NOW))
    assert stepped(step(held, msgspec.structs.replace(STARTED, seen=3), on_call, NOW)).state is State.CLOSED


def test_every_reason_is_reachable_and_everything_has_a_text() -> None:
    by_table = {cell for row in TRANSITIONS.values() for cell in row.values() if isinstance(cell, Reason)}
    by_role = {
        Reason.NOT_INVOLVED,
        Reason.NOT_REVIEWER,
        Reason.NOT_ON_DUTY,
        Reason.NOT_COORDINATOR,
        Reason.NOT_THE_SYSTEM,
    }
    by_content = {  # each is the expectation of a test above
        Reason.CHANGED_MEANWHILE,
        Reason.UNKNOWN_CHOICE,
        Reason.NO_MUNICIPALITY,
        Reason.SAME_MUNICIPALITY,
        Reason.NOT_A_COLLEAGUE,
        Reason.NEWER_OPEN,
        Reason.ALREADY_TOLD,
        Reason.ALREADY_ESCALATED,
        Reason.ALREADY_CHASED,
        Reason.INTERVENTION_MISSING,
        Reason.INTERVENTION_UNASKED,
        Reason.IMPOSSIBLE_DATE,
        Reason.REFERENCE_MALFORMED,
        Reason.REFERENCE_IDENTIFIES,
        Reason.SECOND_PERSON,
        Reason.NOTHING_ASKED,
        Reason.NOT_APART,
        Reason.LINK_IN_FORCE,
        Reason.MARK_EVENTS,
        Reason.MARKS_UNASKED,
        Reason.MARK_REPORTS,
        Reason.TOO_MANY_PAIRS,
        Reason.CONTACT_OPEN,
        Reason.CONTACT_OVER,
    }  # the last nine: test_apart.py, test_contact.py
    assert by_table | by_role | by_content == set(Reason)
    assert set(REASON_TEXT) == set(Reason) and set(STATE_TEXT) == set(STATE_SLUG) == set(State)
    assert set(ACTION_TEXT) == set(Action)
    assert all(CHOICES.values())


def test_the_life_of_an_alert() -> None:
    released = stepped(step(alert(), Release(seen=1), REVIEWER, NOW))
    assert (released.state, released.owner) == (State.RELEASED, "GM0034")
    held = stepped(step(released, Acknowledge(seen=2), ALMERE, NOW))
    begun = stepped(step(held, Begin(seen=3), ALMERE, NOW))
    muted = stepped(step(begun, Mute(seen=4, days=3), ALMERE, NOW))
    assert muted.muted_until == datetime(2026, 1, 21, 7, tzinfo=UTC)  # 08.00 in the Netherlands
    back = stepped(step(muted, Wake(), SYSTEM, muted.muted_until))
    assert (back.state, back.muted_until, back.holder) == (State.ACKNOWLEDGED, None, Holder(ALMERE.user, ALMERE.name))
    closed = stepped(step(back, msgspec.structs.replace(STARTED, seen=6), ALMERE, NOW))
    assert (closed.state, closed.open) == (State.CLOSED, False)


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
