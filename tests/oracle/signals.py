"""Signals, by replay of the log: after every message all episodes of the person are compared with what stands."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vangnet_contract.messages import EventKey, EventRecord, PersonChanged, Tick
from vangnet_contract.policy import Policy

from tests.oracle.episodes import Episode, episodes


@dataclass(frozen=True)
class Signal:
    """What was last said about an episode. `number` counts the person's signals and names this one."""

    change: str
    at: datetime
    person: str
    number: int
    raised_at: datetime
    ended_at: datetime | None
    episode: Episode

    @property
    def crossed_at(self) -> datetime:
        return self.episode.times[0]


@dataclass
class Person:
    live: dict[EventKey, EventRecord] = field(default_factory=dict)
    standing: list[Signal] = field(default_factory=list)
    raised: int = 0


class Replay:
    """`persons` by (partition, id): each partition has Ticks of its own."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.persons: dict[str, Person] = {}
        self.tick: datetime | None = None

    def hear(self, message: PersonChanged | Tick) -> list[Signal]:
        """What is said after one message."""
        return self._pass_time(message.at) if isinstance(message, Tick) else self._change(message)

    def _change(self, message: PersonChanged) -> list[Signal]:
        person = self.persons.setdefault(message.person, Person())
        for record in message.removed:
            del person.live[record.event]
        for record in message.added:
            assert record.event not in person.live
            person.live[record.event] = record
        if message.more:
            return []
        withdrawn: list[Signal] = []
        others: list[Signal] = []
        for rule in self.policy.rules:
            found = episodes(person.live.values(), rule)
            of_rule = [s for s in person.standing if s.episode.rule == rule.id]
            pairs = matched(of_rule, found)
            for signal in of_rule:
                if signal.number not in pairs.values():
                    person.standing.remove(signal)
                    withdrawn.append(replace(signal, change="withdrawn", at=message.at))
            for place, episode in enumerate(found):
                signal = next((s for s in of_rule if s.number == pairs.get(place)), None)
                others += self._follow(person, message, signal, episode)
        if not person.live:
            del self.persons[message.person]
        return withdrawn + others

    def _follow(self, person: Person, message: PersonChanged, before: Signal | None, episode: Episode) -> list[Signal]:
        over = self.tick is not None and episode.ends_at <= self.tick
        said = []
        if before is None:
            if message.at - episode.times[-1] > timedelta(days=self.policy.region.signal_horizon_days):
                return []
            person.raised += 1
            now = Signal("raised", message.at, message.person, person.raised, message.at, None, episode)
            said.append(now)
        else:
            ended_at = episode.ends_at if before.ended_at and over else None
            now = replace(before, episode=episode, ended_at=ended_at)
            if told(now) != told(before):
                now = replace(now, change="updated", at=message.at)
                said.append(now)
        if over and now.ended_at is None:
            now = replace(now, change="ended", at=message.at, ended_at=episode.ends_at)
            said.append(now)
        person.standing = [s for s in person.standing if s.number != now.number] + [now]
        return said

    def _pass_time(self, at: datetime) -> list[Signal]:
        self.tick = at if self.tick is None else max(self.tick, at)
        said = []
        for _, person in sorted(self.persons.items()):
            for signal in sorted(person.standing, key=lambda s: s.number):
                if signal.ended_at is None and signal.episode.ends_at <= self.tick:
                    ended = replace(signal, change="ended", at=at, ended_at=signal.episode.ends_at)
                    person.standing[person.standing.index(signal)] = ended
                    said.append(ended)
        return said


def told(signal: Signal) -> tuple[object, ...]:
    """What a reader of the signal can see, but for the times at which it was said."""
    e = signal.episode
    return (e.times[0], signal.ended_at, e.lead, e.mode, e.municipalities, e.occurrences, e.events, e.evidence)


def matched(standing: list[Signal], found: list[Episode]) -> dict[int, int]:
    """Place of an episode → number of its signal.

    An episode that begins where a signal's began, and shares evidence with it, is that signal's. Of what is left each
    signal, oldest first (by crossing, then number), takes the episode that it shares most evidence with; of equals the first.
    """
    pairs: dict[int, int] = {}
    oldest_first = sorted(standing, key=lambda s: (s.crossed_at, s.number))
    for signal in oldest_first:
        for place, episode in enumerate(found):
            if place not in pairs and episode.times[0] == signal.crossed_at and episode.keys & signal.episode.keys:
                pairs[place] = signal.number
    for signal in oldest_first:
        if signal.number in pairs.values():
            continue
        shared = {p: len(e.keys & signal.episode.keys) for p, e in enumerate(found) if p not in pairs}
        best = max(shared.values(), default=0)
        if best:
            pairs[min(p for p, n in shared.items() if n == best)] = signal.number
    return pairs
