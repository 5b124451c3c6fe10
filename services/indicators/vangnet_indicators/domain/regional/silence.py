"""Whether a partner is silent: by its heartbeats, and by what it used to send in the same hours of the week."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple

from vangnet_contract.policy.rules import SourceSilence

from vangnet_indicators.domain.instants import HOUR

WEEK = 7 * 24


class Quiet(NamedTuple):
    """No events since `since` (µs: the end of the last hour that had any), where so many were to be expected."""

    since: int
    expected: float


class Arrivals:
    """Events of one partner by the hour (number since 1970 UTC) in which they came."""

    def __init__(self, events: Mapping[int, int]) -> None:
        self._hours = sorted(hour for hour, count in events.items() if count)
        self._sums = [0, *accumulate(events[hour] for hour in self._hours)]

    def last_before(self, hour: int) -> int | None:
        """The last hour before this one with an event."""
        place = bisect_left(self._hours, hour)
        return self._hours[place - 1] if place else None

    def between(self, first: int, end: int) -> int:
        """Events in the hours first ≤ hour < end."""
        return self._sums[bisect_left(self._hours, end)] - self._sums[bisect_left(self._hours, first)]


def quiet(arrivals: Arrivals, hour: int, condition: SourceSilence) -> Quiet | None:
    """As of the beginning of an hour. An hour's expectation is the mean of that hour of the week in the weeks before it.

    Hours are of UTC: over a change of clocks the same hour of the week is one off for the weeks that it looks back.
    """
    last = arrivals.last_before(hour)
    if last is None or hour - 1 - last < condition.quiet_hours:
        return None
    weeks = condition.history_days // 7
    before = sum(arrivals.between(last + 1 - WEEK * k, hour - WEEK * k) for k in range(1, weeks + 1))
    expected = before / weeks
    return Quiet((last + 1) * HOUR, expected) if expected >= condition.expected else None


def without_heartbeat(
    delivered: Mapping[str, int], partners: Iterable[str], began: int, tick: int, condition: SourceSilence
) -> dict[str, int | None]:
    """Silent partner → up to when it has delivered (µs); None = it never did since `began`, the first Tick."""
    patience = condition.heartbeat_hours * HOUR
    return {partner: delivered.get(partner) for partner in partners if tick - delivered.get(partner, began) >= patience}
