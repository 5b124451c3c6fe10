"""Who is one person, after each message: recomputed from nothing for everyone whom the message could touch.

Written from the contract (in view, corrections, retractions); who is one person: joining.py. Times are UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from vangnet_simulator.oracle.joining import Identity, Joining

Root = tuple[str, str]  # (source, root id)


@dataclass(frozen=True)
class Fact:
    """One version of an event, as its partner sent it. `root` differs from (source, id) for corrections and retractions."""

    source: str
    id: str
    root: Root
    retracts: bool
    partner: str
    type: str
    event_class: str
    group: str | None
    occurred_at: datetime
    registered_at: datetime
    received_at: datetime
    municipality: str | None
    identity: Identity
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Seen:
    """Who is in view after a message. `persons`: everyone whom it could touch, with the events that count (may be none)."""

    at: datetime
    persons: dict[int, list[Fact]]


@dataclass
class People:
    """Everything that was sent and is still there. `live`, `of`, `having`, `near` and `held` save looking through everything."""

    joining: Joining
    wait_days: Callable[[str], int] = lambda partner: 0
    versions: dict[Root, list[Fact]] = field(default_factory=dict)
    gone: set[Root] = field(default_factory=set)
    live: dict[Root, Fact] = field(default_factory=dict)
    of: dict[Identity, set[Root]] = field(default_factory=dict)
    held: set[Root] = field(default_factory=set)
    having: dict[tuple[int, str], set[Identity]] = field(default_factory=dict)
    near: dict[Identity, set[Identity]] = field(default_factory=dict)
    births: dict[Identity, int] = field(default_factory=dict)
    count: int = 0

    def hear(self, fact: Fact) -> Seen:
        """One message that was accepted."""
        self.count += 1
        before = self.live.get(fact.root)
        versions = self.versions.setdefault(fact.root, [])
        if not any((version.source, version.id) == (fact.source, fact.id) for version in versions):
            versions.append(fact)
        return self._settle(fact.received_at, {fact.root}, {before.identity} if before and before.identity else set())

    def tick(self, at: datetime) -> Seen | None:
        """Held events that have waited long enough are destroyed."""
        due = [self.live[root] for root in self.held if self._waited(self.live[root], at)]
        self.gone |= {fact.root for fact in due}
        return self._settle(at, {fact.root for fact in due}, {fact.identity for fact in due}) if due else None

    def erase(self, identity: Identity, at: datetime) -> Seen:
        """Everything of whoever has this identity."""
        self.count += 1
        person = next(
            group for group in self.joining.persons(self._reach({identity}) | {identity}) if identity in group
        )
        erased = {fact.root for fact in self._facts(person)}
        self.gone |= erased
        return self._settle(at, erased, person)

    def in_view(self) -> dict[int, list[Fact]]:
        """Everyone in view now."""
        return {person: facts for person, facts in self._persons(set(self.births)).items() if facts}

    def _settle(self, at: datetime, roots: set[Root], touched: set[Identity]) -> Seen:
        old = {self.births[identity] for identity in self._reach(touched)}
        for root in roots:
            self._refresh(root)
            touched = touched | (
                {self.live[root].identity} if root in self.live and self.live[root].identity else set()
            )
        old |= {self.births[identity] for identity in self._reach(touched)}
        for identity in [known for known in touched if known in self.births and not self._facts({known})]:
            self._forget(identity)
        now = self._persons(self._reach(touched))
        return Seen(at, {person: now.get(person, []) for person in old | now.keys()})

    def _refresh(self, root: Root) -> None:
        if old := self.live.pop(root, None):
            self.of.get(old.identity, set()).discard(root)
            self.held.discard(root)
        versions = self.versions[root]
        arrived = any((fact.source, fact.id) == root for fact in versions)
        if arrived and root not in self.gone and not any(fact.retracts for fact in versions):
            fact = max(versions, key=lambda fact: (fact.registered_at, fact.id))
            fact = replace(fact, received_at=self._received(root))
            self.live[root] = fact
            if fact.identity:
                self.of.setdefault(fact.identity, set()).add(root)
                if fact.identity not in self.births:
                    self._know(fact.identity)

    def _know(self, identity: Identity) -> None:
        self.births[identity] = self.count
        candidates = set().union(*(self.having.get(token, set()) for token in identity))
        self.near[identity] = {other for other in candidates if self.joining.is_edge(identity, other)}
        for other in self.near[identity]:
            self.near[other].add(identity)
        for token in identity:
            self.having.setdefault(token, set()).add(identity)

    def _forget(self, identity: Identity) -> None:
        del self.births[identity]
        for other in self.near.pop(identity):
            self.near[other].discard(identity)
        for token in identity:
            self.having[token].discard(identity)

    def _persons(self, identities: set[Identity]) -> dict[int, list[Fact]]:
        found = {}
        for group in self.joining.persons(identities):
            facts = self._facts(group)
            opened = any(fact.event_class in ("incident", "request") for fact in facts)
            found[min(self.births[identity] for identity in group)] = facts if opened else []
            roots = {fact.root for fact in facts}
            self.held = self.held - roots if opened else self.held | roots
        return found

    def _facts(self, identities: set[Identity]) -> list[Fact]:
        return [self.live[root] for identity in identities for root in self.of.get(identity, ())]

    def _waited(self, fact: Fact, at: datetime) -> bool:
        return self._received(fact.root) + timedelta(days=self.wait_days(fact.partner)) <= at

    def _received(self, root: Root) -> datetime:
        """When the root was: corrections do not make an event newer."""
        return next(v.received_at for v in self.versions[root] if (v.source, v.id) == root)

    def _reach(self, start: set[Identity]) -> set[Identity]:
        reached = {identity for identity in start if identity in self.births}
        frontier = set(reached)
        while frontier:
            frontier = set().union(*(self.near[identity] for identity in frontier)) - reached
            reached |= frontier
        return reached
