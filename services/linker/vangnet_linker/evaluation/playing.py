"""Records through the linkage: everyone with everyone, or each against a register."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vangnet_linker.domain.linkage.calibration import prior_of_pairs, share_known, threshold
from vangnet_linker.domain.linkage.graph import AboutProfile, Graph
from vangnet_linker.domain.linkage.index import TokenIndex
from vangnet_linker.domain.linkage.neighbourhood import Working
from vangnet_linker.domain.linkage.pattern import Pattern, Profile, compare
from vangnet_linker.domain.linkage.posterior import odds, posterior
from vangnet_linker.domain.linkage.weights import MOST, NEVER, Table, prior


class Linked(NamedTuple):
    """The person of each record, in the order of the records; and each pair of candidates: places, posterior, sure."""

    persons: list[int]
    edges: list[tuple[int, int, float, bool]]


def link(profiles: Sequence[Profile], order: Sequence[int], table: Table, working: Working) -> Linked:
    """Every record is an event about its profile; they come in this order, one by one. Without tokens it is about nobody."""
    graph: Graph[int] = Graph(table, working)
    for place in order:
        graph.change([AboutProfile(place, profiles[place] if profiles[place].tokens else None)])
    persons = [-1 - place for place in range(len(profiles))]
    for number, events in enumerate(graph.persons()):
        for place in events:
            persons[place] = number
    return Linked(persons, list(graph.event_edges()))


def candidate_pairs(profiles: Sequence[Profile], register: int) -> Iterator[tuple[int, int, Pattern]]:
    """Places (earlier, later) of records that share a token. With a register: only of a record in it and one behind it."""
    index = TokenIndex()
    for place, profile in enumerate(profiles):
        if place >= register:
            for other in index.candidates(profile):
                yield other, place, compare(profiles[other], profile)
        if not register or place < register:
            index.add(place, profile)


class Decision(NamedTuple):
    """What becomes of a record: the one in the register that it is most probably about, and how probably. A tie is refused."""

    place: int
    best: int | None
    chance: float


def decide(profiles: Sequence[Profile], register: int, table: Table, known: float) -> list[Decision]:
    """One decision for each record behind the register: each of them by itself."""
    start = prior(known, register)
    found: dict[int, list[tuple[int, int]]] = {place: [] for place in range(register, len(profiles))}
    for other, place, pattern in candidate_pairs(profiles, register):
        found[place].append((table.weigh(pattern) + start, other))
    return [_decision(place, weighed) for place, weighed in found.items()]


def _decision(place: int, weighed: list[tuple[int, int]]) -> Decision:
    if not weighed:
        return Decision(place, None, 0.0)
    weighed.sort(reverse=True)
    (weight, best), others = weighed[0], weighed[1:]
    tied = bool(others) and others[0][0] == weight
    mine = odds(weight)
    return Decision(place, None if tied else best, mine / (1 + mine + sum(odds(other) for other, _ in others)))


def calibrated(profiles: Sequence[Profile], table: Table, promised: float) -> Working:
    """The prior of a pair, and the threshold that keeps the promised precision, from the patterns of all candidates."""
    weights = Counter(table.weigh(pattern) for _, _, pattern in candidate_pairs(profiles, 0))
    start = prior_of_pairs(weights, len(profiles) * (len(profiles) - 1) // 2)
    return Working(start, threshold((posterior(weight + start, ()) for weight in weights.elements()), promised))


def calibrated_share(profiles: Sequence[Profile], register: int, table: Table) -> float:
    """The share of queries that are known, from the patterns of all candidates."""
    found: dict[int, list[int]] = {place: [] for place in range(register, len(profiles))}
    for _, place, pattern in candidate_pairs(profiles, register):
        found[place].append(max(NEVER, min(MOST, table.weigh(pattern))))
    return share_known(list(found.values()), register)
