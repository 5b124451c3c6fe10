"""The trail (Logboek): who did what to which alert, when, from which state to which. Never what an event says."""

from datetime import datetime

import msgspec
from vangnet_contract.municipalities import municipalities

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert, difference
from vangnet_notifier.domain.words import ACTION_TEXT, CHOICES, STATE_TEXT, Action, State

VIEW = "view"
MAIL = "mail"
MAIL_FAILED = "mail-failed"
WEBHOOK = "webhook"
WEBHOOK_FAILED = "webhook-failed"
NOT_MAILED = "not-mailed"
EXPORT = "export"
COMMAND = "command"
ERASE = "erase"
READ = "read"
SENT_TEXT = {MAIL: "Mail verstuurd aan", WEBHOOK: "Bericht verstuurd aan het systeem"}
"""Shown on the page of the alert, with the recipient behind it."""
DELIVERED = (MAIL, MAIL_FAILED, WEBHOOK, WEBHOOK_FAILED)
NOT_SHOWN = (VIEW, MAIL_FAILED, WEBHOOK_FAILED, NOT_MAILED, EXPORT, COMMAND, ERASE, READ)
"""Of an alert, on its own page: these are for whoever reads the trail."""


KIND_TEXT: dict[str, str] = {
    **{str(action): text.partition(":")[0] for action, text in ACTION_TEXT.items()},
    VIEW: "Attendering bekeken",
    MAIL: "Mail verstuurd",
    MAIL_FAILED: "Mail niet aangekomen",
    WEBHOOK: "Bericht aan een systeem verstuurd",
    WEBHOOK_FAILED: "Bericht aan een systeem niet aangekomen",
    NOT_MAILED: "Geen eigen mail gestuurd",
    EXPORT: "Gegevens uitgevoerd",
    COMMAND: "Opdracht van een beheerder",
    ERASE: "Inhoud van regels gewist",
    READ: "Logboek gelezen",
}
"""Every kind of line, for whoever reads the trail."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `action` is an Action or one of the names above; `choice` the reason given, the kind of mail, what was exported
    or which command an operator gave.

    `alert`: None = about none. `recipient` = the official that a mail or the alert went to, or the municipality; `added`,
    `removed` = numbers of events, or of what was exported or commanded. `at`: the stream's clock; the chain has the wall's.
    """

    alert: str | None
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
        choice=_choice(after, action),
        recipient=_recipient(after, action),
        added=changed.added,
        removed=changed.removed,
    )


def _choice(after: Alert, action: Action) -> str | None:
    """What was chosen, as a code. Not the file reference: it is the owner's own."""
    match action:
        case Action.DECLINE:
            return after.choice
        case Action.ANSWER:
            return after.answer
        case Action.CLOSE if after.closing:
            return after.closing.outcome
        case Action.CONTACT:
            return after.contacts[-1].purpose
        case Action.APPROVE_LINK | Action.REFUSE_LINK if after.apart:
            return after.apart.status
    return None


def _recipient(after: Alert, action: Action) -> str | None:
    """Whom it went to: the name of an official, or the code of a municipality."""
    if action is Action.ASSIGN and after.holder:
        return after.holder.name
    return after.owner if action is Action.HAND_OVER else None


def viewed(alert: Alert, actor: Actor, at: datetime) -> Entry:
    """The line for a look at the page."""
    return Entry(alert=alert.id, at=at, user=actor.user, name=actor.name, action=VIEW)


def not_mailed(line: Entry) -> Entry:
    """The decision not to mail about this step on its own: the municipality has had its number of the day."""
    return Entry(alert=line.alert, at=line.at, user=line.user, name=line.name, action=NOT_MAILED, choice="dagmaximum")


def reason_of(line: Entry) -> str:
    """What was chosen, in words; the kind of a mail is not told."""
    if line.choice is None or line.action in DELIVERED:
        return ""
    return CHOICES.get(line.action, {}).get(line.choice, line.choice)


def told(line: Entry) -> str:
    """The line as a coordinator or reviewer reads it, without who and when."""
    if line.action in SENT_TEXT:
        return f"{SENT_TEXT[line.action]} {line.recipient}"
    text = ACTION_TEXT[Action(line.action)]
    if line.choice:
        text += f": {CHOICES.get(line.action, {}).get(line.choice, line.choice)}"
    if line.recipient:
        text += f" aan {municipalities().get(line.recipient, line.recipient)}"
    if line.action == Action.ATTACH and line.added + line.removed == 0:
        return "Bijgewerkt, zonder nieuwe gebeurtenis"
    if line.before and line.after and line.before != line.after:
        return f"{text} ({STATE_TEXT[line.before]} → {STATE_TEXT[line.after]})"
    return text
