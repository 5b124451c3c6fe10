"""A rule on trial in a municipality: how often it spoke, and whether those who know say that it would have helped."""

from math import sqrt

import msgspec

Z = 1.96
"""Standard normal quantile: an interval of 95 %."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts of one rule in one municipality (None: none known), with the answers that reviewers gave."""

    rule: str
    municipality: str | None
    alerts: int
    helped: int
    known: int
    useless: int

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return self.helped + self.known + self.useless

    @property
    def interval(self) -> tuple[float, float]:
        """Share that would have helped, as Wilson's 95 % interval (Wilson 1927); everything while nobody answered."""
        return wilson(self.helped, self.answered)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Lower and upper bound of a share, 0 to 1."""
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return max(0.0, middle - half), min(1.0, middle + half)
