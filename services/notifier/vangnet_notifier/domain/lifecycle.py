"""The life of an alert: one table of transitions and one function that follows it."""

from datetime import datetime

import msgspec
from vangnet_contract.messages import Signal

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert, Episode, difference, with_episode, without_signal
from vangnet_notifier.domain.commands import ACTIONS, Close, Command, Decision, Decline, Escalate, Release, TakeIn
from vangnet_notifier.domain.words import CLOSING_REASONS, DECLINE_REASONS, Action, Reason, State

S, R = State, Reason
replace = msgspec.structs.replace

_CONTENT: dict[State, State | Reason] = {state: state for state in State} | {S.WITHDRAWN: R.WITHDRAWN}
_WITHDRAWN: dict[State, State | Reason] = dict.fromkeys(State, S.WITHDRAWN) | {S.WITHDRAWN: R.WITHDRAWN}

# Every action in every state: where it leads, or why not. Total: a test counts the cells.
TRANSITIONS: dict[Action, dict[State, State | Reason]] = {
    Action.ATTACH: _CONTENT,
    Action.DROP: _CONTENT,
    Action.END: _CONTENT,
    Action.PROMOTE: {**_CONTENT, S.SHADOW: S.CANDIDATE},
    Action.DEMOTE: {**_CONTENT, S.CANDIDATE: S.SHADOW},
    Action.WITHDRAW: _WITHDRAWN,
    Action.ESCALATE: {
        S.SHADOW: R.SHADOW,
        S.CANDIDATE: S.CANDIDATE,
        S.RELEASED: R.ALREADY_REVIEWED,
        S.ACKNOWLEDGED: R.ALREADY_REVIEWED,
        S.CLOSED: R.ALREADY_REVIEWED,
        S.DECLINED: R.ALREADY_REVIEWED,
        S.WITHDRAWN: R.WITHDRAWN,
    },
    Action.RELEASE: {
        S.SHADOW: R.SHADOW,
        S.CANDIDATE: S.RELEASED,
        S.RELEASED: R.ALREADY_REVIEWED,
        S.ACKNOWLEDGED: R.ALREADY_REVIEWED,
        S.CLOSED: R.ALREADY_CLOSED,
        S.DECLINED: R.DECLINED,
        S.WITHDRAWN: R.WITHDRAWN,
    },
    Action.DECLINE: {
        S.SHADOW: R.SHADOW,
        S.CANDIDATE: S.DECLINED,
        S.RELEASED: R.ALREADY_REVIEWED,
        S.ACKNOWLEDGED: R.ALREADY_REVIEWED,
        S.CLOSED: R.ALREADY_CLOSED,
        S.DECLINED: R.DECLINED,
        S.WITHDRAWN: R.WITHDRAWN,
    },
    Action.ACKNOWLEDGE: {
        S.SHADOW: R.SHADOW,
        S.CANDIDATE: R.NOT_RELEASED,
        S.RELEASED: S.ACKNOWLEDGED,
        S.ACKNOWLEDGED: R.ALREADY_ACKNOWLEDGED,
        S.CLOSED: R.ALREADY_CLOSED,
        S.DECLINED: R.DECLINED,
        S.WITHDRAWN: R.WITHDRAWN,
    },
    Action.CLOSE: {
        S.SHADOW: R.SHADOW,
        S.CANDIDATE: R.NOT_RELEASED,
        S.RELEASED: R.NOT_ACKNOWLEDGED,
        S.ACKNOWLEDGED: S.CLOSED,
        S.CLOSED: R.ALREADY_CLOSED,
        S.DECLINED: R.DECLINED,
        S.WITHDRAWN: R.WITHDRAWN,
    },
}

REVIEWERS_ACTIONS = frozenset({Action.RELEASE, Action.DECLINE})
COORDINATORS_ACTIONS = frozenset({Action.ACKNOWLEDGE, Action.CLOSE})


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
    if refusal := _not_acceptable(alert, command):
        return Refused(refusal)
    return replace(_changed(alert, command, now), state=target, version=alert.version + 1)


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
        return _not_reviewing(actor)
    if action in COORDINATORS_ACTIONS:
        return None if actor.coordinates(alert.owner or alert.lead) else Reason.NOT_COORDINATOR
    return None if actor.system else Reason.NOT_THE_SYSTEM


def _not_reviewing(actor: Actor) -> Reason | None:
    if not actor.reviewer:
        return Reason.NOT_REVIEWER
    return None if actor.on_duty else Reason.NOT_ON_DUTY


def _not_acceptable(alert: Alert, command: Command) -> Reason | None:
    if isinstance(command, Decision) and command.seen != alert.version:
        return Reason.CHANGED_MEANWHILE
    if isinstance(command, Release) and alert.lead is None:
        return Reason.NO_MUNICIPALITY
    if isinstance(command, Escalate) and alert.escalated_at:
        return Reason.ALREADY_ESCALATED
    if isinstance(command, Decline) and command.choice not in DECLINE_REASONS:
        return Reason.UNKNOWN_CHOICE
    if isinstance(command, Close) and command.choice not in CLOSING_REASONS:
        return Reason.UNKNOWN_CHOICE
    return None


def _changed(alert: Alert, command: Command, now: datetime) -> Alert:
    """The alert with the content that the command brings; its state and version are the caller's."""
    if isinstance(command, TakeIn):
        return _with_signal(alert, command.signal)
    if isinstance(command, Escalate):
        return replace(alert, escalated_at=now)
    seen = replace(alert, added_at=None)
    if isinstance(command, Decline | Close):
        return replace(seen, choice=command.choice)
    return replace(seen, owner=seen.lead) if isinstance(command, Release) else seen


def _with_signal(alert: Alert, signal: Signal) -> Alert:
    if signal.change == "withdrawn":
        remaining = without_signal(alert.episodes, signal.id)
        return replace(alert, episodes=remaining, successor=alert.successor if remaining else signal.superseded_by)
    promoted = action_of(alert, TakeIn(signal=signal)) is Action.PROMOTE
    after = replace(
        alert,
        episodes=with_episode(alert.episodes, Episode.of(signal)),
        since=signal.at if promoted else alert.since,
        start_list=signal.start_list if promoted else alert.start_list,
    )
    if not difference(alert, after).added:
        return after
    return replace(after, added_at=signal.at, start_list=False, since=signal.at if after.start_list else after.since)
