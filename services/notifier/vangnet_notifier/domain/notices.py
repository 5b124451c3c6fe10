"""Who must be told what after a step. A mail says only that there is something to look at."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from vangnet_contract.policy import People, Person

from vangnet_notifier.domain.alert import Alert, difference
from vangnet_notifier.domain.words import Kind, State


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to each of `to`; None = everyone who was told about this alert or opened it."""

    alert: str
    kind: Kind
    version: int
    to: tuple[Person, ...] | None


def notices(before: Alert | None, after: Alert, people: People) -> list[Notice]:
    """What this step makes known, at most one kind: the weightiest."""
    kind = _kind(before, after)
    if kind is None:
        return []
    to = _recipients(kind, after, people)
    return [Notice(alert=after.id, kind=kind, version=after.version, to=None if to is None else tuple(to))]


def review_due(alert: Alert, people: People) -> datetime:
    """Until when the reviewers have time (time of the stream)."""
    return alert.since + timedelta(minutes=people.on_duty.review_within_minutes)


def overdue(alert: Alert, people: People, tick: datetime) -> bool:
    """Whether nobody reviewed it in time and nobody was told so yet."""
    waits = alert.state is State.CANDIDATE and alert.escalated_at is None and not alert.start_list
    return waits and review_due(alert, people) <= tick


def _kind(before: Alert | None, after: Alert) -> Kind | None:
    was, was_on_list = (before.state, before.start_list) if before else (None, False)
    if after.state is State.WITHDRAWN:
        return Kind.WITHDRAWN
    if after.state is State.CANDIDATE and not after.start_list and (was is not State.CANDIDATE or was_on_list):
        return Kind.CANDIDATE
    if after.state is State.RELEASED and was is State.CANDIDATE:
        return Kind.RELEASED
    if before and after.escalated_at and not before.escalated_at:
        return Kind.ESCALATION
    return _kind_of_new_content(before, after) if before and after.owner else None


def _kind_of_new_content(before: Alert, after: Alert) -> Kind | None:
    """Of an alert that coordinators have: what they saw is no longer right, or a new episode began."""
    if difference(before, after).removed:
        return Kind.CHANGED
    begun = len(after.episodes) > len(before.episodes) and after.newest and after.newest.mode == "actief"
    return Kind.ADDED if after.open and begun else None


def _recipients(kind: Kind, alert: Alert, people: People) -> Sequence[Person] | None:
    match kind:
        case Kind.CANDIDATE:
            return people.on_duty.reviewers
        case Kind.ESCALATION:
            return people.on_duty.escalation
        case Kind.RELEASED | Kind.ADDED:
            return people.coordinators.get(alert.owner or "", [])
        case _:
            return None
