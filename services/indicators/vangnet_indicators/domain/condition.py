"""When a rule's condition holds, and what it rests on then. One kind of condition so far: enough occurrences in a window.

At time t an occurrence contributes when its time lies in (t − window, t] and, for a rule about one group, it holds an
event of that group ≤ t. Only the last occurrence known at t can still get such an event: the others are complete.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence

from vangnet_indicators.domain.occurrences import Occurrence
from vangnet_indicators.domain.packed import Incident
from vangnet_indicators.domain.rulebook import RunningRule


def moments(occurrences: Iterable[Occurrence], rule: RunningRule) -> list[int]:
    """T: the times of the person's incident events at which the condition holds, ascending, each once.

    Threshold and state are those of the lead municipality at that time: where the newest contributing event happened.
    """
    found: list[int] = []
    window: deque[Occurrence] = deque()
    for occurrence in occurrences:
        joined = joins_at(occurrence, rule)
        for newest in _newest_of_each_time(occurrence):
            t = newest.time
            while window and window[0].time <= t - rule.window:
                window.popleft()
            if joined is None or t < joined or occurrence.time <= t - rule.window:
                lead = window[-1].events[-1] if window else None
            else:
                lead = newest
                if not window or window[-1] is not occurrence:
                    window.append(occurrence)
            if lead is not None and len(window) >= rule.least and rule.holds(len(window), lead.municipality):
                found.append(t)
    return found


def joins_at(occurrence: Occurrence, rule: RunningRule) -> int | None:
    """From which time on the occurrence counts for the rule; None = never."""
    if rule.group is None:
        return occurrence.time
    return next((event.time for event in occurrence.events if event.group == rule.group), None)


def contributions(
    occurrences: Sequence[Occurrence], rule: RunningRule, times: Sequence[int]
) -> Iterable[list[Incident]]:
    """For each occurrence that contributes at one or more of `times` (ascending): its events known at the last of these."""
    start = bisect_right(occurrences, times[0] - rule.window, key=lambda occurrence: occurrence.time)
    end = bisect_right(occurrences, times[-1], key=lambda occurrence: occurrence.time)
    for occurrence in occurrences[start:end]:
        last = times[bisect_left(times, occurrence.time + rule.window) - 1]
        joined = joins_at(occurrence, rule)
        if joined is not None and joined <= last:
            yield [event for event in occurrence.events if event.time <= last]


def _newest_of_each_time(occurrence: Occurrence) -> Iterable[Incident]:
    """Of events at the same time the one with the greatest event key: all of them are known at that time."""
    events = occurrence.events
    for event, following in zip(events, [*events[1:], None], strict=True):
        if following is None or following.time != event.time:
            yield event
