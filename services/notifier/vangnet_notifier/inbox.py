"""Alerts for people: what a page or a program may ask. The adapter is adapters.inbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec
from vangnet_contract.messages import PartnerReply, RegionalSignal

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.commands import Command
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.trail import Entry
from vangnet_notifier.domain.trial import Trial
from vangnet_notifier.domain.words import State


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; None = not. `severity` as in Alert. Pages count from 1."""

    states: tuple[State, ...]
    rule: str | None = None
    municipality: str | None = None
    severity: int | None = None
    start_list: bool | None = None
    page: int = 1
    size: int = 50


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list. `total` within the filter, `counts` by state without it. `heads`: alert → the graver one of the same
    person that it stands under."""

    alerts: list[Alert]
    total: int
    counts: Mapping[State, int]
    heads: Mapping[str, str] = {}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as somebody looked at it. `objections`: of partners, to the release of events of it; for reviewers."""

    alert: Alert
    history: list[Entry]
    successor: str | None
    same_person: list[Alert] = []
    objections: list[PartnerReply] = []


class Inbox(Protocol):
    """Shows nobody more than he may see: an alert that is not his is as absent as one that does not exist (None)."""

    async def now(self) -> datetime:
        """The present by the service's clock."""
        ...

    async def regional(self) -> list[RegionalSignal]:
        """What holds now for places and partners, the oldest first."""
        ...

    async def listing(self, wanted: Filter, actor: Actor) -> Listing:
        """The alerts that this user may see, narrowed."""
        ...

    async def trials(self, actor: Actor) -> list[Trial]:
        """What became of the alerts of rules on trial, for each rule and municipality that this user may see."""
        ...

    async def awaiting(self, actor: Actor, most: int) -> list[Alert]:
        """Alerts in which somebody asked what a second person must approve, of those that this user may see."""
        ...

    async def look(self, alert_id: str, actor: Actor) -> Seen | None:
        """One alert; that it was opened is in the trail before it is shown."""
        ...

    async def decide(self, alert_id: str, command: Command, actor: Actor) -> Alert | Refused | None:
        """A decision by a person, with its trail and mails, in one transaction. Of two at once one is refused."""
        ...
