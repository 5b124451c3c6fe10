"""What a benchmark hands back: a value, what it should be, and the ceiling that was measured in the same run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CPU = "per second of processor time"
"""Beside a rate: the measured processes' own, which a busy machine disturbs less than the rate."""


PEERS = "peers"
"""Stage of the figures that results/latest.json also gives as `peers`."""


@dataclass(frozen=True)
class Target:
    """At least, or at most, so much; in the figure's unit."""

    limit: float
    sense: Literal[">=", "<"] = ">="

    def __str__(self) -> str:
        return f"{self.sense} {self.limit:,.6g}"

    def met(self, value: float) -> bool:
        """Whether a value is on the right side."""
        return value >= self.limit if self.sense == ">=" else value < self.limit


@dataclass(frozen=True)
class Ceiling:
    """The most that this machine gave in this run for the part of the work that cannot be left out."""

    of: str
    value: float


@dataclass(frozen=True)
class Figure:
    """One measured value. `beside`: further values of the same measurement, with their unit in the name.

    `error`: why there is no value (which is 0 then): something could not be built, started or finished.
    """

    stage: str
    what: str
    value: float
    unit: str
    target: Target | None = None
    ceiling: Ceiling | None = None
    beside: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None

    @property
    def ratio(self) -> float | None:
        """Of value to ceiling."""
        return self.value / self.ceiling.value if self.ceiling else None


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
