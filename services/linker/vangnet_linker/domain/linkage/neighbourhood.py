"""Which edges between profiles are sure, and who is one person by them: a function of the profiles as they are now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from hashlib import blake2b
from itertools import combinations
from math import ceil, log
from typing import NamedTuple

import msgspec
from vangnet_contract.policy import Policy

from vangnet_linker.domain.linkage.division import Edge, divide
from vangnet_linker.domain.linkage.pattern import BSN, CLIENT, Profile, compare, only_given_names_differ
from vangnet_linker.domain.linkage.posterior import posterior
from vangnet_linker.domain.linkage.weights import NAT, SAME_CLIENT, Table, prior, shipped

MOST_REMEMBERED = 500_000
"""Pairs of which it is remembered whether they are two people."""


class Working(NamedTuple):
    """What the policy sets. `prior` in hundredths of a nat; `sure` and `tentative` are posteriors."""

    prior: int
    sure: float = 0.95
    tentative: float = 0.3

    @property
    def faint(self) -> int:
        """Candidates that weigh less are not even tentative: they neither join, nor contest what others join."""
        return _weight_at(self.tentative)

    @property
    def enough(self) -> int:
        """What an edge must weigh at least to be sure."""
        return _weight_at(self.sure)


def _weight_at(chance: float) -> int:
    return ceil(NAT * log(chance / (1 - chance)))


class Linking(NamedTuple):
    """How profiles are weighed. `mark` names table and working: another one says that persons may be others."""

    table: Table
    working: Working
    mark: int = 0

    def weigh(self, a: Profile, b: Profile) -> int:
        """The weight of two profiles, with the prior."""
        return self.table.weigh(compare(a, b)) + self.working.prior

    def edge(self, a: Profile, b: Profile) -> int | None:
        """Their weight, where it is not faint."""
        weight = self.weigh(a, b)
        return weight if weight >= self.working.faint else None


KEPT = "objections"
"""What a profile keeps since it was last another: what an earlier version kept is looked at anew."""


def linking_of(policy: Policy) -> Linking:
    """What the policy says of it."""
    linkage = policy.region.linkage
    start = prior(linkage.known, linkage.persons)
    table, working = shipped().tables[linkage.table], Working(start, linkage.sure, linkage.tentative)
    named = blake2b(msgspec.msgpack.encode((table, working, KEPT)), digest_size=8)
    return Linking(table, working, int.from_bytes(named.digest(), signed=True))


class Neighbourhood:
    """Profiles, the candidates of each with their weights, and pairs that were decided to be two people.

    The mappings may change between one `begin` and the next; a number always means the same profile.
    """

    def __init__(
        self, linking: Linking, profiles: Mapping[int, Profile], near: Mapping[int, Mapping[int, int]]
    ) -> None:
        self._table, self._working, _ = linking
        self._faint, self._enough = linking.working.faint, linking.working.enough
        self._profiles, self._near = profiles, near
        self._decided: Set[frozenset[int]] = frozenset()
        self._foes: dict[int, list[int]] = {}
        self._two_people: dict[tuple[int, int], bool] = {}

    def begin(self, decided: Set[frozenset[int]]) -> None:
        """The mappings are as they will be asked about."""
        self._decided, self._foes = decided, {}
        if len(self._two_people) > MOST_REMEMBERED:
            self._two_people.clear()

    def parts(self, births: Set[int], sure: Mapping[int, list[Edge]]) -> Iterator[set[int]]:
        """The persons among these, which sure edges do not leave."""
        for component in components(births, {birth: [edge.b for edge in edges] for birth, edges in sure.items()}):
            foes: dict[int, set[int]] = defaultdict(set)
            for a, b in combinations(sorted(component), 2):
                if self.apart(a, b):
                    foes[a].add(b)
                    foes[b].add(a)
            edges = [edge for birth in component for edge in sure[birth] if edge.a < edge.b]
            yield from divide(sorted(component), edges, {birth: frozenset(others) for birth, others in foes.items()})

    def sure_edges(self, birth: int) -> list[Edge]:
        """To whom it surely belongs, as far as its neighbours say."""
        near = self._near[birth]
        return [Edge(weight, birth, other) for other, weight in near.items() if self.is_sure(birth, other, weight)]

    def is_sure(self, a: int, b: int, weight: int) -> bool:
        """Whether an edge of that weight joins. A tie between people who are known to be two never does."""
        if weight < self._enough or self.apart(a, b):
            return False
        if weight >= SAME_CLIENT + self._working.prior or not (self._rivals(a, b) or self._rivals(b, a)):
            return True
        return self.chance(a, b, weight) >= self._working.sure

    def chance(self, a: int, b: int, weight: int) -> float:
        """How probably they are one, beside whoever else either of them could be."""
        return min(posterior(weight, self._rivals(a, b)), posterior(weight, self._rivals(b, a)))

    def could_be_another(self, birth: int) -> bool:
        """Whether there is anyone whom it may be, surely or not."""
        return any(
            weight >= self._faint and not self.apart(birth, other) for other, weight in self._near[birth].items()
        )

    def apart(self, a: int, b: int) -> bool:
        """Known to be two people: other citizen numbers, a decision, or where twins are to be expected all but the given names equal."""
        pair = (a, b) if a < b else (b, a)
        known = self._two_people.get(pair)
        if known is None:
            known = self._two_people[pair] = self._differ(a, b)
        return known or (bool(self._decided) and frozenset(pair) in self._decided)

    def _differ(self, a: int, b: int) -> bool:
        pattern = compare(self._profiles[a], self._profiles[b])
        if pattern.differs(BSN):
            return True
        if not self._table.twins or pattern.agrees(BSN) or pattern.agrees(CLIENT):
            return False
        return only_given_names_differ(pattern)

    def _rivals(self, end: int, other: int) -> list[int]:
        """Weights of whoever could be `end` instead of `other`, because they are known not to be `other`."""
        near = self._near[end]
        return [near[foe] for foe in self._foes_around(other) if near.get(foe, self._faint - 1) >= self._faint]

    def _foes_around(self, birth: int) -> list[int]:
        """Those among the neighbours of its neighbours who are known to be somebody else."""
        if birth not in self._foes:
            around = {far for near in self._edges(birth) for far in self._edges(near)} - {birth}
            self._foes[birth] = [far for far in sorted(around) if self.apart(birth, far)]
        return self._foes[birth]

    def _edges(self, birth: int) -> Iterator[int]:
        return (other for other, weight in self._near[birth].items() if weight >= self._faint)


def components(births: Iterable[int], near: Mapping[int, Iterable[int]]) -> Iterator[set[int]]:
    """These, grouped by who reaches whom."""
    left = set(births)
    while left:
        reached = [left.pop()]
        for birth in reached:
            fresh = set(near[birth]) & left
            left -= fresh
            reached += fresh
        yield set(reached)
