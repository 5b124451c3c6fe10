"""Occurrences, counts and episodes by plain loops, from reading.md's definitions. Times are aware datetimes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vangnet_simulator.oracle.linking import Fact, Root


@dataclass(frozen=True)
class RuleFacts:
    """What a rule says: at least `count` occurrences in (t − days, t], each with an event of `with_group` if given.
    `settings`: municipality → (state, count)."""

    id: str
    days: int
    with_group: str | None
    rearm_days: int
    settings: Mapping[str | None, tuple[str, int]]


@dataclass(frozen=True)
class Crossing:
    """The condition holds at t with these occurrences."""

    t: datetime
    occurrences: tuple[tuple[Fact, ...], ...]
    lead: str | None


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


def crossings(facts: Iterable[Fact], rule: RuleFacts) -> list[Crossing]:
    """Every moment of the person's own events at which the condition holds."""
    events = incidents(facts)
    found = []
    for t in sorted({event.occurred_at for event in events}):
        groups = occurrences([event for event in events if event.occurred_at <= t])
        recent = [group for group in groups if t - timedelta(seconds=rule.days * 86_400) < group[0].occurred_at]
        holding = [
            group for group in recent if rule.with_group is None or any(e.group == rule.with_group for e in group)
        ]
        if not holding:
            continue
        newest = sorted((e for group in holding for e in group), key=lambda e: (e.occurred_at, e.root))[-1]
        state, count = rule.settings.get(newest.municipality, rule.settings[None])
        if state != "uit" and len(holding) >= count:
            found.append(Crossing(t, tuple(tuple(group) for group in holding), newest.municipality))
    return found


def episodes(facts: Iterable[Fact], rule: RuleFacts) -> list[list[Crossing]]:
    """Crossings, cut where the next one is `rearm_days` later or more."""
    found: list[list[Crossing]] = []
    for crossing in crossings(facts, rule):
        if not found or crossing.t - found[-1][-1].t >= timedelta(days=rule.rearm_days):
            found.append([])
        found[-1].append(crossing)
    return found


@dataclass
class Standing:
    """A signal that stands: since when its episode holds, its last crossing, and everything its episode rests on."""

    rule: str
    person: int
    since: datetime
    keys: set[Root]
    crossing: Crossing
    ended_at: datetime | None = None


class Signals:
    """Signals by replay: after every message the episodes of whoever it touched are compared with what stands."""

    def __init__(self, rules: list[RuleFacts], signal_horizon_days: int) -> None:
        self.rules = rules
        self.horizon = timedelta(days=signal_horizon_days)
        self.now: datetime | None = None
        self.of: dict[tuple[str, int], list[Standing]] = {}

    @property
    def standing(self) -> list[Standing]:
        """All of them."""
        return [signal for signals in self.of.values() for signal in signals]

    def change(self, at: datetime, persons: Mapping[int, list[Fact]]) -> None:
        """Persons with the events that count for them now."""
        for person, facts in persons.items():
            for rule in self.rules:
                self._reconsider(at, person, facts, rule)

    def tick(self, at: datetime) -> None:
        """It is now `at`, or later when an earlier Tick said so."""
        self.now = max(self.now or at, at)
        self._end()

    def _end(self) -> None:
        """Time ends what was crossed long ago; what comes in late may be over already."""
        rearm = {rule.id: timedelta(days=rule.rearm_days) for rule in self.rules}
        for signal in self.standing:
            if self.now and signal.ended_at is None and signal.crossing.t + rearm[signal.rule] <= self.now:
                signal.ended_at = signal.crossing.t + rearm[signal.rule]

    def _reconsider(self, at: datetime, person: int, facts: list[Fact], rule: RuleFacts) -> None:
        found = episodes(facts, rule)
        mine = self.of.get((rule.id, person), [])
        pairs = matched(mine, found)
        kept = [signal for number, signal in enumerate(mine) if number in pairs]
        for number, signal in enumerate(mine):
            if number not in pairs:
                continue
            episode = found[pairs[number]]
            if signal.crossing != episode[-1]:
                signal.ended_at = None
            signal.since, signal.keys, signal.crossing = episode[0].t, _keys(episode), episode[-1]
        for place, episode in enumerate(found):
            if place not in pairs.values() and any(at - crossing.t <= self.horizon for crossing in episode):
                kept.append(Standing(rule.id, person, episode[0].t, _keys(episode), episode[-1]))
        self.of[rule.id, person] = kept


def matched(standing: list[Standing], found: list[list[Crossing]]) -> dict[int, int]:
    """Place of a signal → place of its episode, by shared evidence: first where the episode still begins where it did,
    then, oldest first, where most is shared. (Windows slide: two episodes may rest on the same events.)"""
    oldest_first = sorted(range(len(standing)), key=lambda number: standing[number].since)
    pairs: dict[int, int] = {}
    for number in oldest_first:
        for place, episode in enumerate(found):
            if episode[0].t == standing[number].since and _keys(episode) & standing[number].keys:
                pairs.setdefault(number, place)
    for number in oldest_first:
        free = [place for place in range(len(found)) if place not in pairs.values()]
        shared = {place: len(_keys(found[place]) & standing[number].keys) for place in free}
        if number not in pairs and any(shared.values()):
            pairs[number] = max(free, key=lambda place: shared[place])
    return pairs


def _keys(episode: list[Crossing]) -> set[Root]:
    return {event.root for crossing in episode for group in crossing.occurrences for event in group}
