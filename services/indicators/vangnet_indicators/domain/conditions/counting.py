"""Enough occurrences in a window."""

from collections import deque
from collections.abc import Callable, Sequence

from vangnet_contract.policy import OccurrenceCount

from vangnet_indicators.domain.conditions.rest import Rest, in_window
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Happened, Life

Enough = Callable[[int, int], bool]
"""Whether a number is enough where the newest contributing event happened (number of the municipality)."""


def times(life: Life, condition: OccurrenceCount, enough: Enough) -> list[int]:
    """The times at which it holds, ascending. An occurrence that becomes what is asked for later, counts from then on."""
    entering = deque(life.occurrences_with(condition.with_group, condition.full_type))
    window: deque[Happened] = deque()
    found = []
    for t in life.times:
        while entering and entering[0].known <= t:
            window.append(entering.popleft())
        while window and window[0].time <= t - condition.days * DAY:
            window.popleft()
        if window and enough(len(window), newest(window[-1], t)):
            found.append(t)
    return found


def rest(life: Life, condition: OccurrenceCount, at: Sequence[int]) -> Rest:
    """What it rests on at these times."""
    happened = life.occurrences_with(condition.with_group, condition.full_type)
    return Rest(list(in_window(happened, condition.days * DAY, at)), [])


def newest(occurrence: Happened, t: int) -> int:
    """Where the newest event of an occurrence happened, as of t."""
    last = occurrence.events[-1]
    if last.time > t:  # seldom: it went on after t
        last = occurrence.until(t)[-1]
    return last.municipality
