"""Who must be told what after a step. A mail says only that there is something to look at."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from vangnet_contract.policy import People, Person

from vangnet_notifier.domain.alert import Alert, difference
from vangnet_notifier.domain.quota import Quota
from vangnet_notifier.domain.release import local_day
from vangnet_notifier.domain.schedule import URGENT
from vangnet_notifier.domain.trail import Entry
from vangnet_notifier.domain.words import Action, Kind, State


class Target(msgspec.Struct, frozen=True):
    """A system that hears by webhook. `name` as in the policy; `title` for people."""

    name: str
    title: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to each of `to`; None = everyone and everything that was told about this alert, and who opened it. A webhook to
    each of `hooks`.

    `once`: the same mail for all notices with this text, however many alerts it is about; None = a mail for this step.
    """

    alert: str
    kind: Kind
    version: int
    to: tuple[Person, ...] | None
    once: str | None = None
    hooks: tuple[Target, ...] = ()


HOOKED = frozenset({Kind.RELEASED, Kind.HANDED_OVER, Kind.ADDED})
"""What a municipality's systems are told, beside what follows it (changed, withdrawn). The rest is work of one person."""

KINDS = {
    Action.WITHDRAW: Kind.WITHDRAWN,
    Action.TELL: Kind.LIST,
    Action.ESCALATE: Kind.ESCALATION,
    Action.CHASE: Kind.CHASED,
    Action.WAKE: Kind.RETURNED,
    Action.RELEASE: Kind.RELEASED,
    Action.HAND_OVER: Kind.HANDED_OVER,
    Action.ASSIGN: Kind.ASSIGNED,
    Action.CONTACT: Kind.SECOND,
    Action.CONTACT_ANSWER: Kind.ANSWERED,
    Action.CONTACT_LATE: Kind.UNAPPROVED,
    Action.CONTACT_OVERDUE: Kind.OVERDUE,
}
"""Actions that are always told."""


def notices(
    before: Alert | None, after: Alert, line: Entry, people: People, quota: Quota | None = None
) -> list[Notice]:
    """What this step makes known, at most one kind: the weightiest. `quota`: mails about new alerts that may still go today;
    None = as many as there are."""
    kind = KINDS.get(Action(line.action)) or _asked(before, after) or _kind(before, after)
    if kind is Kind.CANDIDATE and quota and not quota.take(after.municipality, line.at):
        kind = Kind.MANY
    if kind is None:
        return []
    to = _second_persons(line, people) if kind is Kind.SECOND else _recipients(kind, after, people, line.at)
    return [
        Notice(
            alert=after.id,
            kind=kind,
            version=after.version,
            to=None if to is None else tuple(to),
            once=_once(kind, after, line.at),
            hooks=_hooks(kind, after, people),
        )
    ]


def digest(waiting: Mapping[str, str], people: People, at: datetime) -> list[Notice]:
    """One mail a day to the coordinators of each municipality where something waits. `waiting`: municipality → one of its alerts."""
    return [
        Notice(
            alert=alert,
            kind=Kind.DIGEST,
            version=0,
            to=tuple(people.coordinators[owner]),
            once=f"digest|{local_day(at)}|{owner}",
        )
        for owner, alert in sorted(waiting.items())
        if people.coordinators.get(owner)
    ]


def _hooks(kind: Kind, alert: Alert, people: People) -> tuple[Target, ...]:
    """The systems of the municipality that has the alert."""
    if kind not in HOOKED:
        return ()
    hooks = people.webhooks.items()
    return tuple(Target(name, hook.title) for name, hook in hooks if alert.owner in hook.municipalities)


def _once(kind: Kind, alert: Alert, at: datetime) -> str | None:
    """One list a day; one word a day about a municipality with too many."""
    match kind:
        case Kind.LIST:
            return f"{local_day(at)}"
        case Kind.MANY:
            return f"{local_day(at)}|{alert.municipality}"
    return None


def _asked(before: Alert | None, after: Alert) -> Kind | None:
    """Somebody asked what a second person must approve."""
    asked = after.apart.pending if after.apart else None
    return Kind.SECOND if asked and not (before and before.apart and before.apart.pending) else None


def _second_persons(line: Entry, people: People) -> list[Person]:
    """Reviewers with duty, else the next in line: anybody but the one who asked."""
    on_duty = [person for person in people.on_duty.reviewers_at(line.at) if person.user != line.user]
    return on_duty or [person for person in people.on_duty.escalation if person.user != line.user]


def _kind(before: Alert | None, after: Alert) -> Kind | None:
    if after.told_at and not (before and before.told_at):
        return Kind.CANDIDATE
    return _kind_of_new_content(before, after) if before and after.owner else None


def _kind_of_new_content(before: Alert, after: Alert) -> Kind | None:
    """Of an alert that coordinators have: what they saw is no longer right, or a new episode began. Muted, only the first."""
    if difference(before, after).removed:
        return Kind.CHANGED
    begun = len(after.episodes) > len(before.episodes) and after.newest and after.newest.mode == "actief"
    return Kind.ADDED if after.open and after.state is not State.MUTED and begun else None


def _recipients(kind: Kind, alert: Alert, people: People, at: datetime) -> Sequence[Person] | None:
    coordinators = people.coordinators.get(alert.owner or "", [])
    match kind:
        case Kind.CANDIDATE | Kind.LIST | Kind.MANY:
            return people.on_duty.reviewers_at(at)
        case Kind.ESCALATION | Kind.UNAPPROVED:
            return people.on_duty.escalation
        case Kind.RELEASED | Kind.HANDED_OVER | Kind.ADDED:
            return coordinators
        case Kind.CHASED:
            return [*coordinators, *people.on_duty.escalation] if alert.severity == URGENT else coordinators
        case Kind.ASSIGNED | Kind.RETURNED | Kind.ANSWERED | Kind.OVERDUE:
            holder = alert.holder.user if alert.holder else None
            return [person for person in coordinators if person.user == holder] or coordinators
        case _:
            return None
