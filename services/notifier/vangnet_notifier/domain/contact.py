"""A contact request: a coordinator asks the partner that sent an event to make contact. Four eyes, answered by the partner, and
taken back when the event no longer counts (decision 0026)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec
from vangnet_contract.contact import ANSWERS, GROUNDS, PURPOSES
from vangnet_contract.messages import ContactRequest, EventKey, PartnerReply

from vangnet_notifier.domain.apart import Said
from vangnet_notifier.domain.words import Reason

replace = msgspec.structs.replace


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A `contactantwoord`: codes of vangnet_contract.contact. `event` names it, so that it may be corrected or taken back."""

    event: EventKey
    revision: int
    answer: str
    ground: str
    at: datetime


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `event` is the partner's own; None once it no longer counts. `approve_by`: an urgent one is sent at once and
    approved afterwards. `second` said whether he agrees (`agreed`). `late_at`, `overdue_at`: when people were told that the
    approval, or the answer, did not come in time. `ended_at`: taken back, or never sent."""

    id: str
    partner: str
    event: EventKey | None
    purpose: str
    ground: str
    urgent: bool
    asked: Said
    approve_by: datetime | None = None
    second: Said | None = None
    agreed: bool = False
    sent_at: datetime | None = None
    answer_by: datetime | None = None
    replies: tuple[Reply, ...] = ()
    late_at: datetime | None = None
    overdue_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether a second person must still say something: of an urgent one also when it is over."""
        return self.second is None and (self.ended_at is None or self.sent_at is not None)

    @property
    def answer(self) -> Reply | None:
        """The last word of the partner."""
        return max(self.replies, key=lambda reply: (reply.at, reply.event), default=None)

    @property
    def awaits_answer(self) -> bool:
        """Whether the partner has not answered what still stands."""
        return self.sent_at is not None and self.ended_at is None and not self.replies


def sent(contact: Contact, at: datetime, answer_by: datetime) -> Contact:
    """It goes to the partner now."""
    return replace(contact, sent_at=at, answer_by=answer_by)


def agreed(contact: Contact, said: Said, answer_by: datetime) -> Contact:
    """A second person agrees: it goes out, if it did not before."""
    after = replace(contact, second=said, agreed=True)
    return after if contact.sent_at else sent(after, said.at, answer_by)


def refused(contact: Contact, said: Said) -> Contact:
    """A second person does not agree: it is not sent, or taken back."""
    return ended(replace(contact, second=said), said.at)


def ended(contact: Contact, at: datetime) -> Contact:
    """It is over for us."""
    return replace(contact, ended_at=contact.ended_at or at)


def replied(contact: Contact, said: PartnerReply) -> Contact:
    """With what the partner says now; of one answer the last revision holds."""
    known = next((reply for reply in contact.replies if reply.event == said.event), None)
    if known and known.revision > said.revision:
        return contact
    others = tuple(reply for reply in contact.replies if reply.event != said.event)
    if said.withdrawn:
        return replace(contact, replies=others)
    new = Reply(
        event=said.event, revision=said.revision, answer=said.answer or "", ground=said.ground, at=said.registered_at
    )
    return replace(contact, replies=(*others, new))


def without_events(contacts: Iterable[Contact], events: Iterable[EventKey], at: datetime) -> tuple[Contact, ...]:
    """Requests about events that count no longer are over, and do not name them any more."""
    left = set(events)
    return tuple(
        contact if contact.event is None or contact.event in left else replace(ended(contact, at), event=None)
        for contact in contacts
    )


def unsent_ended(contacts: Iterable[Contact], at: datetime) -> tuple[Contact, ...]:
    """What was not sent yet will not be."""
    return tuple(contact if contact.sent_at else ended(contact, at) for contact in contacts)


def wrong_request(
    contacts: Iterable[Contact], event: EventKey | None, purpose: str, ground: str, grounds: Iterable[str]
) -> Reason | None:
    """Why this cannot be asked; `event` None: not one that this person may see."""
    if event is None or purpose not in PURPOSES or ground not in grounds:
        return Reason.UNKNOWN_CHOICE
    open_ones = (contact for contact in contacts if contact.event == event and contact.ended_at is None)
    return Reason.CONTACT_OPEN if any(not contact.replies for contact in open_ones) else None


def wrong_answer(contact: Contact | None, user: str, agrees: bool) -> Reason | None:
    """Why this person cannot say this of a request."""
    if contact is None or not contact.pending:
        return Reason.NOTHING_ASKED
    return Reason.SECOND_PERSON if agrees and contact.asked.user == user else None


def to_partners(
    before: tuple[Contact, ...], after: tuple[Contact, ...], owner: str | None
) -> Iterator[tuple[str, ContactRequest]]:
    """(partner, message) for each request that goes out with this step, and for each that is taken back."""
    known = {contact.id: contact for contact in before}
    for contact in after:
        old = known.get(contact.id)
        if contact.sent_at and not (old and old.sent_at) and contact.ended_at is None:
            yield contact.partner, _message(contact, contact.event, contact.sent_at, owner, withdrawn=False)
        elif old and old.sent_at and contact.ended_at and old.ended_at is None:
            yield contact.partner, _message(contact, old.event, contact.ended_at, owner, withdrawn=True)


def _message(
    contact: Contact, event: EventKey | None, at: datetime, owner: str | None, withdrawn: bool
) -> ContactRequest:
    return ContactRequest(
        request=contact.id,
        source=event.source if event else "",
        id=event.id if event else "",
        at=at,
        municipality=owner,
        purpose=contact.purpose,
        ground=contact.ground,
        urgent=contact.urgent,
        answer_by=contact.answer_by,
        withdrawn=withdrawn,
    )


def reply_text(reply: Reply) -> str:
    """For people."""
    return f"{ANSWERS.get(reply.answer, reply.answer)} ({GROUNDS.get(reply.ground, reply.ground).lower()})"
