"""Occurrences and counts by plain loops, from reading.md's definitions. Times are aware datetimes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from vangnet_simulator.oracle.linking import Fact


def incidents(facts: Iterable[Fact]) -> list[Fact]:
    """What counts, in order."""
    return sorted(
        (fact for fact in facts if fact.event_class == "incident"), key=lambda fact: (fact.occurred_at, fact.root)
    )


def occurrences(events: list[Fact], gap_hours: int = 6, max_hours: int = 24) -> list[list[Fact]]:
    """Ordered events; a new one more than 6 h after the one before, or more than 24 h after the first."""
    found: list[list[Fact]] = []
    for event in events:
        new = True
        if found:
            since_last = (event.occurred_at - found[-1][-1].occurred_at).total_seconds()
            since_first = (event.occurred_at - found[-1][0].occurred_at).total_seconds()
            new = since_last > gap_hours * 3600 or since_first > max_hours * 3600
        if new:
            found.append([])
        found[-1].append(event)
    return found


def counts(facts: Iterable[Fact], as_of: datetime, days: int) -> tuple[int, int]:
    """(events, occurrences) in (as_of − days, as_of], as far as they had happened."""
    as_of = as_of.astimezone(UTC)  # within one zone Python subtracts wall clocks
    happened = [event for event in incidents(facts) if event.occurred_at <= as_of]
    after = as_of - timedelta(seconds=days * 86_400)
    starts = [group[0].occurred_at for group in occurrences(happened)]
    return sum(event.occurred_at > after for event in happened), sum(start > after for start in starts)
