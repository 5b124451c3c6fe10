"""How probable it is that two profiles are one person, beside the others that could be instead."""

from collections.abc import Iterable
from math import exp

from vangnet_linker.domain.linkage.weights import NAT

_MOST = 60.0  # nats; beyond it nothing changes


def odds(weight: int) -> float:
    """Of a weight with its prior."""
    return exp(max(-_MOST, min(_MOST, weight / NAT)))


def posterior(weight: int, rivals: Iterable[int]) -> float:
    """Between 0 and 1. `rivals`: weights of whoever cannot be the same person as this one. Two that weigh the same: at most a half."""
    mine = odds(weight)
    return mine / (1 + mine + sum(sorted(map(odds, rivals))))
