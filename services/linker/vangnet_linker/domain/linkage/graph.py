"""The graph of identity profiles, and the one operation on it: change an input, and see whose person is another.

Inputs are events (each about one profile, or no longer) and link decisions (two events that are not about one person).
Everything else follows from the inputs as they are now: edges from the profiles at both ends and their neighbours, persons
from the edges. Add, correct, retract, expire, merge, split and "not one person" are all `change`.
"""

import sys
from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations
from typing import Generic, NamedTuple, TypeVar

from vangnet_linker.domain.linkage.division import Edge
from vangnet_linker.domain.linkage.index import TokenIndex
from vangnet_linker.domain.linkage.neighbourhood import Linking, Neighbourhood, Working
from vangnet_linker.domain.linkage.pattern import CLIENT, Profile
from vangnet_linker.domain.linkage.weights import Table

K = TypeVar("K", bound=Hashable)
"""Key of an event or a decision."""


class AboutProfile(NamedTuple, Generic[K]):
    """An event is about whoever has this profile; None: about nobody any more. `order`: when it was accepted."""

    event: K
    profile: Profile | None
    order: int = 0


class NotOnePerson(NamedTuple, Generic[K]):
    """A desk's decision, or with `events` None its revocation."""

    decision: K
    events: tuple[K, K] | None


class Node(Generic[K]):
    """A profile in the graph, with the events that are about it now."""

    def __init__(self, birth: int, identity: Hashable) -> None:
        self.birth, self.identity = birth, identity
        self.events: dict[K, int] = {}

    @property
    def age(self) -> tuple[int, int]:
        """The earliest accepted comes first."""
        return min(self.events.values()), self.birth


