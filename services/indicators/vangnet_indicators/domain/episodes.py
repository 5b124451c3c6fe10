"""Episodes: T cut where nothing held for `rearm` or longer. A pure function of the events that are linked now."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from vangnet_contract.messages import EventRecord, Evidence

from vangnet_indicators.domain.condition import contributions, moments
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import instant
from vangnet_indicators.domain.occurrences import Occurrence
from vangnet_indicators.domain.packed import Incident
from vangnet_indicators.domain.rulebook import RunningRule


class Episode(msgspec.Struct, frozen=True):
    """`crossed_at` and `last`: first and last time at which the condition held. `ends_at` = last + rearm.

    `evidence`: the events of each occurrence that contributed at some time of the episode, in order; `occurrences` and
    `events` count those that still did at `last`, so within the rule's window. `lead`: number of the municipality of the
    newest event.
    """

    crossed_at: datetime
    last: datetime
    ends_at: datetime
    lead: int
    occurrences: int
    events: int
    evidence: list[Evidence]

    @property
    def municipalities(self) -> list[str]:
        """All that the evidence names, sorted."""
        return sorted({item.municipality for item in self.evidence if item.municipality})


def episodes(
    history: History, occurrences: Sequence[Occurrence], rule: RunningRule, not_over_at: int = 0
) -> list[Episode]:
    """The oldest first: all of them, or those that end (last + rearm) at `not_over_at` (µs) or later."""
    runs = cut(moments(occurrences, rule), rule.rearm)
    return [_episode(history, occurrences, rule, times) for times in runs if times[-1] + rule.rearm >= not_over_at]


def cut(times: Iterable[int], rearm: int) -> list[list[int]]:
    """Runs of times; a gap of `rearm` or more begins a new one."""
    runs: list[list[int]] = []
    for time in times:
        if not runs or time - runs[-1][-1] >= rearm:
            runs.append([])
        runs[-1].append(time)
    return runs


def _episode(history: History, occurrences: Sequence[Occurrence], rule: RunningRule, times: Sequence[int]) -> Episode:
    contributing = list(contributions(occurrences, rule, times))
    current = [events for events in contributing if events[0].time > times[-1] - rule.window]
    return Episode(
        crossed_at=instant(times[0]),
        last=instant(times[-1]),
        ends_at=instant(times[-1] + rule.rearm),
        lead=contributing[-1][-1].municipality,
        occurrences=len(current),
        events=sum(map(len, current)),
        evidence=[item for number, events in enumerate(contributing, 1) for item in _evidence(history, events, number)],
    )


def _evidence(history: History, events: Iterable[Incident], occurrence: int) -> Iterable[Evidence]:
    return (as_evidence(history.record(event.position), occurrence) for event in events)


def as_evidence(record: EventRecord, occurrence: int) -> Evidence:
    """What a signal tells about an event."""
    return Evidence(
        event=record.event,
        revision=record.revision,
        type=record.type,
        group=record.group,
        partner=record.partner,
        municipality=record.municipality,
        occurred_at=record.occurred_at,
        received_at=record.received_at,
        occurrence=occurrence,
        release=record.release,
    )
