"""What the checks look at, worked out once for each event."""

from datetime import datetime
from typing import NamedTuple

from vangnet_contract.event import Event
from vangnet_contract.policy import AnswerKey, Cell, Partner, Policy
from vangnet_contract.taxonomy import EventType

from vangnet_ingest.domain.moments import moment


class Case(NamedTuple):
    """One event from one partner, under one policy, at one moment. `cell` is what the admission matrix says of it."""

    event: Event
    partner: Partner
    policy: Policy
    now: datetime
    cell: Cell | None
    time: datetime | None
    occurred_at: datetime | None

    @property
    def answer_key(self) -> AnswerKey | None:
        """What is told to this partner alone can be sealed with it."""
        return self.policy.keys.answer_key(self.partner.name, self.now)

    @property
    def is_retraction(self) -> bool:
        """It takes an event back: it says nothing new about anyone."""
        return self.event.data.retracts is not None

    @property
    def is_root(self) -> bool:
        """It neither corrects nor retracts another event."""
        return self.event.data.corrects is None and not self.is_retraction


class TypedCase(NamedTuple):
    """A case whose event type is known."""

    case: Case
    event_type: EventType


def case_of(event: Event, partner: Partner, policy: Policy, now: datetime) -> Case:
    """Looks up and reads what several checks need."""
    return Case(
        event=event,
        partner=partner,
        policy=policy,
        now=now,
        cell=policy.cell(partner.name, event.type),
        time=moment(event.time),
        occurred_at=moment(event.data.occurred_at),
    )
