"""Person counts: exact at every time t, in retrospect too, whatever the order of arrival (contract.md, "Person counts")."""

from bisect import bisect_right
from typing import NamedTuple

from vangnet_contract.policy import OccurrenceGap

from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.occurrences import occurrences
from vangnet_indicators.domain.packed import incidents

WINDOWS = (7, 30, 90, 365)
"""Days."""


class Count(NamedTuple):
    """Events of class incident, and occurrences, in (t − days·86,400 s, t]."""

    days: int
    events: int
    occurrences: int


def counts(packed: bytes, t: int, gap: OccurrenceGap) -> list[Count]:
    """One for each of WINDOWS, as of t (µs). What happened after t is not known then."""
    known = [incident for incident in incidents(packed) if incident.time <= t]
    events = [incident.time for incident in known]
    starts = [occurrence.time for occurrence in occurrences(known, gap)]
    return [Count(days, _after(events, t - days * DAY), _after(starts, t - days * DAY)) for days in WINDOWS]


def _after(times: list[int], start: int) -> int:
    return len(times) - bisect_right(times, start)
