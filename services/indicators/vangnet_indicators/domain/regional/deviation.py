"""Whether a municipality had unusually many reports in a week."""

from collections.abc import Sequence
from math import sqrt

from vangnet_contract.policy.rules import AreaDeviation


def area_deviation(weekly: Sequence[int], condition: AreaDeviation, at_least: int) -> bool:
    """`weekly`: `weeks` counts to compare with, then that of the week itself."""
    *before, n = weekly
    m = mean(before)
    return n >= at_least and n > m + condition.deviations * sqrt(max(m, 1))


def mean(counts: Sequence[int]) -> float:
    """0 of nothing."""
    return sum(counts) / len(counts) if counts else 0.0
