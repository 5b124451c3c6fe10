"""What commands about contact requests make of an alert, and why they may not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from vangnet_notifier.domain import contact
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.apart import Said
from vangnet_notifier.domain.commands import (
    ApproveContact,
    AskContact,
    Command,
    ContactLate,
    ContactOverdue,
    RefuseContact,
    TakeReply,
)
from vangnet_notifier.domain.contact import Contact
from vangnet_notifier.domain.words import Reason, State

replace = msgspec.structs.replace
Change = Callable[[Alert, Any, Actor, datetime], Alert]


def not_possible(alert: Alert, command: Command, actor: Actor) -> Reason | None:
    """The first thing that is wrong; None: nothing."""
    match command:
        case AskContact():
            item = command.offered.get(command.event)
            event = item.event if item else None
            return contact.wrong_request(alert.contacts, event, command.purpose, command.ground, command.grounds)
        case ApproveContact():
            return _over(alert, command) or contact.wrong_answer(
                alert.contact(command.request), actor.user, agrees=True
            )
        case RefuseContact():
            return contact.wrong_answer(alert.contact(command.request), actor.user, agrees=False)
        case ContactLate() | ContactOverdue() | TakeReply():
            return None if _named(alert, command) else Reason.NOTHING_ASKED
    return None


def _over(alert: Alert, command: ApproveContact) -> Reason | None:
    """What was not sent is not sent about an alert that is gone."""
    asked = alert.contact(command.request)
    unsent = asked is not None and asked.sent_at is None
    return Reason.CONTACT_OVER if unsent and alert.state is State.WITHDRAWN else None


def _named(alert: Alert, command: ContactLate | ContactOverdue | TakeReply) -> Contact | None:
    if isinstance(command, TakeReply):
        asked = alert.contact(command.reply.about)
        return asked if asked and asked.partner == command.reply.partner and asked.sent_at else None
    return alert.contact(command.request)


def _ask(alert: Alert, command: AskContact, actor: Actor, now: datetime) -> Alert:
    item = command.offered[command.event]
    asked = Contact(
        id=command.request,
        partner=item.partner,
        event=item.event,
        purpose=command.purpose,
        ground=command.ground,
        urgent=command.urgent,
        asked=Said(actor.user, actor.name, now),
        approve_by=command.approve_by if command.urgent else None,
    )
    if command.urgent and command.answer_by:
        asked = contact.sent(asked, now, command.answer_by)
    return replace(alert, contacts=(*alert.contacts, asked))


def _each(change: Callable[[Contact, Any, Said], Contact]) -> Change:
    """The request that a command names, changed."""

    def changed(alert: Alert, command: Any, actor: Actor, now: datetime) -> Alert:
        name = command.reply.about if isinstance(command, TakeReply) else command.request
        said = Said(actor.user, actor.name, now)
        return replace(
            alert, contacts=tuple(change(one, command, said) if one.id == name else one for one in alert.contacts)
        )

    return changed


CHANGES: dict[type[Command], Change] = {
    AskContact: _ask,
    ApproveContact: _each(lambda one, command, said: contact.agreed(one, said, command.answer_by or said.at)),
    RefuseContact: _each(lambda one, _command, said: contact.refused(one, said)),
    ContactLate: _each(lambda one, _command, said: replace(one, late_at=said.at)),
    ContactOverdue: _each(lambda one, _command, said: replace(one, overdue_at=said.at)),
    TakeReply: _each(lambda one, command, _said: contact.replied(one, command.reply)),
}


def planned(alert: Alert) -> list[tuple[datetime, Command]]:
    """What a Tick must do about requests, and when."""
    late = [
        (one.approve_by, ContactLate(request=one.id))
        for one in alert.contacts
        if one.approve_by and one.pending and one.late_at is None
    ]
    overdue = [
        (one.answer_by, ContactOverdue(request=one.id))
        for one in alert.contacts
        if one.answer_by and one.awaits_answer and one.overdue_at is None
    ]
    return [*late, *overdue]
