"""Episodes of a rule, as a pure function of the events that are linked now (and, for absence, of what was delivered).

T cut where nothing held for `rearm` or longer; for a rule with an anchor one episode for each anchor.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import EventKey, EventRecord, Evidence
from vangnet_contract.policy.rules import FollowedBy, MissingAfter

from vangnet_indicators.domain.conditions import moments, resting
from vangnet_indicators.domain.conditions.absence import missing
from vangnet_indicators.domain.conditions.following import followed, rest_of
from vangnet_indicators.domain.conditions.rest import Rest, together
from vangnet_indicators.domain.instants import instant
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import Incident
from vangnet_indicators.domain.rulebook import RunningRule


class Episode(msgspec.Struct, frozen=True):
    """`crossed_at` and `last`: first and last time at which the condition held. `ends_at`: from then on it is over.

    `evidence`: the events that contributed at some time of the episode, in order; `occurrences` and `events` count the
    occurrences that still did at `last`, and their events. `lead`: number of the municipality of the newest event.
    `anchor`: first event of the anchor, for a rule that has one.
    """

    crossed_at: datetime
    last: datetime
    ends_at: datetime
    lead: int
    occurrences: int
    events: int
    evidence: list[Evidence]
    anchor: EventKey | None = None

    @property
    def municipalities(self) -> list[str]:
        """All that the evidence names, sorted."""
        return sorted({item.municipality for item in self.evidence if item.municipality})


class Known(msgspec.Struct, frozen=True):
    """What is known beside the person's events (µs): the greatest Tick, and up to when each partner has delivered."""

    tick: int
    delivered: Mapping[str, int]


class Anchored(NamedTuple):
    """When it holds and when it is over (µs), what it rests on, the first event of its anchor."""

    t: int
    ends: int
    rest: Rest
    anchor: Incident


def episodes(life: Life, rule: RunningRule, known: Known, not_over_at: int = 0) -> list[Episode]:
    """The oldest first: all of them, or those that end at `not_over_at` (µs) or later."""
    if rule.anchored:
        found = [_anchored(life, one) for one in anchors(life, rule, known, not_over_at)]
        return sorted(found, key=lambda one: one.crossed_at)
    runs = cut(moments(life, rule), rule.rearm)
    return [_run(life, rule, times) for times in runs if times[-1] + rule.rearm >= not_over_at]


def anchors(life: Life, rule: RunningRule, known: Known, not_over_at: int = 0) -> Iterator[Anchored]:
    """Of a rule with an anchor: what each episode is, without its evidence."""
    if isinstance(rule.condition, FollowedBy):
        return _after_anchors(life, rule, rule.condition, not_over_at)
    if isinstance(rule.condition, MissingAfter):
        return _absences(life, rule, rule.condition, known, not_over_at)
    raise TypeError(rule.condition.kind)


def cut(times: Iterable[int], rearm: int) -> list[list[int]]:
    """Runs of times; a gap of `rearm` or more begins a new one."""
    runs: list[list[int]] = []
    for time in times:
        if not runs or time - runs[-1][-1] >= rearm:
            runs.append([])
        runs[-1].append(time)
    return runs


def _run(life: Life, rule: RunningRule, times: Sequence[int]) -> Episode:
    rest, now = resting(life, rule.condition, times), resting(life, rule.condition, times[-1:])
    return Episode(
        crossed_at=instant(times[0]),
        last=instant(times[-1]),
        ends_at=instant(times[-1] + rule.rearm),
        lead=rest.lead,
        occurrences=len(now.occurrences),
        events=sum(map(len, now.occurrences)),
        evidence=evidence(life, rest),
    )


def _after_anchors(life: Life, rule: RunningRule, condition: FollowedBy, since: int) -> Iterator[Anchored]:
    for one in followed(life, condition):
        t = one.pairs[0].t
        ends = t + rule.open_for if one.over is None else min(t + rule.open_for, one.over)
        if ends < since:
            continue
        rest = together(rest_of(pair, t) for pair in one.pairs if pair.t == t)
        if rule.runs(rest.lead):
            yield Anchored(t, ends, rest, one.anchor.events[0])


def _absences(life: Life, rule: RunningRule, condition: MissingAfter, known: Known, since: int) -> Iterator[Anchored]:
    for one in missing(life, rule, condition):
        if one.due + rule.open_for >= since and one.judged(known.delivered, known.tick):
            yield Anchored(one.due, one.due + rule.open_for, one.rest, one.anchor.events[0])


def _anchored(life: Life, one: Anchored) -> Episode:
    return Episode(
        crossed_at=instant(one.t),
        last=instant(one.t),
        ends_at=instant(one.ends),
        lead=one.rest.lead,
        occurrences=len(one.rest.occurrences),
        events=sum(map(len, one.rest.occurrences)),
        evidence=evidence(life, one.rest),
        anchor=life.key(one.anchor),
    )


def evidence(life: Life, rest: Rest) -> list[Evidence]:
    """Each event once, in order; those of an occurrence with its number from 1, others with 0."""
    numbers = {event.position: 0 for event in rest.others}
    for number, events in enumerate(rest.occurrences, 1):
        numbers |= {event.position: number for event in events}
    return [as_evidence(life.record(position), number) for position, number in sorted(numbers.items())]


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
        certainty=record.certainty,
    )
