"""A link decision on the desk: which events of an alert are not about one person. Asked by one, approved by another, taken
back the same way; what becomes of it in the register is the linker's (decision 0023)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product

import msgspec
from vangnet_contract.messages import EventKey, Evidence, LinkDecision

from vangnet_notifier.domain.words import Reason

WRONG_PERSON = "verkeerde-persoon"
"""The outcome, and the reason to decline, that asks for a link decision."""
INCORRECT = "melding-onjuist"
"""The reason to decline that names reports which are not right: their sources are told."""
MOST_PAIRS = 1000
KEPT = timedelta(days=90)
"""So long after the last word the events are kept: until then the decision can be taken back."""

replace = msgspec.structs.replace


class Status(StrEnum):
    """Where a link decision is. Codes stand in the trail and in the API."""

    ASKED = "asked"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    REJOIN_ASKED = "rejoin-asked"
    REJOINED = "rejoined"


PENDING = frozenset({Status.ASKED, Status.REJOIN_ASKED})
HOLDS = frozenset({Status.IN_FORCE, Status.REJOIN_ASKED})


class Said(msgspec.Struct, frozen=True):
    """Who said it, and when."""

    user: str
    name: str
    at: datetime


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """`others` are about somebody else than `rest`; empty when they are no longer kept. `number` names the decision within the
    alert. `asked`, `answered` are of splitting; `rejoin_asked`, `rejoin_answered` of taking it back."""

    number: int
    status: Status
    others: tuple[Evidence, ...]
    rest: tuple[Evidence, ...]
    asked: Said
    answered: Said | None = None
    rejoin_asked: Said | None = None
    rejoin_answered: Said | None = None

    @property
    def pending(self) -> Said | None:
        """Who waits for a second person; None: nobody does."""
        if self.status not in PENDING:
            return None
        return self.asked if self.status is Status.ASKED else self.rejoin_asked

    @property
    def forget_at(self) -> datetime | None:
        """When the events are no longer kept; None: they are not any more."""
        spoken = (self.asked, self.answered, self.rejoin_asked, self.rejoin_answered)
        return max(said.at for said in spoken if said) + KEPT if self.others else None


def asked(number: int, others: tuple[Evidence, ...], rest: tuple[Evidence, ...], said: Said) -> Apart:
    """A decision that waits for a second person."""
    return Apart(number=number, status=Status.ASKED, others=others, rest=rest, asked=said)


def approved(apart: Apart, said: Said) -> Apart:
    """A second person agrees with what was asked."""
    if apart.status is Status.ASKED:
        return replace(apart, status=Status.IN_FORCE, answered=said)
    return replace(apart, status=Status.REJOINED, rejoin_answered=said)


def refused(apart: Apart, said: Said) -> Apart:
    """It stays as it was before it was asked."""
    if apart.status is Status.ASKED:
        return replace(apart, status=Status.REFUSED, answered=said)
    return replace(apart, status=Status.IN_FORCE, rejoin_answered=said)


def rejoin_asked(apart: Apart, said: Said) -> Apart:
    """Somebody asks to take it back."""
    return replace(apart, status=Status.REJOIN_ASKED, rejoin_asked=said, rejoin_answered=None)


def forgotten(apart: Apart) -> Apart:
    """The events are gone; who decided what stays. What nobody answered in all that time is off."""
    settled = {Status.ASKED: Status.REFUSED, Status.REJOIN_ASKED: Status.IN_FORCE}
    return replace(apart, others=(), rest=(), status=settled.get(apart.status, apart.status))


def wrong_marks(
    choice: str, marked: tuple[str, ...], offered: Mapping[str, Evidence], current: Apart | None
) -> Reason | None:
    """Why these events cannot be said to be about somebody else; None: they can. `offered`: what this person may mark."""
    if choice == INCORRECT:
        return _wrong_reports(marked, offered)
    if choice != WRONG_PERSON:
        return Reason.MARKS_UNASKED if marked else None
    if current and (current.status in HOLDS or current.pending):
        return Reason.LINK_IN_FORCE
    return _wrong_sides(marked, offered)


def _wrong_sides(marked: tuple[str, ...], offered: Mapping[str, Evidence]) -> Reason | None:
    if len(offered) < 2:
        return Reason.UNKNOWN_CHOICE if marked else None
    if not set(marked) <= offered.keys():
        return Reason.UNKNOWN_CHOICE
    if not 0 < len(set(marked)) < len(offered):
        return Reason.MARK_EVENTS
    return Reason.TOO_MANY_PAIRS if len(marked) * (len(offered) - len(marked)) > MOST_PAIRS else None


def _wrong_reports(marked: tuple[str, ...], offered: Mapping[str, Evidence]) -> Reason | None:
    if not set(marked) <= offered.keys():
        return Reason.UNKNOWN_CHOICE
    return Reason.MARK_REPORTS if offered and not marked else None


def sides(
    marked: tuple[str, ...], offered: Mapping[str, Evidence]
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """The marked events and the others that were offered. Of what was not offered nothing is said."""
    return (
        tuple(item for handle, item in offered.items() if handle in marked),
        tuple(item for handle, item in offered.items() if handle not in marked),
    )


def decisions(alert_id: str, before: Apart | None, after: Apart | None) -> Iterator[LinkDecision]:
    """What a step tells the linker: every event of one side is not about the person of any of the other side."""
    if after is None or before is None or after.number != before.number or before.status is after.status:
        return
    if after.status is Status.IN_FORCE and before.status is Status.ASKED:
        yield from _pairs(alert_id, after, after.asked, after.answered, revoked=False)
    if after.status is Status.REJOINED:
        yield from _pairs(alert_id, after, after.rejoin_asked, after.rejoin_answered, revoked=True)


def _pairs(alert_id: str, apart: Apart, one: Said | None, two: Said | None, revoked: bool) -> Iterator[LinkDecision]:
    if one is None or two is None:  # never: the status says that both spoke
        return
    keys = [sorted(item.event for item in side) for side in (apart.others, apart.rest)]
    for number, pair in enumerate(product(*keys)):
        yield LinkDecision(
            decision=f"{alert_id}-{apart.number}-{number}",
            at=two.at,
            events=_both(*pair),
            decided_by=one.user,
            approved_by=two.user,
            revoked=revoked,
        )


def _both(one: EventKey, other: EventKey) -> tuple[EventKey, EventKey]:
    return one, other
