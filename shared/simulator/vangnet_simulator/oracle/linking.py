"""Who is one person, after each message: recomputed from nothing for everyone whom the message could touch.

Written from the contract (in view, corrections, retractions) and the decision on the four tokens. Times are UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations

Identity = frozenset[tuple[str, str]]  # (kind, value): the tokens in clear
Root = tuple[str, str]  # (source, root id)

STRENGTH = {"bsn": 4, "client": 3, "name": 2, "address": 1}


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
    """Everything that was sent and is still there. `live`, `of`, `having` and `held` save looking through everything."""

    wait_days: Callable[[str], int] = lambda partner: 0
    versions: dict[Root, list[Fact]] = field(default_factory=dict)
    gone: set[Root] = field(default_factory=set)
    live: dict[Root, Fact] = field(default_factory=dict)
    of: dict[Identity, set[Root]] = field(default_factory=dict)
    held: set[Root] = field(default_factory=set)
    having: dict[tuple[str, str], set[Identity]] = field(default_factory=dict)
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
        person = next(group for group in persons(self._reach({identity}) | {identity}) if identity in group)
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
            del self.births[identity]
            for token in identity:
                self.having[token].discard(identity)
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
                self.births.setdefault(fact.identity, self.count)
                for token in fact.identity:
                    self.having.setdefault(token, set()).add(fact.identity)

    def _persons(self, identities: set[Identity]) -> dict[int, list[Fact]]:
        found = {}
        for group in persons(identities):
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
        reached: set[Identity] = set()
        frontier = set(start)
        while frontier:
            near = set().union(*(self.having.get(token, set()) for identity in frontier for token in identity))
            frontier = near - reached
            reached |= near
        return reached


def persons(identities: set[Identity]) -> list[set[Identity]]:
    """Components of sure, uncontested agreement; those with several citizen numbers divided by the widest path."""
    edges = {frozenset(pair): sureness(*pair) for pair in combinations(identities, 2) if sureness(*pair)}
    kept = {pair: sure for pair, sure in edges.items() if not contested(pair, sure, edges)}
    return [part for group in joined(identities, kept) for part in divided(group, kept)]


def sureness(a: Identity, b: Identity) -> int:
    """Strength of the best token in common; 0 when something speaks against it."""
    if differ(a, b, "bsn") or not a & b:
        return 0
    best = max(STRENGTH[kind] for kind, _ in a & b)
    return 0 if best == 1 and differ(a, b, "name") else best


def differ(a: Identity, b: Identity, kind: str) -> bool:
    """Both have this kind, and not the same."""
    mine, theirs = {value for k, value in a if k == kind}, {value for k, value in b if k == kind}
    return bool(mine and theirs and not mine & theirs)


def two_people(a: Identity, b: Identity) -> bool:
    """Something says so."""
    return differ(a, b, "bsn") or (differ(a, b, "name") and sureness(a, b) < STRENGTH["client"])


def contested(pair: frozenset[Identity], sure: int, edges: dict[frozenset[Identity], int]) -> bool:
    """A rival agrees at least as well with one end, and is somebody else than the other end."""
    for end in pair:
        (other,) = pair - {end}
        for rival_pair, strength in edges.items():
            if end in rival_pair and rival_pair != pair and strength >= sure:
                (rival,) = rival_pair - {end}
                if two_people(rival, other):
                    return True
    return False


def joined(identities: set[Identity], edges: dict[frozenset[Identity], int]) -> list[set[Identity]]:
    """Connected components, by merging until nothing changes."""
    groups = [{identity} for identity in identities]
    for pair in edges:
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair]
        groups.append(set().union(*touched))
    return [group for group in groups if group]


def divided(group: set[Identity], edges: dict[frozenset[Identity], int]) -> list[set[Identity]]:
    """One part for each citizen number; who is equally near to two belongs to neither."""
    numbers = sorted({value for identity in group for kind, value in identity if kind == "bsn"})
    if len(numbers) < 2:
        return [group]
    holders = [{identity for identity in group if ("bsn", number) in identity} for number in numbers]
    parts = [set(part) for part in holders]
    nobodys = set()
    for identity in group - set().union(*holders):
        widths = [widest(identity, mine, group - (set().union(*holders) - mine), edges) for mine in holders]
        best = max(widths)
        if best and widths.count(best) == 1:
            parts[widths.index(best)].add(identity)
        else:
            nobodys.add(identity)
    return parts + joined(nobodys, {pair: sure for pair, sure in edges.items() if pair <= nobodys})


def widest(start: Identity, goals: set[Identity], through: set[Identity], edges: dict[frozenset[Identity], int]) -> int:
    """The strength of the weakest step of the best path; 0 = no path."""
    for strength in sorted(set(edges.values()), reverse=True):
        strong = {pair: sure for pair, sure in edges.items() if sure >= strength and pair <= through}
        if any(start in group and group & goals for group in joined(through, strong)):
            return strength
    return 0
