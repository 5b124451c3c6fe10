"""Episodes of a rule, from the condition evaluated anew at every event time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.policy import Rule

from tests.oracle.counts import incidents, known_at, occurrences, rank, within


@dataclass(frozen=True)
class Episode:
    """`times` = the part of T that is this episode. `evidence`: (event key, revision, number of its occurrence)."""

    rule: str
    times: tuple[datetime, ...]
    ends_at: datetime
    lead: str | None
    mode: str
    municipalities: tuple[str, ...]
    occurrences: int
    events: int
    evidence: tuple[tuple[EventKey, int, int], ...]

    @property
    def keys(self) -> set[EventKey]:
        return {key for key, _, _ in self.evidence}


def contributing(events: Iterable[EventRecord], rule: Rule, t: datetime) -> list[list[EventRecord]]:
    """The occurrences that count for the rule at t, each with its events up to t."""
    return [
        occurrence
        for occurrence in occurrences(known_at(events, t))
        if within(occurrence[0].occurred_at, t, rule.condition.days)
        and (rule.condition.with_group is None or any(e.group == rule.condition.with_group for e in occurrence))
    ]


def newest(found: list[list[EventRecord]]) -> EventRecord:
    return max((event for occurrence in found for event in occurrence), key=rank)


def holds(events: Iterable[EventRecord], rule: Rule, t: datetime) -> bool:
    """Enough occurrences, by the setting of the municipality of the newest contributing event."""
    found = contributing(events, rule, t)
    if not found:
        return False
    setting = rule.setting(newest(found).municipality)
    return setting.state != "uit" and len(found) >= (setting.threshold or rule.condition.count)


def episodes(events: Iterable[EventRecord], rule: Rule) -> list[Episode]:
    """T cut at gaps of `rearm_days` or more, oldest first."""
    events = list(events)
    times = sorted({event.occurred_at for event in incidents(events)})
    runs: list[list[datetime]] = []
    for t in (t for t in times if holds(events, rule, t)):
        if not runs or t - runs[-1][-1] >= timedelta(days=rule.rearm_days):
            runs.append([])
        runs[-1].append(t)
    return [_episode(events, rule, run) for run in runs]


def _episode(events: list[EventRecord], rule: Rule, times: list[datetime]) -> Episode:
    rests_on = {e.event: e for t in times for occurrence in contributing(events, rule, t) for e in occurrence}
    evidence, number, before = [], 0, None
    for event in sorted(rests_on.values(), key=rank):
        of = next(o[0].event for o in occurrences(events) if event in o)
        number += of != before
        before = of
        evidence.append((event.event, event.revision, number))
    now = contributing(events, rule, times[-1])
    lead = newest(now).municipality
    return Episode(
        rule=rule.id,
        times=tuple(times),
        ends_at=times[-1] + timedelta(days=rule.rearm_days),
        lead=lead,
        mode=rule.setting(lead).state,
        municipalities=tuple(sorted({e.municipality for e in rests_on.values() if e.municipality})),
        occurrences=len(now),
        events=sum(len(occurrence) for occurrence in now),
        evidence=tuple(evidence),
    )
