"""The two rules for one number: fewer than ten is not said, the rest is rounded to five; and what a reader learns then."""

from typing import NamedTuple

LEAST = 10
"""Persons or events from which a number may be said."""
BASE = 5
PERCENTAGE_FROM = 100
"""Denominator from which a percentage may be said."""
UNKNOWN = 10**9
"""More than any count."""


class Interval(NamedTuple):
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def meet(self, other: "Interval") -> "Interval":
        """What is in both."""
        return Interval(max(self.low, other.low), min(self.high, other.high))


ANYTHING = Interval(0, UNKNOWN)
PROTECTED = Interval(0, LEAST - 1)
"""Of a small number nobody may come to know more than that it is small."""


def rounded(count: int) -> int:
    """To the nearest multiple of five."""
    return BASE * ((count + BASE // 2) // BASE)


def possible(shown: int) -> Interval:
    """The counts that are shown as this number."""
    return Interval(max(LEAST, shown - BASE // 2), shown + BASE // 2)


def small(count: int) -> bool:
    """Whether it must stay unsaid."""
    return count < LEAST


def protects(known: Interval) -> bool:
    """Whether a small number is still any small number to somebody who knows this."""
    return known.low <= PROTECTED.low and known.high >= PROTECTED.high


def percentage(numerator: int | None, denominator: int | None) -> int | None:
    """Of two numbers as shown: the percentage tells no more than they do. None when one of them, or this, is not said.

    The least count behind the denominator must reach a hundred.
    """
    if numerator is None or denominator is None or possible(denominator).low < PERCENTAGE_FROM:
        return None
    return round(100 * numerator / denominator)


def ratio(numerator: int | None, denominator: int | None) -> float | None:
    """As `percentage`, to one decimal."""
    if numerator is None or denominator is None or possible(denominator).low < PERCENTAGE_FROM:
        return None
    return round(numerator / denominator, 1)


def rate(count: int | None, inhabitants: int | None) -> float | None:
    """For each thousand inhabitants, of a number as shown, to one decimal."""
    return None if count is None or not inhabitants else round(1000 * count / inhabitants, 1)
