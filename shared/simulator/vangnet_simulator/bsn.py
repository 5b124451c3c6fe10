"""Burgerservicenummers that pass the eleven-test but lie at the top of the nine digits, where test sets live (999…)."""

from collections.abc import Iterator

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)  # the eleven-test of the BSN (Logisch ontwerp BSN)
HIGHEST = 999_999_999


def passes_eleven_test(number: str) -> bool:
    """Whether nine digits are a well-formed BSN."""
    if len(number) != 9 or not number.isdecimal():
        return False
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=True)) % 11 == 0


def invented_bsns() -> Iterator[str]:
    """BSNs counted down from 999999999, each once. The last digit is the remainder of the others; ten has no digit."""
    for first_eight in range(HIGHEST // 10, 9 * HIGHEST // 100, -1):
        remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, str(first_eight), strict=False)) % 11
        if remainder < 10:
            yield f"{first_eight}{remainder}"
