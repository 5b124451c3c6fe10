"""When a rule's condition holds over a person's events, and the episodes that follow from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.policy import OccurrenceCount, Rule

from vangnet_indicators.domain.occurrences import Occurrence


class Crossing(NamedTuple):
    """The condition holds at t, over these occurrences (each with its events up to t); `lead` is the municipality of the
    newest contributing event."""

    t: datetime
    occurrences: tuple[Occurrence, ...]
    lead: str | None

    @property
    def events(self) -> list[EventRecord]:
        """The contributing events, in order."""
        return [event for occurrence in self.occurrences for event in occurrence.events]


class Episode(NamedTuple):
    """Crossings with less than `rearm_days` between one and the next."""

    crossings: tuple[Crossing, ...]

    @property
    def last(self) -> Crossing:
        """As it stands now."""
        return self.crossings[-1]

    @property
    def keys(self) -> set[EventKey]:
        """Every event that ever contributed: by these an episode is known again."""
        return {event.event for crossing in self.crossings for event in crossing.events}


def episodes(found: Sequence[Occurrence], rule: Rule) -> list[Episode]:
    """The episodes of a rule over a person's occurrences, oldest first."""
    rearm = timedelta(days=rule.rearm_days)
    parts: list[list[Crossing]] = []
    for crossing in _crossings(found, rule):
        if parts and crossing.t - parts[-1][-1].t < rearm:
            parts[-1].append(crossing)
        else:
            parts.append([crossing])
    return [Episode(tuple(part)) for part in parts]


def _crossings(found: Sequence[Occurrence], rule: Rule) -> list[Crossing]:
    times = sorted({event.occurred_at for occurrence in found for event in occurrence.events})
    return [crossing for t in times if (crossing := _crossing(found, rule, t)) is not None]


def _crossing(found: Sequence[Occurrence], rule: Rule, t: datetime) -> Crossing | None:
    holding = tuple(part for part in _in_window(found, rule.condition, t) if _has_group(part, rule.condition))
    if not holding:
        return None
    newest = max(
        (event for occurrence in holding for event in occurrence.events),
        key=lambda event: (event.occurred_at, event.event),
    )
    if rule.setting(newest.municipality).state == "uit" or len(holding) < rule.threshold(newest.municipality):
        return None
    return Crossing(t, holding, newest.municipality)


def _in_window(found: Sequence[Occurrence], condition: OccurrenceCount, t: datetime) -> list[Occurrence]:
    since = t - timedelta(days=condition.days)
    return [occurrence.until(t) for occurrence in found if since < occurrence.at <= t]


def _has_group(occurrence: Occurrence, condition: OccurrenceCount) -> bool:
    return condition.with_group is None or any(event.group == condition.with_group for event in occurrence.events)
