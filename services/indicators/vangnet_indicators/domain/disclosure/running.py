"""What published windows say about a running total: exact, by shortest paths.

A count over the days (a; b] is P(b) − P(a), where P never falls. Every published window bounds one difference; what follows
for all other windows, published or not, is the closure of a system of difference constraints (Bellman 1958). For whole
numbers it is exact: nothing more can be concluded from these windows, and nothing less is assumed of a reader.
"""

from collections.abc import Sequence

from vangnet_indicators.domain.disclosure.rounding import UNKNOWN, Interval


class RunningTotal:
    """Bounds of P(b) − P(a) for all pairs of a few days, in order."""

    def __init__(self, days: Sequence[int]) -> None:
        self._place = {day: place for place, day in enumerate(days)}
        size = range(len(days))
        # _most[a][b]: the most that P(b) − P(a) can be; behind the diagonal: minus the least of the way back
        self._most = [[0 if b <= a else UNKNOWN for b in size] for a in size]

    def known(self, start: int, end: int) -> Interval:
        """Of the window (start; end]."""
        a, b = self._place[start], self._place[end]
        return Interval(-self._most[b][a], min(self._most[a][b], UNKNOWN))

    def learn(self, start: int, end: int, interval: Interval) -> bool:
        """Whether it was news. Of a contradiction everything would follow: from there on nothing is learnt."""
        if not self.sound():
            return False
        a, b = self._place[start], self._place[end]
        return self._shorten(a, b, interval.high) | self._shorten(b, a, -interval.low)

    def sound(self) -> bool:
        """Whether any counts at all agree with what was learnt."""
        return all(row[place] >= 0 for place, row in enumerate(self._most))

    def copy(self) -> "RunningTotal":
        """To try something on."""
        other = object.__new__(RunningTotal)
        other._place = self._place
        other._most = [row.copy() for row in self._most]
        return other

    def _shorten(self, a: int, b: int, weight: int) -> bool:
        if weight >= self._most[a][b]:
            return False
        onward = self._most[b]
        for row in self._most:
            start = row[a] + weight
            if start < row[b]:  # else the way through here is no shorter, for any end
                row[:] = [min(old, start + rest) for old, rest in zip(row, onward, strict=True)]
        return True
