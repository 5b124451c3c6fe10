"""Whether somebody was in care at a moment, as far as events tell."""

from bisect import bisect_right
from collections.abc import Iterable

from vangnet_contract.messages import InCare

from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.marks import ADMITTED, OPENS


class CareSigns:
    """What a person's events say about care, as (time, marks) in order of (occurredAt, event key): made once, asked at many times."""

    def __init__(self, signs: Iterable[tuple[int, int]], care_days: int) -> None:
        self._signs = list(signs)
        self._lasts = care_days * DAY

    def in_care(self, t: int) -> InCare:
        """At t (µs): `yes` when the newest sign up to t opens care that has not lapsed by t; else `unknown`.

        Care opens with an admission, or a phase start or lopend; it closes with discharge, end or dropout, and lapses
        `care_days` after the last sign of it (an admission never). `no` takes proof that every care partner delivered.
        """
        place = bisect_right(self._signs, t, key=_time) - 1
        if place < 0:
            return "unknown"
        time, said = self._signs[place]
        lasts = said & ADMITTED or (said & OPENS and t - time <= self._lasts)
        return "yes" if lasts else "unknown"


def _time(sign: tuple[int, int]) -> int:
    return sign[0]
