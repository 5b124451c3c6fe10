"""Person counts: events and occurrences in windows of elapsed time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from vangnet_contract.messages import EventRecord
from vangnet_contract.policy import OccurrenceGap

from vangnet_indicators.domain.occurrences import incidents, occurrences

WINDOWS = (7, 30, 90, 365)  # days of 86,400 s


class Count(NamedTuple):
    """In one window."""

    days: int
    events: int
    occurrences: int


def counts(records: Iterable[EventRecord], as_of: datetime, gap: OccurrenceGap) -> list[Count]:
    """For each window of W days: incident events with as_of − W·24 h < occurredAt ≤ as_of, and occurrences whose time
    lies there. An occurrence has only its events up to `as_of`."""
    events = [event for event in incidents(records) if event.occurred_at <= as_of]
    times = [event.occurred_at for event in events]
    starts = [occurrence.at for occurrence in occurrences(events, gap)]
    return [Count(days, _after(times, as_of, days), _after(starts, as_of, days)) for days in WINDOWS]


def _after(times: list[datetime], as_of: datetime, days: int) -> int:
    return sum(time > as_of - timedelta(days=days) for time in times)
