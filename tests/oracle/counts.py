"""Occurrences and person counts, counted out."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from vangnet_contract.messages import EventRecord

WINDOWS = (7, 30, 90, 365)
GAP = timedelta(hours=6)
LONGEST = timedelta(hours=24)


def rank(event: EventRecord) -> tuple[datetime, str, str]:
    """Order of events: time, then event key."""
    return event.occurred_at, event.event.source, event.event.id


def incidents(events: Iterable[EventRecord]) -> list[EventRecord]:
    """The events that count, in order."""
    return sorted((event for event in events if event.event_class == "incident"), key=rank)


def occurrences(
    events: Iterable[EventRecord], gap: timedelta = GAP, longest: timedelta = LONGEST
) -> list[list[EventRecord]]:
    """A new one more than 6 h after the previous event, or more than 24 h after the first of the occurrence."""
    found: list[list[EventRecord]] = []
    for event in incidents(events):
        if (
            found
            and event.occurred_at - found[-1][-1].occurred_at <= gap
            and event.occurred_at - found[-1][0].occurred_at <= longest
        ):
            found[-1].append(event)
        else:
            found.append([event])
    return found


def known_at(events: Iterable[EventRecord], t: datetime) -> list[EventRecord]:
    """Those that had happened."""
    return [event for event in events if event.occurred_at <= t]


def within(moment: datetime, t: datetime, days: int) -> bool:
    """Whether a moment lies in (t − days·86,400 s, t]."""
    return t - timedelta(seconds=days * 86_400) < moment <= t


def counts(events: Iterable[EventRecord], as_of: datetime) -> dict[int, tuple[int, int]]:
    """Window in days → (events, occurrences)."""
    as_of = as_of.astimezone(UTC)  # Python subtracts wall clocks within one zone
    known = known_at(events, as_of)
    answer = {}
    for days in WINDOWS:
        counted = [event for event in incidents(known) if within(event.occurred_at, as_of, days)]
        started = [occurrence for occurrence in occurrences(known) if within(occurrence[0].occurred_at, as_of, days)]
        answer[days] = (len(counted), len(started))
    return answer
