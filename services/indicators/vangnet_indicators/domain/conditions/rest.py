"""What a condition rests on: occurrences, and other events."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vangnet_indicators.domain.life import Happened
from vangnet_indicators.domain.packed import NOWHERE, Incident


class Rest(NamedTuple):
    """`occurrences`: the events of each that were known at the last time at which it contributed, in order of time.

    `others`: events that contribute by themselves; they may be part of an occurrence too.
    """

    occurrences: list[list[Incident]]
    others: list[Incident]

    @property
    def positions(self) -> set[int]:
        """Of all events."""
        return {event.position for events in (*self.occurrences, self.others) for event in events}

    @property
    def lead(self) -> int:
        """Number of the municipality of the newest event."""
        newest = [events[-1] for events in self.occurrences]  # each in order
        newest += self.others
        if len(newest) == 1:
            return newest[0].municipality
        return max(newest, key=lambda event: event.position).municipality if newest else NOWHERE


def in_window(happened: Sequence[Happened], window: int, times: Sequence[int]) -> Iterable[list[Incident]]:
    """For each that lies in (t − window, t] at one or more of `times` (ascending): its events at the last of these."""
    start = bisect_right(happened, times[0] - window, key=lambda one: one.time)
    end = bisect_right(happened, times[-1], key=lambda one: one.time)
    for one in happened[start:end]:
        last = times[bisect_left(times, one.time + window) - 1]
        if one.known <= last:
            yield one.until(last)


def together(rests: Iterable[Rest]) -> Rest:
    """All of it, each occurrence once with the most that is known of it."""
    occurrences: dict[int, list[Incident]] = {}
    others: dict[int, Incident] = {}
    for rest in rests:
        for events in rest.occurrences:
            known = occurrences.get(events[0].position, [])
            occurrences[events[0].position] = max(known, events, key=len)
        others |= {event.position: event for event in rest.others}
    return Rest([occurrences[n] for n in sorted(occurrences)], [others[n] for n in sorted(others)])
