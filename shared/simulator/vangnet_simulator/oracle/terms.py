"""What the oracle of rules speaks about: the world, what was heard, what holds, episodes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from vangnet_simulator.oracle.counting import incidents, occurrences
from vangnet_simulator.oracle.linking import Fact, Root

NEVER = datetime.min.replace(tzinfo=UTC)
Plain = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """What rules need beside events. `senders(types, place)`: who may send these types about persons there, None = unknowable.

    `types`: every event type → (class, details). `waiting`: days that a partner's events about people not in view are held.
    """

    rules: list[Plain]
    types: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]]
    partners: list[Plain]
    matrix: list[tuple[str, set[str], str]]
    municipalities: list[str]
    waiting: Mapping[str, int]
    signal_horizon_days: int = 14
    care_days: int = 45
    gap_hours: int = 6
    max_hours: int = 24

    def cut(self, facts: Iterable[Fact]) -> list[list[Fact]]:
        """Occurrences."""
        return occurrences(incidents(facts), self.gap_hours, self.max_hours)

    def senders(self, types: set[str], place: str | None) -> set[str] | None:
        """Everyone whose silence leaves the question open."""
        if place not in self.municipalities:
            return None
        found = set()
        for partner in self.partners:
            if partner["covers"] and place not in partner["covers"]:
                continue
            for who, cell_types, admission in self.matrix:
                if who == partner["name"] and cell_types & types:
                    if admission == "aggregate-only":
                        return None
                    if admission == "allowed":
                        found.add(who)
        return found or None


@dataclass
class Heard:
    """The greatest Tick, and up to when each partner has delivered."""

    tick: datetime = NEVER
    up_to: dict[str, datetime] = field(default_factory=dict)

    def delivered(self, senders: set[str], t: datetime) -> bool:
        """Everyone, up to t."""
        return all(self.up_to.get(partner, NEVER) >= t for partner in senders)


@dataclass(frozen=True)
class Basis:
    """What holds at some time: occurrences as known then, and other events."""

    occurrences: tuple[tuple[Fact, ...], ...] = ()
    others: tuple[Fact, ...] = ()

    @property
    def facts(self) -> set[Fact]:
        return {*self.others, *(fact for group in self.occurrences for fact in group)}

    @property
    def lead(self) -> str | None:
        return max(self.facts, key=rank).municipality if self.facts else None


@dataclass(frozen=True)
class Episode:
    """`evidence`: (event, number of its occurrence or 0), in order. `basis`: what still counts at `last`."""

    rule: str
    crossed_at: datetime
    last: datetime
    ends_at: datetime
    basis: Basis
    evidence: tuple[tuple[Fact, int], ...]
    mode: str
    anchor: Root | None = None

    @property
    def keys(self) -> set[Root]:
        return {fact.root for fact, _ in self.evidence}

    @property
    def lead(self) -> str | None:
        return max((fact for fact, _ in self.evidence), key=rank).municipality

    @property
    def occurrences(self) -> int:
        return len(self.basis.occurrences)

    @property
    def events(self) -> int:
        return sum(map(len, self.basis.occurrences))


def rank(fact: Fact) -> tuple[datetime, Root]:
    """Order of events."""
    return fact.occurred_at, fact.root


def state(rule: Plain, place: str | None) -> str:
    """uit, schaduw or actief."""
    return str(rule["municipalities"].get(place, rule["default"])["state"])


def threshold(rule: Plain, place: str | None, own: int) -> int:
    """The municipality's, else the condition's own."""
    return int(rule["municipalities"].get(place, rule["default"]).get("threshold") or own)


def days(number: float) -> timedelta:
    """Elapsed time."""
    return timedelta(seconds=number * 86_400)
