"""Events of several groups in a window."""

from bisect import bisect_right
from collections.abc import Sequence

from vangnet_contract.policy.rules import SeveralGroups

from vangnet_indicators.domain.conditions.counting import Enough
from vangnet_indicators.domain.conditions.rest import Rest, in_window
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Happened, Life
from vangnet_indicators.domain.packed import NO_GROUP, Incident


def times(life: Life, condition: SeveralGroups, enough: Enough) -> list[int]:
    """The times at which it holds, ascending."""
    window, events = condition.days * DAY, life.of_classes(condition.classes)
    starts = [occurrence.time for occurrence in life.occurrences]
    found = []
    for t in life.times:
        groups = {event.group for event in _between(events, t - window, t)} - {NO_GROUP}
        started = bisect_right(starts, t) - bisect_right(starts, t - window)
        several = len(groups) > 1 and started >= condition.occurrences
        if several and enough(len(groups), rest(life, condition, [t]).lead):
            found.append(t)
    return found


def rest(life: Life, condition: SeveralGroups, at: Sequence[int]) -> Rest:
    """What it rests on at these times: the occurrences, and the events of those classes."""
    window = condition.days * DAY
    events = [Happened(event.time, event.time, [event], False) for event in life.of_classes(condition.classes)]
    others = [event for found in in_window(events, window, at) for event in found]
    return Rest(list(in_window(life.occurrences_with(None, None), window, at)), others)


def _between(events: Sequence[Incident], after: int, until: int) -> Sequence[Incident]:
    start = bisect_right(events, after, key=lambda event: event.time)
    return events[start : bisect_right(events, until, key=lambda event: event.time)]
