"""What can be asked of an alert. `seen` = the version that the person had before him when he decided."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from vangnet_contract.messages import Evidence, PartnerReply, Signal

from vangnet_notifier.domain.words import Action


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Any of those below."""


class TakeIn(Command, frozen=True):
    """A signal of this alert was raised, updated, ended or withdrawn."""

    signal: Signal


class Tell(Command, frozen=True):
    """It is time that the reviewers hear of it."""


class Escalate(Command, frozen=True):
    """Nobody reviewed it in time."""


class Chase(Command, frozen=True):
    """Nobody acknowledged it in time."""


class Wake(Command, frozen=True):
    """It was muted until now."""


class Forget(Command, frozen=True):
    """The events behind a link decision were kept long enough."""


class TakeReply(Command, frozen=True):
    """A partner answered a contact request of this alert."""

    reply: PartnerReply


class ContactLate(Command, frozen=True):
    """Nobody approved an urgent request in time."""

    request: str


class ContactOverdue(Command, frozen=True):
    """The partner did not answer in time."""

    request: str


class Decision(Command, frozen=True):
    """Something that a person decides."""

    seen: int


class Marked(Decision, frozen=True, kw_only=True):
    """One that may say that events are not about one person. `marked`: those of somebody else, by handle, out of `offered`: what
    this person may see (filled in by the use case)."""

    marked: tuple[str, ...] = ()
    offered: Mapping[str, Evidence] = {}


class Release(Decision, frozen=True):
    """Let the coordinators of the lead municipality see it."""


class Decline(Marked, frozen=True):
    """Let nobody see it; `choice` is one of DECLINE_REASONS."""

    choice: str


class AnswerTrial(Decision, frozen=True):
    """Would it have helped? `choice` is one of ANSWERS."""

    choice: str


class Acknowledge(Decision, frozen=True):
    """I have it."""


class Begin(Decision, frozen=True):
    """I am at it, also when it was muted."""


class Assign(Decision, frozen=True):
    """`to` has it from now on, a user out of `colleagues`: user → name of who coordinates its municipality (filled in by
    the use case)."""

    to: str
    colleagues: Mapping[str, str] = {}

    @property
    def name(self) -> str:
        """Of `to`."""
        return self.colleagues.get(self.to, self.to)


class HandOver(Decision, frozen=True):
    """It is for the municipality `to`, one of `region` (filled in by the use case)."""

    to: str
    region: frozenset[str] = frozenset()


class Mute(Decision, frozen=True):
    """Leave it until 08.00 hours after so many days: a key of MUTE_DAYS."""

    days: int


class FileUnder(Decision, frozen=True):
    """The owner's own file reference; it may not hold what identifies a person. Empty: none any more."""

    reference: str


class Close(Marked, frozen=True):
    """Done. Codes are of vangnet_contract.outcomes; `novelty` = was it news to you?"""

    outcome: str
    novelty: str
    intervention: str | None = None
    started_on: date | None = None


class Reopen(Decision, frozen=True):
    """It is not done after all. `rival`: an open alert of the same person and rule (filled in by the use case)."""

    rival: str | None = None


class ApproveLink(Decision, frozen=True):
    """A second person agrees with the link decision that was asked, or with taking it back."""


class RefuseLink(Decision, frozen=True):
    """It stays as it is."""


class Rejoin(Decision, frozen=True):
    """The link decision should be taken back."""


class AskContact(Decision, frozen=True):
    """Ask the partner that sent `event` (a handle out of `offered`) to make contact. Filled in by the use case: `offered`, `grounds`
    of the policy, the request's name, and by when it must be approved (if urgent) and answered."""

    event: str
    purpose: str
    ground: str
    urgent: bool
    offered: Mapping[str, Evidence] = {}
    grounds: frozenset[str] = frozenset()
    request: str = ""
    approve_by: datetime | None = None
    answer_by: datetime | None = None


class ApproveContact(Decision, frozen=True):
    """A second person agrees with a request. `answer_by`: filled in by the use case."""

    request: str
    answer_by: datetime | None = None


class RefuseContact(Decision, frozen=True):
    """It is not sent; an urgent one is taken back."""

    request: str


ACTIONS: dict[type[Command], Action] = {
    Tell: Action.TELL,
    Escalate: Action.ESCALATE,
    Chase: Action.CHASE,
    Wake: Action.WAKE,
    Forget: Action.FORGET,
    TakeReply: Action.CONTACT_ANSWER,
    ContactLate: Action.CONTACT_LATE,
    ContactOverdue: Action.CONTACT_OVERDUE,
    Release: Action.RELEASE,
    Decline: Action.DECLINE,
    AnswerTrial: Action.ANSWER,
    Acknowledge: Action.ACKNOWLEDGE,
    Begin: Action.BEGIN,
    Assign: Action.ASSIGN,
    HandOver: Action.HAND_OVER,
    Mute: Action.MUTE,
    FileUnder: Action.FILE,
    Close: Action.CLOSE,
    Reopen: Action.REOPEN,
    ApproveLink: Action.APPROVE_LINK,
    RefuseLink: Action.REFUSE_LINK,
    Rejoin: Action.REJOIN,
    AskContact: Action.CONTACT,
    ApproveContact: Action.APPROVE_CONTACT,
    RefuseContact: Action.REFUSE_CONTACT,
}
