"""More occurrences lately than before."""

from bisect import bisect_right
from collections.abc import Sequence

from vangnet_contract.policy.rules import Acceleration

from vangnet_indicators.domain.conditions.counting import Enough, newest
from vangnet_indicators.domain.conditions.rest import Rest, in_window
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Life


def times(life: Life, condition: Acceleration, enough: Enough) -> list[int]:
    """The times at which it holds, ascending."""
    happened = life.occurrences_with(None, None)
    starts = [occurrence.time for occurrence in happened]
    reach = condition.reach * DAY
    before = (condition.recent_days + condition.guard_days) * DAY
    found = []
    for t in life.times:
        recent = _between(starts, t - condition.recent_days * DAY, t)
        baseline = _between(starts, t - reach, t - before)
        quicker = baseline >= condition.baseline_at_least and faster(recent, baseline, condition)
        if quicker and recent and enough(recent, newest(happened[bisect_right(starts, t) - 1], t)):
            found.append(t)
    return found


def faster(recent: int, baseline: int, condition: Acceleration) -> bool:
    """Whether there are `factor` times as many a day. Whole numbers, but for the factor."""
    return recent * condition.baseline_days >= condition.factor * baseline * condition.recent_days


def rest(life: Life, condition: Acceleration, at: Sequence[int]) -> Rest:
    """The recent occurrences: the baseline is only compared with."""
    return Rest(list(in_window(life.occurrences_with(None, None), condition.recent_days * DAY, at)), [])


def _between(times: Sequence[int], after: int, until: int) -> int:
    return bisect_right(times, until) - bisect_right(times, after)
