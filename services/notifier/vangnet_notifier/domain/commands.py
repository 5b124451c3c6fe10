"""What can be asked of an alert. `seen` = the version that the person had before him when he decided."""

import msgspec
from vangnet_contract.messages import Signal

from vangnet_notifier.domain.words import Action


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Any of those below."""


class TakeIn(Command, frozen=True):
    """A signal of this alert was raised, updated, ended or withdrawn."""

    signal: Signal


class Escalate(Command, frozen=True):
    """Nobody reviewed it in time."""


class Decision(Command, frozen=True):
    """Something that a person decides."""

    seen: int


class Release(Decision, frozen=True):
    """Let the coordinators of the lead municipality see it."""


class Decline(Decision, frozen=True):
    """Let nobody see it; `choice` is one of DECLINE_REASONS."""

    choice: str


class Acknowledge(Decision, frozen=True):
    """I have it."""


class Close(Decision, frozen=True):
    """Done; `choice` is one of CLOSING_REASONS."""

    choice: str


ACTIONS: dict[type[Command], Action] = {
    Escalate: Action.ESCALATE,
    Release: Action.RELEASE,
    Decline: Action.DECLINE,
    Acknowledge: Action.ACKNOWLEDGE,
    Close: Action.CLOSE,
}
