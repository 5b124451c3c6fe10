"""Commands completed with what has to be known of the world around an alert: who coordinates, what may be pointed at, terms."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from vangnet_contract.messages import EventKey, Evidence
from vangnet_contract.policy import Policy

from vangnet_notifier.domain import story
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import (
    ApproveContact,
    AskContact,
    Assign,
    Close,
    Command,
    Decline,
    HandOver,
    Marked,
    Reopen,
)
from vangnet_notifier.domain.release import view_of
from vangnet_notifier.domain.schedule import Pace, contact_terms

replace = msgspec.structs.replace


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """`rival`: an open alert of the same person and rule. `name_event`: as in app.Office. `by` decides, at `now`."""

    policy: Policy
    pace: Pace
    name_event: Callable[[str, EventKey], str]
    alert: Alert
    rival: Alert | None
    by: Actor
    now: datetime

    @property
    def offered(self) -> dict[str, Evidence]:
        """What this person may point at, by handle."""
        named = story.by_handle(self.alert, view_of(self.by, self.policy.region.release), self.name_event)
        return {handle: item for handle, item, _ in named}


def completed(command: Command, around: Around) -> Command:
    """The command with what it lacks; of most nothing."""
    complete = COMPLETIONS.get(type(command))
    return complete(command, around) if complete else command


def _assign(command: Assign, around: Around) -> Command:
    those = around.policy.people.coordinators.get(around.alert.owner or "", [])
    return replace(command, colleagues={person.user: person.name for person in those})


def _hand_over(command: HandOver, around: Around) -> Command:
    return replace(command, region=frozenset(around.policy.people.coordinators))


def _reopen(command: Reopen, around: Around) -> Command:
    return replace(command, rival=around.rival.id if around.rival else None)


def _mark(command: Marked, around: Around) -> Command:
    return replace(command, offered=around.offered)


def _ask(command: AskContact, around: Around) -> Command:
    """A request gets its name from the alert and the version that asked it."""
    named = around.name_event(f"{around.alert.id}|{around.alert.version}|contact", EventKey("", ""))
    approve_by, answer_by = contact_terms(around.pace, around.now, command.urgent)
    return replace(
        command,
        offered=around.offered,
        grounds=frozenset(basis.code for basis in around.policy.grondslagen),
        request=str(UUID(named[:32])),
        approve_by=approve_by,
        answer_by=answer_by,
    )


def _approve(command: ApproveContact, around: Around) -> Command:
    asked = around.alert.contact(command.request)
    _, answer_by = contact_terms(around.pace, around.now, bool(asked and asked.urgent))
    return replace(command, answer_by=answer_by)


COMPLETIONS: dict[type[Command], Callable[[Any, Around], Command]] = {
    Assign: _assign,
    HandOver: _hand_over,
    Reopen: _reopen,
    Decline: _mark,
    Close: _mark,
    AskContact: _ask,
    ApproveContact: _approve,
}
