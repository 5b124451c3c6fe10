"""Why what somebody chose cannot be: the last question of a step, after who he is and what the state allows."""

import re
from datetime import datetime, timedelta

from vangnet_contract.clear_text import REFERENCE_FORM, in_reference
from vangnet_contract.outcomes import INTERVENTIONS, NOVELTY, OUTCOMES, intervention_demand

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.apart import Status, wrong_marks
from vangnet_notifier.domain.commands import (
    AnswerTrial,
    ApproveLink,
    Assign,
    Chase,
    Close,
    Command,
    Decision,
    Decline,
    Escalate,
    FileUnder,
    Forget,
    HandOver,
    Mute,
    RefuseLink,
    Rejoin,
    Release,
    Reopen,
    Tell,
)
from vangnet_notifier.domain.contacting import not_possible
from vangnet_notifier.domain.words import ANSWERS, DECLINE_REASONS, MUTE_DAYS, Reason

BEFORE, AHEAD = timedelta(days=366), timedelta(days=62)


def not_acceptable(alert: Alert, command: Command, actor: Actor, now: datetime) -> Reason | None:
    """The first thing that is wrong; None: nothing."""
    if isinstance(command, Decision) and command.seen != alert.version:
        return Reason.CHANGED_MEANWHILE
    return (
        _too_late(alert, command)
        or _wrong_place(alert, command)
        or _wrong_choice(command, now)
        or _wrong_marks(alert, command)
        or _wrong_link(alert, command, actor)
        or not_possible(alert, command, actor)
    )


def _too_late(alert: Alert, command: Command) -> Reason | None:
    match command:
        case Tell() if alert.told_at:
            return Reason.ALREADY_TOLD
        case Escalate() if alert.escalated_at:
            return Reason.ALREADY_ESCALATED
        case Chase() if alert.chased_at:
            return Reason.ALREADY_CHASED
        case Reopen() if command.rival:
            return Reason.NEWER_OPEN
    return None


def _wrong_place(alert: Alert, command: Command) -> Reason | None:
    match command:
        case Release() if alert.lead is None:
            return Reason.NO_MUNICIPALITY
        case HandOver() if command.to == alert.owner:
            return Reason.SAME_MUNICIPALITY
        case HandOver() if command.to not in command.region:
            return Reason.UNKNOWN_CHOICE
        case Assign() if command.to not in command.colleagues:
            return Reason.NOT_A_COLLEAGUE
    return None


def _wrong_choice(command: Command, now: datetime) -> Reason | None:
    match command:
        case Decline() if command.choice not in DECLINE_REASONS:
            return Reason.UNKNOWN_CHOICE
        case AnswerTrial() if command.choice not in ANSWERS:
            return Reason.UNKNOWN_CHOICE
        case Mute() if command.days not in MUTE_DAYS:
            return Reason.UNKNOWN_CHOICE
        case FileUnder():
            return _wrong_reference(command.reference, now)
        case Close():
            return _wrong_closing(command, now)
    return None


def _wrong_reference(reference: str, now: datetime) -> Reason | None:
    if reference and not re.fullmatch(REFERENCE_FORM, reference):
        return Reason.REFERENCE_MALFORMED
    return Reason.REFERENCE_IDENTIFIES if in_reference(reference, now) else None


def _wrong_closing(command: Close, now: datetime) -> Reason | None:
    if command.outcome not in OUTCOMES or command.novelty not in NOVELTY:
        return Reason.UNKNOWN_CHOICE
    demand = intervention_demand(command.outcome)
    given = (command.intervention, command.started_on)
    if demand == "none" or (demand == "optional" and given == (None, None)):
        return None if given == (None, None) else Reason.INTERVENTION_UNASKED
    if command.intervention is None or command.started_on is None:
        return Reason.INTERVENTION_MISSING
    if command.intervention not in INTERVENTIONS:
        return Reason.UNKNOWN_CHOICE
    possible = (now - BEFORE).date() <= command.started_on <= (now + AHEAD).date()
    return None if possible else Reason.IMPOSSIBLE_DATE


def _wrong_marks(alert: Alert, command: Command) -> Reason | None:
    match command:
        case Decline():
            return wrong_marks(command.choice, command.marked, command.offered, alert.apart)
        case Close():
            return wrong_marks(command.outcome, command.marked, command.offered, alert.apart)
    return None


def _wrong_link(alert: Alert, command: Command, actor: Actor) -> Reason | None:
    """Four eyes: whoever asked may take his question back, and not answer it."""
    pending = alert.apart.pending if alert.apart else None
    match command:
        case ApproveLink() | RefuseLink() if pending is None:
            return Reason.NOTHING_ASKED
        case ApproveLink() if pending and pending.user == actor.user:
            return Reason.SECOND_PERSON
        case Rejoin() if not _may_be_taken_back(alert):
            return Reason.NOT_APART
        case Forget() if not (alert.apart and alert.apart.forget_at):
            return Reason.NOT_APART
    return None


def _may_be_taken_back(alert: Alert) -> bool:
    return alert.apart is not None and alert.apart.status is Status.IN_FORCE and bool(alert.apart.others)
