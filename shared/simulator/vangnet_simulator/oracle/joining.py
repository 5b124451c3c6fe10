"""Who is one person, in plain loops over everybody: what two identities weigh, whether that is sure, and who cannot be together.

Written from linkage's decisions (0015, 0021), with the shipped weights. Slow and obvious; the linker is compared with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import exp, log

import msgspec
from vangnet_contract.policy import Policy
from vangnet_contract.weights import weights_json

Identity = frozenset[tuple[int, str]]  # (kind, text): the tokens in clear
Pair = frozenset[Identity]
Edges = dict[Pair, int]

BSN, CLIENT = 1, 2
SAME_BSN, SAME_CLIENT, OTHER_CLIENT, MOST = 1_000_000, 500_000, -300, 100_000  # hundredths of a nat
GIVEN = {11, 13, 15, 18, 22, 23, 24, 25, 26, 29}
"""Kinds that hold the given name."""


class Table(msgspec.Struct, rename="camel"):
    """What agreement and difference of kinds weighs."""

    base: int
    agree: dict[str, int]
    differ: dict[str, int]
    together: dict[str, int]
    twins: bool


class Tables(msgspec.Struct):
    """The file."""

    tables: dict[str, Table]


@dataclass
class Joining:
    """Weights and what the policy sets. `start`: what every pair has beforehand."""

    table: Table
    start: int
    sure: float = 0.95
    tentative: float = 0.3
    weighed: dict[tuple[frozenset[int], frozenset[int]], int] = field(default_factory=dict)

    def persons(self, identities: set[Identity]) -> list[set[Identity]]:
        """Everybody once."""
        edges = {frozenset(pair): self.weight(*pair) for pair in combinations(identities, 2) if self.is_edge(*pair)}
        kept = {pair: weight for pair, weight in edges.items() if self.is_sure(pair, weight, edges)}
        return [
            part
            for group in joined([{identity} for identity in identities], kept)
            for part in self.divided(group, kept)
        ]

    def is_edge(self, a: Identity, b: Identity) -> bool:
        """They may be one person."""
        return probability(self.weight(a, b), []) >= self.tentative

    def weight(self, a: Identity, b: Identity) -> int:
        """With what every pair has beforehand."""
        agree, differ = compared(a, b)
        if (agree, differ) not in self.weighed:
            self.weighed[agree, differ] = self._weigh(agree, differ)
        return self.weighed[agree, differ] + self.start

    def _weigh(self, agree: frozenset[int], differ: frozenset[int]) -> int:
        if BSN in differ:
            return -SAME_BSN
        if BSN in agree:
            return SAME_BSN
        if CLIENT in agree:
            return SAME_CLIENT
        if not agree:
            return -MOST
        learned = self.table.base + sum(self.table.agree.get(str(kind), 0) for kind in agree)
        learned += sum(self.table.differ.get(str(kind), 0) for kind in differ)
        learned += sum(self.table.together.get(f"{a}+{b}", 0) for a, b in combinations(sorted(agree), 2))
        return max(-MOST, min(MOST, learned + (OTHER_CLIENT if CLIENT in differ else 0)))

    def is_sure(self, pair: Pair, weight: int, edges: Edges) -> bool:
        """Probable enough, also beside everyone else whom either of them could be."""
        a, b = pair
        if self.two_people(a, b) or probability(weight, []) < self.sure:
            return False
        if weight >= SAME_CLIENT + self.start:
            return True
        return all(probability(weight, self.rivals(end, pair, edges)) >= self.sure for end in pair)

    def rivals(self, end: Identity, pair: Pair, edges: Edges) -> list[int]:
        """What others weigh with one end who are somebody else than the other end."""
        (other,) = pair - {end}
        found = []
        for rival_pair, weight in edges.items():
            if end in rival_pair and rival_pair != pair:
                (rival,) = rival_pair - {end}
                found += [weight] if self.two_people(rival, other) else []
        return found

    def two_people(self, a: Identity, b: Identity) -> bool:
        """Other citizen numbers; or all but the given names is equal, and nothing says that it is a slip of the pen."""
        agree, differ = compared(a, b)
        if BSN in differ:
            return True
        if not self.table.twins or agree & {BSN, CLIENT}:
            return False
        return bool(agree & {16, 21} and differ & GIVEN and not agree & GIVEN)

    def divided(self, group: set[Identity], edges: Edges) -> list[set[Identity]]:
        """Strongest edges first, never across two people; who is between two sides joins neither, now or later."""
        parts = [{identity} for identity in group]
        barred = {frozenset(pair) for pair in combinations(group, 2) if self.two_people(*pair)}
        for weight in sorted({edges[pair] for pair in edges if pair <= group}, reverse=True):
            alike = {pair: weight for pair in edges if pair <= group and edges[pair] == weight}
            for cluster in clusters(parts, alike):
                parts = [part for part in parts if part not in cluster] + list(settled(cluster, alike, barred))
        return parts


def joining_of(policy: Policy) -> Joining:
    """With the table and the odds of a policy."""
    linkage = policy.region.linkage
    table = msgspec.json.decode(weights_json(), type=Tables).tables[linkage.table]
    start = round(100 * log(linkage.known / (1 - linkage.known) / linkage.persons))
    return Joining(table, start, linkage.sure, linkage.tentative)


def compared(a: Identity, b: Identity) -> tuple[frozenset[int], frozenset[int]]:
    """Kinds that agree; kinds that both have and that differ. Client numbers of two partners say nothing."""
    mine, theirs = dict(a), dict(b)
    both = mine.keys() & theirs.keys()
    if CLIENT in both and mine[CLIENT].split("|")[2] != theirs[CLIENT].split("|")[2]:
        both -= {CLIENT}
    agree = frozenset(kind for kind in both if mine[kind] == theirs[kind])
    return agree, frozenset(both) - agree


def probability(weight: int, rivals: list[int]) -> float:
    """That it is this one and not one of the rivals, or nobody known."""
    mine, *others = (exp(max(-60.0, min(60.0, one / 100))) for one in [weight, *sorted(rivals)])
    return mine / (1 + mine + sum(others))


def settled(cluster: list[set[Identity]], alike: Edges, barred: set[Pair]) -> Iterator[set[Identity]]:
    """All one, when nobody in it is barred; else the sides by themselves and those between by themselves."""
    sides = [part for part in cluster if any(bars(part, other, barred) for other in cluster)]
    between = [part for part in cluster if part not in sides]
    if not sides:
        yield set().union(*cluster)
        return
    barred |= {frozenset((a, b)) for one in between for side in sides for a in one for b in side}
    for parts in (sides, between):
        for inner in [*clusters(parts, alike), *([part] for part in parts if not touched(part, parts, alike))]:
            if any(bars(a, b, barred) for a, b in combinations(inner, 2)):
                yield from inner
            else:
                yield set().union(*inner)


def touched(part: set[Identity], parts: list[set[Identity]], edges: Edges) -> bool:
    """Whether an edge leads from it to another of the parts."""
    return any(pair & part and pair & other for other in parts if other is not part for pair in edges)


def bars(a: set[Identity], b: set[Identity], barred: set[Pair]) -> bool:
    """Whether anyone of one may not come to anyone of the other."""
    return a is not b and any(frozenset((one, other)) in barred for one in a for other in b)


def clusters(parts: list[set[Identity]], edges: Edges) -> list[list[set[Identity]]]:
    """Parts that edges connect, two or more at a time."""
    found = [[part for part in parts if part <= group] for group in joined(parts, edges)]
    return [cluster for cluster in found if len(cluster) > 1]


def joined(parts: list[set[Identity]], edges: Edges) -> list[set[Identity]]:
    """By merging until nothing changes. Edges that lead out of the parts are left out."""
    groups = [set(part) for part in parts]
    for pair in edges:
        near = [group for group in groups if group & pair]
        if len(set().union(*near) & pair) == len(pair):
            groups = [group for group in groups if not group & pair] + [set().union(*near)]
    return groups
