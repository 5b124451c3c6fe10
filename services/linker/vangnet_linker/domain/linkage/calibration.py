"""The prior of a deployment without labels: how often a record is about somebody known, from the weights alone (EM, Saerens)."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log

from vangnet_linker.domain.linkage.posterior import odds
from vangnet_linker.domain.linkage.weights import NAT

ROUNDS = 100
LOWEST = 0.5  # two that are equally probable are never sure


def prior_of_pairs(weights: Mapping[int, int], pairs: int) -> int:
    """`weights`: how many candidate pairs weigh so much, without a prior; `pairs`: of all profiles with each other."""
    matches = float(max(1, sum(weights.values()) // 2))
    for _ in range(ROUNDS):
        before = log(matches / max(pairs - matches, 1.0))
        matches = max(0.5, sum(n / (1 + 1 / odds(weight + round(NAT * before))) for weight, n in weights.items()))
    return round(NAT * log(matches / max(pairs - matches, 1.0)))


def share_known(queries: Sequence[Sequence[int]], persons: int) -> float:
    """The share of queries whose person is among so many. `queries`: the weights of each one's candidates, without a prior."""
    known = 0.5
    ratios = [sum(exp(min(60.0, weight / NAT - log(persons))) for weight in sorted(weights)) for weights in queries]
    for _ in range(ROUNDS):
        found = sum(known * ratio / (1 - known + known * ratio) for ratio in ratios)
        known = min(0.999, max(0.001, found / max(len(queries), 1)))
    return known


def threshold(chances: Iterable[float], promised: float) -> float:
    """The lowest posterior at which those at or above it are right so often in the mean; at least one half, at most `promised`."""
    best, total = promised, 0.0
    for n, chance in enumerate(sorted(chances, reverse=True), 1):
        total += chance
        if chance <= LOWEST:
            break
        if total / n >= promised:
            best = min(best, chance)
    return best
