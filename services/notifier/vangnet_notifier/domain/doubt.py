"""What goes back to the sources: a report that is not right, or that is about somebody else than it was joined to. Only ever about
the partner's own event, and nothing about the alert."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from vangnet_contract.contact import DOUBTS
from vangnet_contract.messages import Evidence, ReportDoubted

from vangnet_notifier.domain.apart import INCORRECT, WRONG_PERSON, Apart, Status

Told = tuple[str, ReportDoubted]
"""Partner and message."""


def of_reports(items: Iterable[Evidence], at: datetime) -> list[Told]:
    """To the source of each of these: it is not right."""
    return [_told(item, INCORRECT, at) for item in items]


def of_persons(before: Apart | None, after: Apart | None) -> Iterator[Told]:
    """When a link decision comes into force: to the sources of the events of somebody else."""
    if after and after.status is Status.IN_FORCE and before and before.status is Status.ASKED and after.answered:
        yield from (_told(item, WRONG_PERSON, after.answered.at) for item in after.others)


def _told(item: Evidence, reason: str, at: datetime) -> Told:
    return item.partner, ReportDoubted(
        source=item.event.source, id=item.event.id, at=at, reason=reason, explanation=DOUBTS[reason]
    )
