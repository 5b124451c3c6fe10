"""The life of an alert: one function that follows the table of transitions. docs/lifecycle.md shows the table."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import msgspec
from vangnet_contract.messages import Signal

from vangnet_notifier.domain import apart as link
from vangnet_notifier.domain import contacting
from vangnet_notifier.domain.acceptance import not_acceptable
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert, Closing, Episode, Holder, difference, with_episode, without_signal
from vangnet_notifier.domain.commands import (
    ACTIONS,
    Acknowledge,
    AnswerTrial,
    ApproveLink,
    Assign,
    Begin,
    Chase,
    Close,
    Command,
    Decision,
    Decline,
    Escalate,
    FileUnder,
    Forget,
    HandOver,
    Marked,
    Mute,
    RefuseLink,
    Rejoin,
    Release,
    Reopen,
    TakeIn,
    Tell,
    Wake,
)
from vangnet_notifier.domain.contact import unsent_ended, without_events
from vangnet_notifier.domain.local_time import at_clock
from vangnet_notifier.domain.transitions import (
    COORDINATORS_ACTIONS,
    ON_DUTY_ACTIONS,
    REVIEWERS_ACTIONS,
    SECONDS_ACTIONS,
    TRANSITIONS,
)
from vangnet_notifier.domain.words import Action, Reason, State

RETURNS_AT = time(8)
"""Local time at which what was muted comes back."""

replace = msgspec.structs.replace


class Refused(msgspec.Struct, frozen=True):
    """The command does not go through."""

    reason: Reason


def opened(alert_id: str, signal: Signal, severity: int, partition: int) -> Alert:
    """The alert that a first signal makes. Only an active rule brings it before the reviewer."""
    return Alert(
        id=alert_id,
        rule=signal.rule,
        person=signal.person,
        severity=severity,
        partition=partition,
        state=State.CANDIDATE if signal.mode == "actief" else State.SHADOW,
        version=1,
        raised_at=signal.raised_at,
        since=signal.at,
        episodes=(Episode.of(signal),),
        start_list=signal.start_list,
    )


def step(alert: Alert, command: Command, actor: Actor, now: datetime) -> Alert | Refused:
    """What the command makes of the alert. Who may, then what the state allows, then whether he saw the present version."""
    action = action_of(alert, command)
    if refusal := _not_entitled(alert, action, actor):
        return Refused(refusal)
    target = TRANSITIONS[action][alert.state]
    if isinstance(target, Reason):
        return Refused(target)
    if refusal := not_acceptable(alert, command, actor, now):
        return Refused(refusal)
    return replace(_changed(alert, command, actor, now), state=target, version=alert.version + 1)


def allowed(alert: Alert, action: Action, actor: Actor) -> bool:
    """Whether the page offers this decision to this person."""
    return not _not_entitled(alert, action, actor) and isinstance(TRANSITIONS[action][alert.state], State)


def action_of(alert: Alert, command: Command) -> Action:
    """The row of the table that a command goes by; for a signal it depends on what the alert rests on with it."""
    if not isinstance(command, TakeIn):
        return ACTIONS[type(command)]
    match command.signal.change:
        case "withdrawn":
            return Action.DROP if without_signal(alert.episodes, command.signal.id) else Action.WITHDRAW
        case "ended":
            return Action.END
        case _:
            return _attachment(alert.state, with_episode(alert.episodes, Episode.of(command.signal))[-1])


def _attachment(state: State, newest: Episode) -> Action:
    """Where the newest episode leads, the rule may be active, or on trial only."""
    if state is State.SHADOW and newest.mode == "actief":
        return Action.PROMOTE
    if state is State.CANDIDATE and newest.mode != "actief":
        return Action.DEMOTE
    return Action.ATTACH


def _not_entitled(alert: Alert, action: Action, actor: Actor) -> Reason | None:
    if action in REVIEWERS_ACTIONS:
        return _not_reviewing(action, actor)
    if action in SECONDS_ACTIONS:
        return None if actor.reviewer or actor.acts_for(alert.municipality) else Reason.NOT_INVOLVED
    if action in COORDINATORS_ACTIONS:
        return None if actor.acts_for(alert.municipality) else Reason.NOT_COORDINATOR
    return None if actor.system else Reason.NOT_THE_SYSTEM


def _not_reviewing(action: Action, actor: Actor) -> Reason | None:
    if not actor.reviewer:
        return Reason.NOT_REVIEWER
    return Reason.NOT_ON_DUTY if action in ON_DUTY_ACTIONS and not actor.on_duty else None


def _changed(alert: Alert, command: Command, actor: Actor, now: datetime) -> Alert:
    """The alert with the content that the command brings; its state and version are the caller's."""
    if isinstance(command, TakeIn):
        return _with_signal(alert, command.signal)
    seen = replace(alert, added_at=None) if isinstance(command, Decision) else alert
    return CHANGES[type(command)](seen, command, actor, now)


def _release(alert: Alert, _command: Release, _actor: Actor, now: datetime) -> Alert:
    return replace(alert, owner=alert.lead, released_at=now, since=now)