class Graph(Generic[K]):
    """Profiles, edges and persons, kept as the inputs change. Not thread-safe."""

    def __init__(self, table: Table, working: Working, most_sharing: int = sys.maxsize) -> None:
        self._linking = Linking(table, working)
        self._profiles: dict[int, Profile] = {}
        self._near: dict[int, dict[int, int]] = {}  # candidate → weight with the prior
        self._about = Neighbourhood(self._linking, self._profiles, self._near)
        self._index = TokenIndex(most_sharing)
        self._nodes: dict[int, Node[K]] = {}
        self._births: dict[Hashable, int] = {}
        self._by_event: dict[K, int] = {}
        self._decisions: dict[K, tuple[K, K]] = {}
        self._shown: dict[K, K] = {}
        self._person: dict[int, int] = {}
        self._members: dict[int, set[int]] = {}
        self._next = 0

    def change(self, inputs: Iterable[AboutProfile[K] | NotOnePerson[K]]) -> dict[K, tuple[K | None, K | None]]:
        """Apply inputs together. Returns event → (person before, person now) for every event whose person is another."""
        touched: set[int] = set()
        named: set[K] = set()
        for given in inputs:
            if isinstance(given, AboutProfile):
                named.add(given.event)
                touched |= self._move(given)
            else:
                touched |= self._decide(given)
        pairs = (pair for pair in self._decisions.values() if self._all_live(pair))
        self._about.begin({frozenset(self._by_event[key] for key in pair) for pair in pairs})
        return dict(self._compared(named | self._regroup(self._around(touched))))

    def _compared(self, events: set[K]) -> Iterator[tuple[K, tuple[K | None, K | None]]]:
        for event in events:
            before, now = self._shown.get(event), self.person_of(event)
            if before != now:
                yield event, (before, now)
            if now is None:
                self._shown.pop(event, None)
            else:
                self._shown[event] = now

    def person_of(self, event: K) -> K | None:
        """The person of an event, named by the earliest event of it; None when the event is about nobody."""
        birth = self._by_event.get(event)
        return None if birth is None else self._name(self._person[birth])

    def persons(self) -> list[frozenset[K]]:
        """The events of each person."""
        return [
            frozenset(event for birth in members for event in self._nodes[birth].events)
            for members in self._members.values()
        ]

    def event_edges(self) -> Iterator[tuple[K, K, float, bool]]:
        """Pairs of events of two profiles that are candidates, and of one profile: posterior, and whether it is sure."""
        for a, node in self._nodes.items():
            yield from ((one, other, 1.0, True) for one, other in combinations(node.events, 2))
            for b, weight in self._near[a].items():
                if a < b:
                    chance, is_sure = self._about.chance(a, b, weight), self._about.is_sure(a, b, weight)
                    yield from ((one, other, chance, is_sure) for one in node.events for other in self._nodes[b].events)

    def _all_live(self, pair: tuple[K, K]) -> bool:
        return all(key in self._by_event for key in pair)

    def _name(self, person: int) -> K:
        oldest = min((self._nodes[birth] for birth in self._members[person]), key=lambda node: node.age)
        return min(oldest.events, key=lambda event: (oldest.events[event], str(event)))

    # inputs

    def _move(self, given: AboutProfile[K]) -> set[int]:
        touched: set[int] = set()
        old = self._by_event.pop(given.event, None)
        if old is not None:
            del self._nodes[old].events[given.event]
            touched.add(old)
        if given.profile is not None:
            node = self._node(given.profile)
            node.events[given.event] = given.order
            self._by_event[given.event] = node.birth
            touched.add(node.birth)
        if old is not None and not self._nodes[old].events:
            touched |= self._drop(old)
        return touched

    def _decide(self, given: NotOnePerson[K]) -> set[int]:
        pair = self._decisions.pop(given.decision, ())
        if given.events is not None:
            self._decisions[given.decision] = given.events
        keys = {*pair, *(given.events or ())}
        return {self._by_event[key] for key in keys if key in self._by_event}

    def _node(self, profile: Profile) -> Node[K]:
        identity = (profile.partner if CLIENT in profile.tokens else "", frozenset(profile.tokens.items()))
        birth = self._births.get(identity)
        if birth is None:
            birth = self._births[identity] = self._next
            self._next += 1
            self._nodes[birth] = Node(birth, identity)
            self._connect(birth, profile)
        return self._nodes[birth]

    def _connect(self, birth: int, profile: Profile) -> None:
        self._profiles[birth], self._near[birth] = profile, {}
        for other in self._index.candidates(profile):
            weight = self._linking.weigh(profile, self._profiles[other])
            self._near[birth][other] = self._near[other][birth] = weight
        self._index.add(birth, profile)
        self._person[birth] = birth
        self._members[birth] = {birth}

    def _drop(self, birth: int) -> set[int]:
        del self._births[self._nodes[birth].identity]
        self._index.remove(birth, self._profiles[birth])
        for other in self._near[birth]:
            del self._near[other][birth]
        return {birth, *self._near[birth]}

    # what follows from them

    def _around(self, touched: set[int]) -> set[int]:
        """Whoever may have another person now: an edge depends on its ends, their neighbours and who is apart from whom."""
        near = {other for birth in touched if birth in self._nodes for other in self._near[birth]}
        return touched | near

    def _regroup(self, births: set[int]) -> set[K]:
        """Find the persons around these anew. Returns the events of all that were looked at."""
        old = {self._person[birth] for birth in births}
        left = births.union(*(self._members[person] for person in old))
        self._forget_empty(left)
        left, sure = self._reach(left)
        for person in {self._person[birth] for birth in left} | old:
            self._members.pop(person, None)
        for part in self._about.parts(left, sure):
            self._members[min(part)] = part
            self._person.update(dict.fromkeys(part, min(part)))
        return {event for birth in left for event in self._nodes[birth].events}

    def _forget_empty(self, births: set[int]) -> None:
        for birth in [birth for birth in births if not self._nodes[birth].events]:
            del self._nodes[birth], self._profiles[birth], self._near[birth]
            births.discard(birth)
            self._members[self._person.pop(birth)].discard(birth)

    def _reach(self, births: set[int]) -> tuple[set[int], dict[int, list[Edge]]]:
        """These and everyone whom sure edges reach from them, or who is in one person with somebody reached."""
        sure: dict[int, list[Edge]] = {}
        left = list(births)
        for birth in left:
            if birth not in sure:
                sure[birth] = self._about.sure_edges(birth)
                left += [edge.b for edge in sure[birth]]
                left += self._members[self._person[birth]]
        return set(left), sure
