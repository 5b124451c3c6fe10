"""When somebody must hear of an alert without anybody having done anything: all of it by the clock of the stream.

`zeer hoog` is told at once and goes to the on-call reviewer when nobody reviewed it in time. `hoog` is told at once in office
hours, else on the list of the next working day. Anything less is on that list only. Where time is played (event mode)
everything is told at once and nothing waits for office hours.
"""

from datetime import datetime, timedelta

import msgspec
from vangnet_contract.policy import People

from vangnet_notifier.domain import contacting
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Chase, Command, Escalate, Forget, Tell, Wake
from vangnet_notifier.domain.local_time import in_office_hours, next_list, next_opening, working_days_later
from vangnet_notifier.domain.words import State

URGENT, HIGH = 0, 1
"""Places of `zeer hoog` and `hoog` among the severities."""


class Pace(msgspec.Struct, frozen=True):
    """Who must hear within what time, and whether hours count (not where time is played)."""

    people: People
    played: bool = True


def contact_terms(pace: Pace, now: datetime, urgent: bool) -> tuple[datetime, datetime]:
    """By when an urgent request must be approved afterwards (one working day), and by when a partner must answer."""
    days = 1 if urgent else pace.people.hours.contact_answer_days
    if pace.played:
        return now + timedelta(days=1), now + timedelta(days=days)
    return working_days_later(now, 1, pace.people.hours), working_days_later(now, days, pace.people.hours)


def digest_due(before: datetime | None, tick: datetime, pace: Pace) -> bool:
    """Whether the coordinators get their daily overview at this Tick: the first one at or after the time of the list."""
    hours = pace.people.hours
    return bool(before and hours.digest and not pace.played and next_list(before, hours) <= tick)


def told_at_once(alert: Alert, pace: Pace, now: datetime) -> bool:
    """Whether the reviewers get a mail of its own now."""
    waits = alert.state is State.CANDIDATE and alert.told_at is None and not alert.start_list
    return waits and _tell_at(alert, pace, now) <= now


def due(alert: Alert, pace: Pace) -> datetime | None:
    """When a Tick must do something with it; None: never, as it stands."""
    planned = _planned(alert, pace)
    return planned[0] if planned else None


def due_command(alert: Alert, pace: Pace, tick: datetime) -> Command | None:
    """What this Tick does with it."""
    planned = _planned(alert, pace)
    return planned[1] if planned and planned[0] <= tick else None


def _planned(alert: Alert, pace: Pace) -> tuple[datetime, Command] | None:
    """The one thing that comes next."""
    own = _own(alert, pace)
    every = [*contacting.planned(alert), *([own] if own else [])]
    return min(every, key=lambda one: one[0], default=None)


def _own(alert: Alert, pace: Pace) -> tuple[datetime, Command] | None:
    match alert.state:
        case State.MUTED if alert.muted_until:
            return alert.muted_until, Wake()
        case State.CANDIDATE if not alert.start_list:
            return _review(alert, pace)
        case State.RELEASED | State.REOPENED if alert.chased_at is None:
            return _chase_at(alert, pace), Chase()
        case _ if alert.apart and (end := alert.apart.forget_at):
            return end, Forget()
    return None


def _review(alert: Alert, pace: Pace) -> tuple[datetime, Command] | None:
    if alert.told_at is None:
        return _tell_at(alert, pace, alert.since), Tell()
    if alert.escalated_at or (alert.severity > HIGH and not pace.played):
        return None
    return alert.told_at + timedelta(minutes=pace.people.on_duty.review_within_minutes), Escalate()


def _tell_at(alert: Alert, pace: Pace, now: datetime) -> datetime:
    hours = pace.people.hours
    if pace.played or alert.severity == URGENT or (alert.severity == HIGH and in_office_hours(now, hours)):
        return now
    return next_list(now, hours)


def _chase_at(alert: Alert, pace: Pace) -> datetime:
    hours = pace.people.hours
    urgent = alert.severity == URGENT
    minutes = hours.urgent_acknowledge_within_minutes if urgent else hours.acknowledge_within_minutes
    late = alert.since + timedelta(minutes=minutes)
    return late if urgent or pace.played else next_opening(late, hours)
