"""Why a signal is there: each event of the person in or out of each rule's count, at the crossing and now, with the reason."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec
from vangnet_contract.messages import EventKey, InCare, RuleState, Signal
from vangnet_contract.policy import OccurrenceCount
from vangnet_contract.policy.rules import Acceleration, AnyOf, Condition, FollowedBy, MissingAfter, SeveralGroups
from vangnet_contract.taxonomy import EventClass, Group

from vangnet_indicators.domain.care_class import care_class
from vangnet_indicators.domain.conditions import moments, resting
from vangnet_indicators.domain.conditions.absence import missing
from vangnet_indicators.domain.conditions.rest import Rest
from vangnet_indicators.domain.episodes import Episode, Known, episodes
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import DAY, instant, micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import NO_GROUP, NOWHERE, Incident, municipality_code, municipality_number
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule

Reason = Literal["counts", "later", "window", "occurrence", "class", "group", "baseline", "guard", "not-asked"]
"""counts: it contributes. later: after this moment. window: before the window. occurrence: its occurrence began before the
window. class: that class does not count. group: its occurrence has no event of the group or type that is asked for, up to
this moment. baseline, guard: what acceleration compares with, or leaves out. not-asked: no part of what is asked for."""


class Judged(msgspec.Struct, frozen=True, rename="camel"):
    """An event at a moment, for one rule. `occurrence`: number of the person's occurrence from 1; None for what is in none."""

    event: EventKey
    type: str
    event_class: EventClass
    group: Group | None
    occurred_at: datetime
    municipality: str | None
    partner: str
    occurrence: int | None
    counts: bool
    reason: Reason


class RuleThen(msgspec.Struct, frozen=True, rename="camel"):
    """A rule at a moment. `number`: what is compared with the threshold (occurrences, groups; None for a rule without one).

    State and threshold are those of `lead`, where the newest event that counts happened. `silent`: partners that keep an
    absence from being judged.
    """

    rule: str
    holds: bool
    state: RuleState
    threshold: int | None
    number: int | None
    lead: str | None
    silent: list[str]
    events: list[Judged]


class Then(msgspec.Struct, frozen=True, rename="camel"):
    """Everything at one moment."""

    what: Literal["crossing", "now"]
    at: datetime
    in_care: InCare
    rules: list[RuleThen]


class Explanation(msgspec.Struct, frozen=True, rename="camel"):
    """Of one signal, by the events that are linked now."""

    signal: str
    rule: str
    person: str
    policy_version: str
    crossed_at: datetime
    moments: list[Then]


class At(Life):
    """A life, asked about one time only (µs)."""

    def __init__(self, history: History, book: Rulebook, t: int) -> None:
        super().__init__(history, book)
        self.t = t

    @cached_property
    def times(self) -> list[int]:
        """That one."""
        return [self.t]


class Basis(NamedTuple):
    """What an explanation rests on."""

    history: History
    known: Known
    book: Rulebook


class State(NamedTuple):
    """Positions of the events that count, whether the rule holds, the place that decides, the number that is compared."""

    positions: set[int]
    holds: bool
    lead: int
    number: int | None = None


def explain(signal: Signal, basis: Basis) -> Explanation:
    """At the crossing, and at the greatest Tick."""
    return Explanation(
        signal=signal.id,
        rule=signal.rule,
        person=signal.person,
        policy_version=basis.book.version,
        crossed_at=signal.crossed_at,
        moments=[
            _then("crossing", micros(signal.crossed_at), signal, basis),
            _then("now", basis.known.tick, signal, basis),
        ],
    )


def rule_then(rule: RunningRule, basis: Basis, t: int) -> RuleThen:
    """One rule at a time (µs)."""
    life = At(basis.history, basis.book, t)
    state = _state(life, rule, basis.known)
    setting = rule.setting(state.lead)
    return RuleThen(
        rule=rule.id,
        holds=state.holds,
        state=setting.state,
        threshold=setting.threshold or None,
        number=state.number,
        lead=municipality_code(state.lead),
        silent=sorted(set(_silent(life, rule, basis.known))),
        events=[_judged(life, rule, position, state.positions) for position in range(len(basis.history))],
    )


