"""Occurrences (voorvallen): a person's incident events close together in time. Rules count these, not reports."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from vangnet_contract.messages import EventRecord
from vangnet_contract.policy import OccurrenceGap


class Occurrence(NamedTuple):
    """Events in order of (occurredAt, event key); its time is that of the first."""

    events: tuple[EventRecord, ...]

    @property
    def at(self) -> datetime:
        """Its time."""
        return self.events[0].occurred_at

    def until(self, t: datetime) -> "Occurrence":
        """What of it had happened at t."""
        return Occurrence(tuple(event for event in self.events if event.occurred_at <= t))


def incidents(records: Iterable[EventRecord]) -> list[EventRecord]:
    """The events that count, in order."""
    return sorted(
        (record for record in records if record.event_class == "incident"), key=lambda r: (r.occurred_at, r.event)
    )


def occurrences(events: Sequence[EventRecord], gap: OccurrenceGap) -> list[Occurrence]:
    """Ordered incident events, cut where one comes more than `gap_hours` after the one before it, or more than
    `max_hours` after the first. Later events never change earlier occurrences."""
    within, at_most = timedelta(hours=gap.gap_hours), timedelta(hours=gap.max_hours)
    parts: list[list[EventRecord]] = []
    for event in events:
        at = event.occurred_at
        if parts and at - parts[-1][-1].occurred_at <= within and at - parts[-1][0].occurred_at <= at_most:
            parts[-1].append(event)
        else:
            parts.append([event])
    return [Occurrence(tuple(part)) for part in parts]
