"""Signals by replay of the log: after every message all episodes of whoever it touched are compared with what stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vangnet_simulator.oracle.linking import Fact
from vangnet_simulator.oracle.rules import care, episodes
from vangnet_simulator.oracle.terms import Episode, Heard, World


@dataclass(frozen=True)
class Signal:
    """What was last said about an episode. `number` counts the person's signals and names this one."""

    change: str
    at: datetime
    person: int
    number: int
    raised_at: datetime
    ended_at: datetime | None
    in_care: str
    episode: Episode


@dataclass
class Person:
    """Whose events count now, and what stands."""

    facts: list[Fact] = field(default_factory=list)
    standing: list[Signal] = field(default_factory=list)
    raised: int = 0


class Signals:
    """Everyone, by number."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard = Heard()
        self.persons: dict[int, Person] = {}

    @property
    def standing(self) -> list[Signal]:
        """All that was raised and not withdrawn."""
        return [signal for person in self.persons.values() for signal in person.standing]

    def change(self, at: datetime, persons: Mapping[int, list[Fact]]) -> list[Signal]:
        """Persons with the events that count for them now. What is said, in order."""
        said: list[Signal] = []
        for number, facts in persons.items():
            person = self.persons.setdefault(number, Person())
            person.facts = facts
            said += self._reconsider(number, person, at, absences_only=False)
            if not facts:
                del self.persons[number]
        return said

    def heartbeat(self, partner: str, up_to: datetime) -> None:
        """Everything that the partner registered up to then was sent."""
        self.heard.up_to[partner] = max(up_to, self.heard.up_to.get(partner, up_to))

    def tick(self, at: datetime) -> list[Signal]:
        """It is now `at`, or later when an earlier Tick said so: ends, then absences."""
        self.heard.tick = max(self.heard.tick, at)
        said = []
        for number, person in self.persons.items():
            for signal in list(person.standing):
                if signal.ended_at is None and signal.episode.ends_at <= self.heard.tick:
                    said.append(self._keep(person, signal, ended(signal, at)))
            said += self._reconsider(number, person, at, absences_only=True)
        return said

    def _reconsider(self, number: int, person: Person, at: datetime, *, absences_only: bool) -> list[Signal]:
        withdrawn: list[Signal] = []
        others: list[Signal] = []
        for rule in self.world.rules:
            kind = rule["condition"]["kind"]
            if kind in ("area-deviation", "source-silence") or (absences_only and kind != "missing-after"):
                continue
            if all(setting["state"] == "uit" for setting in (rule["default"], *rule["municipalities"].values())):
                continue
            found = episodes(person.facts, rule, self.world, self.heard)
            mine = [signal for signal in person.standing if signal.episode.rule == rule["id"]]
            pairs = matched(mine, found)
            for signal in mine:
                if signal.number not in pairs.values():
                    person.standing.remove(signal)
                    withdrawn.append(replace(signal, change="withdrawn", at=at))
            horizon = rule["horizonDays"] if rule["horizonDays"] is not None else self.world.signal_horizon_days
            for place, episode in enumerate(found):
                before = next((signal for signal in mine if signal.number == pairs.get(place)), None)
                if before is not None or at - episode.last <= timedelta(days=horizon):
                    others += self._follow(number, person, at, before, episode)
        return withdrawn + others

    def _follow(
        self, number: int, person: Person, at: datetime, before: Signal | None, episode: Episode
    ) -> list[Signal]:
        over = episode.ends_at <= self.heard.tick
        in_care = care(person.facts, episode.last, episode.lead, self.world, self.heard)
        said = []
        if before is None:
            person.raised += 1
            now = Signal("raised", at, number, person.raised, at, None, in_care, episode)
            said.append(self._keep(person, None, now))
        else:
            now = replace(before, episode=episode, ended_at=episode.ends_at if before.ended_at and over else None)
            if told(now) != told(before):
                now = replace(now, change="updated", at=at, in_care=in_care)
                said.append(now)
            self._keep(person, before, now)
        if over and now.ended_at is None:
            said.append(self._keep(person, now, ended(now, at)))
        return said

    def _keep(self, person: Person, before: Signal | None, now: Signal) -> Signal:
        person.standing = sorted(
            [*(one for one in person.standing if one is not before), now], key=lambda one: one.number
        )
        return now


def ended(signal: Signal, at: datetime) -> Signal:
    """Nothing new is expected any more."""
    return replace(signal, change="ended", at=at, ended_at=signal.episode.ends_at)


def told(signal: Signal) -> tuple[object, ...]:
    """What a reader of the signal can see, but for the times at which it was said and the class of care."""
    e = signal.episode
    return (e.crossed_at, signal.ended_at, e.lead, e.mode, e.occurrences, e.events, e.evidence, e.anchor)


def matched(standing: list[Signal], found: list[Episode]) -> dict[int, int]:
    """Place of an episode → number of its signal. Only what shares evidence can be matched.

    First, oldest first (by crossing, then number), the episode with the anchor of the signal's, or without anchor the one
    that begins where it began; then one that overlaps it in time; then any. Of several the one that shares most, then the first.
    """
    pairs: dict[int, int] = {}
    oldest_first = sorted(standing, key=lambda s: (s.episode.crossed_at, s.number))
    for fits in (same, overlap, lambda one, other: True):
        for signal in oldest_first:
            if signal.number in pairs.values():
                continue
            shared = {
                place: len(episode.keys & signal.episode.keys)
                for place, episode in enumerate(found)
                if place not in pairs and fits(episode, signal.episode)
            }
            best = max(shared.values(), default=0)
            if best:
                pairs[min(place for place, number in shared.items() if number == best)] = signal.number
    return pairs


def same(one: Episode, other: Episode) -> bool:
    """The same anchor, or without one the same beginning."""
    if one.anchor or other.anchor:
        return one.anchor == other.anchor
    return one.crossed_at == other.crossed_at


def overlap(one: Episode, other: Episode) -> bool:
    """In time."""
    return one.crossed_at < other.ends_at and other.crossed_at < one.ends_at