def _then(what: Literal["crossing", "now"], t: int, signal: Signal, basis: Basis) -> Then:
    life, place = Life(basis.history, basis.book), municipality_number(signal.lead)
    return Then(
        what=what,
        at=instant(t),
        in_care=care_class(life, t, place, basis.known.delivered),
        rules=[rule_then(rule, basis, t) for rule in basis.book.rules],
    )


def _state(life: At, rule: RunningRule, known: Known) -> State:
    if isinstance(rule.condition, FollowedBy | MissingAfter):
        return _open(life, episodes(life, rule, known))
    holds = bool(moments(life, rule))
    if isinstance(rule.condition, AnyOf) and not holds:
        return State(set(), False, NOWHERE)
    rest = resting(life, rule.condition, [life.t])
    return State(rest.positions, holds, rest.lead, _number(life, rule.condition, rest))


def _open(life: At, found: Sequence[Episode]) -> State:
    """Rules with an anchor: the episodes that have begun and are not over."""
    now = [one for one in found if micros(one.crossed_at) <= life.t < micros(one.ends_at)]
    keys = {item.event for one in now for item in one.evidence}
    positions = {position for position in range(len(life.history)) if life.record(position).event in keys}
    return State(positions, bool(now), now[-1].lead if now else NOWHERE)


def _number(life: At, condition: Condition, rest: Rest) -> int | None:
    match condition:
        case OccurrenceCount() | Acceleration():
            return len(rest.occurrences)
        case SeveralGroups():
            return len({event.group for event in rest.others} - {NO_GROUP})
    return None


def _silent(life: At, rule: RunningRule, known: Known) -> Iterator[str]:
    if isinstance(rule.condition, MissingAfter):
        for one in missing(life, rule, rule.condition):
            if one.due <= life.t and not one.judged(known.delivered, known.tick):
                yield from one.silent(known.delivered)


def _judged(life: At, rule: RunningRule, position: int, positions: set[int]) -> Judged:
    record = life.record(position)
    reason = "counts" if position in positions else why_not(life, rule.condition, position)
    return Judged(
        event=record.event,
        type=record.type,
        event_class=record.event_class,
        group=record.group,
        occurred_at=record.occurred_at,
        municipality=record.municipality,
        partner=record.partner,
        occurrence=next((n for n, one in enumerate(life.occurrences, 1) if _holds(one.events, position)), None),
        counts=reason == "counts",
        reason=reason,
    )


def why_not(life: At, condition: Condition, position: int) -> Reason:
    """Why an event that does not contribute does not."""
    time = micros(life.record(position).occurred_at)
    if time > life.t:
        return "later"
    match condition:
        case OccurrenceCount():
            return _outside(life, condition.days, position, condition.with_group, condition.full_type)
        case SeveralGroups():
            return _outside(life, condition.days, position, None, None)
        case Acceleration():
            return _compared(life, condition, position)
        case AnyOf():
            return why_not(life, condition.conditions[0], position)
    return "not-asked"


def _outside(life: At, days: int, position: int, group: Group | None, event_type: str | None) -> Reason:
    start = life.t - days * DAY
    if life.record(position).event_class != "incident":
        return "class"
    if micros(life.record(position).occurred_at) <= start:
        return "window"
    if _began(life, position) <= start:
        return "occurrence"
    return "group" if group or event_type else "not-asked"


def _compared(life: At, condition: Acceleration, position: int) -> Reason:
    if life.record(position).event_class != "incident":
        return "class"
    recent = life.t - condition.recent_days * DAY
    guard = recent - condition.guard_days * DAY
    began = _began(life, position)
    if began > guard:
        return "guard"
    return "baseline" if began > life.t - condition.reach * DAY else "window"


def _began(life: At, position: int) -> int:
    """When the occurrence of an incident began (µs)."""
    return next(one.time for one in life.occurrences if _holds(one.events, position))


def _holds(events: Sequence[Incident], position: int) -> bool:
    return any(event.position == position for event in events)