def _acknowledge(alert: Alert, _command: Acknowledge, actor: Actor, now: datetime) -> Alert:
    holder = alert.holder or Holder(actor.user, actor.name)
    return replace(alert, holder=holder, acknowledged_at=alert.acknowledged_at or now)


def _begin(alert: Alert, _command: Begin, actor: Actor, _now: datetime) -> Alert:
    return replace(alert, holder=Holder(actor.user, actor.name), muted_until=None)


def _hand_over(alert: Alert, command: HandOver, _actor: Actor, now: datetime) -> Alert:
    """The new owner begins anew: nobody has it, the term starts, the reference was the other's own."""
    left = unsent_ended(alert.contacts, now)
    return replace(
        alert, owner=command.to, since=now, holder=None, reference=None, chased_at=None, muted_until=None, contacts=left
    )


def _mute(alert: Alert, command: Mute, _actor: Actor, now: datetime) -> Alert:
    return replace(alert, muted_until=at_clock(now, command.days, RETURNS_AT))


def _close(alert: Alert, command: Close, actor: Actor, now: datetime) -> Alert:
    closing = Closing(
        outcome=command.outcome,
        novelty="ja" if command.novelty == "ja" else "nee",
        intervention=command.intervention,
        started_on=command.started_on,
    )
    return replace(
        _asking(alert, command, actor, now),
        closing=closing,
        closed_at=now,
        muted_until=None,
        contacts=unsent_ended(alert.contacts, now),
    )


def _decline(alert: Alert, command: Decline, actor: Actor, now: datetime) -> Alert:
    return replace(_asking(alert, command, actor, now), choice=command.choice)


def _asking(alert: Alert, command: Marked, actor: Actor, now: datetime) -> Alert:
    """With the link decision that the marked events ask for."""
    if not command.marked or (isinstance(command, Decline) and command.choice != link.WRONG_PERSON):
        return alert
    asked = link.asked(alert.version, *link.sides(command.marked, command.offered), _said(actor, now))
    return replace(alert, apart=asked)


def _said(actor: Actor, now: datetime) -> link.Said:
    return link.Said(actor.user, actor.name, now)


def _linked(said: Callable[[link.Apart, link.Said], link.Apart]) -> Callable[[Alert, Command, Actor, datetime], Alert]:
    """What somebody says of the link decision."""

    def change(alert: Alert, _command: Command, actor: Actor, now: datetime) -> Alert:
        return replace(alert, apart=said(alert.apart, _said(actor, now)) if alert.apart else None)

    return change


def _reopen(alert: Alert, _command: Reopen, _actor: Actor, now: datetime) -> Alert:
    apart = None if alert.apart and alert.apart.status is link.Status.ASKED else alert.apart
    return replace(alert, closing=None, closed_at=None, since=now, chased_at=None, apart=apart)


CHANGES: dict[type[Command], Callable[[Alert, Any, Actor, datetime], Alert]] = {
    Tell: lambda alert, _command, _actor, now: replace(alert, told_at=now),
    Escalate: lambda alert, _command, _actor, now: replace(alert, escalated_at=now),
    Chase: lambda alert, _command, _actor, now: replace(alert, chased_at=now),
    Wake: lambda alert, _command, _actor, _now: replace(alert, muted_until=None),
    Release: _release,
    Decline: _decline,
    AnswerTrial: lambda alert, command, _actor, _now: replace(alert, answer=command.choice),
    Acknowledge: _acknowledge,
    Begin: _begin,
    Assign: lambda alert, command, _actor, _now: replace(alert, holder=Holder(command.to, command.name)),
    HandOver: _hand_over,
    Mute: _mute,
    FileUnder: lambda alert, command, _actor, _now: replace(alert, reference=command.reference or None),
    Close: _close,
    Reopen: _reopen,
    ApproveLink: _linked(link.approved),
    RefuseLink: _linked(link.refused),
    Rejoin: _linked(link.rejoin_asked),
    Forget: _linked(lambda apart, _said: link.forgotten(apart)),
    **contacting.CHANGES,
}


def _with_signal(alert: Alert, signal: Signal) -> Alert:
    after = _with_content(alert, signal)
    events = (item.event for item in after.evidence)
    return replace(after, contacts=without_events(after.contacts, events, signal.at)) if after.contacts else after


def _with_content(alert: Alert, signal: Signal) -> Alert:
    if signal.change == "withdrawn":
        remaining = without_signal(alert.episodes, signal.id)
        return replace(alert, episodes=remaining, successor=alert.successor if remaining else signal.superseded_by)
    action = action_of(alert, TakeIn(signal=signal))
    after = replace(alert, episodes=with_episode(alert.episodes, Episode.of(signal)))
    if action is Action.PROMOTE:
        after = replace(after, since=signal.at, start_list=signal.start_list)
    if action is Action.DEMOTE:  # nobody has to do anything; should it come back, the term begins anew
        after = replace(after, told_at=None, escalated_at=None)
    if not difference(alert, after).added:
        return after
    return replace(after, added_at=signal.at, start_list=False, since=signal.at if after.start_list else after.since)
