"""The trail (Logboek): who did what to which alert, when, from which state to which. Never what an event says."""

from datetime import datetime

import msgspec

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert, difference
from vangnet_notifier.domain.words import ACTION_TEXT, CLOSING_REASONS, DECLINE_REASONS, STATE_TEXT, Action, State

VIEW = "view"
MAIL = "mail"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `action` is an Action, VIEW or MAIL; `choice` the reason given, or the kind of mail.

    `recipient` = the official that a mail went to; `added`, `removed` = numbers of events.
    """

    alert: str
    at: datetime
    user: str
    name: str
    action: str
    before: State | None = None
    after: State | None = None
    choice: str | None = None
    recipient: str | None = None
    added: int = 0
    removed: int = 0


def entry(before: Alert | None, after: Alert, action: Action, actor: Actor, at: datetime) -> Entry:
    """The line for a step."""
    changed = difference(before, after)
    return Entry(
        alert=after.id,
        at=at,
        user=actor.user,
        name=actor.name,
        action=action,
        before=before.state if before else None,
        after=after.state,
        choice=after.choice if before is None or after.choice != before.choice else None,
        added=changed.added,
        removed=changed.removed,
    )


def viewed(alert: Alert, actor: Actor, at: datetime) -> Entry:
    """The line for a look at the page."""
    return Entry(alert=alert.id, at=at, user=actor.user, name=actor.name, action=VIEW)


def told(line: Entry) -> str:
    """The line as a coordinator or reviewer reads it, without who and when."""
    text = ACTION_TEXT[Action(line.action)]
    if line.choice:
        text += f": {(DECLINE_REASONS | CLOSING_REASONS).get(line.choice, line.choice)}"
    if line.action == Action.ATTACH and line.added + line.removed == 0:
        return "Bijgewerkt, zonder nieuwe gebeurtenis"
    if line.before and line.after and line.before != line.after:
        return f"{text} ({STATE_TEXT[line.before]} → {STATE_TEXT[line.after]})"
    return text
