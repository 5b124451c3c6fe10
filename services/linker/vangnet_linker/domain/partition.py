"""Persons as components of sure edges: a pure function of the profiles as they are now, never of their history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vangnet_linker.domain.profile import BSN, Token, contradict, kinds, known_to_differ, weight

Tokens = Mapping[int, frozenset[Token]]  # by birth
Edges = Mapping[int, Mapping[int, int]]  # birth → birth → weight, both ways


class Place(NamedTuple):
    """Where a profile belongs: the earliest birth of its person; tentative = alone, though something points elsewhere."""

    group: int
    tentative: bool


def partition(tokens: Tokens) -> dict[int, Place]:
    """The person of each profile.

    Two profiles are joined by an edge that is sure and not contested. An edge is contested while a rival of one end
    agrees at least as well with it and is known to differ from the other end: a tie joins nobody. A component that
    holds several citizen numbers is divided among them by the widest path.
    """
    if len(tokens) == 1:  # most people: nobody shares a token with them
        return {birth: Place(birth, tentative=False) for birth in tokens}
    edges = _edges(tokens)
    sure = {a: {b: w for b, w in near.items() if not _contested(a, b, w, edges, tokens)} for a, near in edges.items()}
    groups = [part for group in _components(tokens, sure) for part in _divided(group, sure, tokens)]
    return {
        birth: Place(min(group), tentative=len(group) == 1 and _could_be_another(birth, tokens))
        for group in groups
        for birth in group
    }


def components(tokens: Tokens) -> list[set[int]]:
    """Profiles that share tokens, however indirectly: the reach of any change."""
    if len(tokens) == 1:
        return [set(tokens)]
    return _components(tokens, {birth: dict.fromkeys(_neighbours(birth, tokens), 1) for birth in tokens})


def _edges(tokens: Tokens) -> dict[int, dict[int, int]]:
    edges: dict[int, dict[int, int]] = {birth: {} for birth in tokens}
    for birth in tokens:
        for other in _neighbours(birth, tokens):
            if w := weight(tokens[birth], tokens[other]):
                edges[birth][other] = w
    return edges


def _neighbours(birth: int, tokens: Tokens) -> list[int]:
    mine = tokens[birth]
    return [other for other, theirs in tokens.items() if other != birth and not mine.isdisjoint(theirs)]


def _could_be_another(birth: int, tokens: Tokens) -> bool:
    return any(not contradict(tokens[birth], tokens[other], BSN) for other in _neighbours(birth, tokens))


def _contested(a: int, b: int, w: int, edges: Edges, tokens: Tokens) -> bool:
    return _has_rival(a, b, w, edges, tokens) or _has_rival(b, a, w, edges, tokens)


def _has_rival(end: int, other: int, w: int, edges: Edges, tokens: Tokens) -> bool:
    return any(
        strength >= w and rival != other and known_to_differ(tokens[rival], tokens[other])
        for rival, strength in edges[end].items()
    )


def _components(births: Iterable[int], edges: Edges) -> list[set[int]]:
    left = set(births)
    found = []
    while left:
        reached = {min(left)}
        frontier = list(reached)
        while frontier:
            for other in edges[frontier.pop()]:
                if other not in reached:
                    reached.add(other)
                    frontier.append(other)
        left -= reached
        found.append(reached)
    return found


def _divided(group: set[int], sure: Edges, tokens: Tokens) -> list[set[int]]:
    """The group itself, or one part for each citizen number in it and parts for the profiles that none can claim."""
    numbers = _number_groups(group, tokens)
    if len(numbers) < 2:
        return [group]
    reach = [_widest(seeds, group, sure, set().union(*numbers) - seeds) for seeds in numbers]
    parts = [set(seeds) for seeds in numbers]
    unclaimed = set()
    for birth in group.difference(*numbers):
        widths = [widest.get(birth, 0) for widest in reach]
        best = max(widths)
        if best and widths.count(best) == 1:
            parts[widths.index(best)].add(birth)
        else:
            unclaimed.add(birth)
    among = {birth: {b: w for b, w in sure[birth].items() if b in unclaimed} for birth in unclaimed}
    return parts + _components(unclaimed, among)


def _number_groups(group: set[int], tokens: Tokens) -> list[set[int]]:
    """The profiles with a citizen number, those of one number together; none when no two numbers are known to differ."""
    seeds = {birth for birth in group if kinds(tokens[birth], BSN)}
    if not any(contradict(tokens[a], tokens[b], BSN) for a in seeds for b in seeds if a < b):
        return []
    same = {a: {b: 1 for b in seeds if b != a and kinds(tokens[a] & tokens[b], BSN)} for a in seeds}
    return sorted(_components(seeds, same), key=min)


def _widest(seeds: set[int], group: set[int], sure: Edges, barred: set[int]) -> dict[int, int]:
    """For each profile the weakest edge of the strongest path to one of the seeds, through no other number."""
    width: dict[int, int] = defaultdict(int)
    frontier = [(seed, 99) for seed in sorted(seeds)]
    while frontier:
        birth, so_far = frontier.pop()
        for other, w in sure[birth].items():
            reached = min(so_far, w)
            if other in group and other not in barred and other not in seeds and reached > width[other]:
                width[other] = reached
                frontier.append((other, reached))
    return width
