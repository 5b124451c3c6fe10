"""Occurrences (voorvallen): a person's incident events close together in time. Rules count these (reading.md)."""

from collections.abc import Sequence
from typing import NamedTuple

from vangnet_contract.policy import OccurrenceGap

from vangnet_indicators.domain.instants import HOUR
from vangnet_indicators.domain.packed import Incident


class Occurrence(NamedTuple):
    """Its time is that of its first event. At time t it has only its events ≤ t: a beginning of `events`."""

    time: int
    events: list[Incident]


def occurrences(incidents: Sequence[Incident], gap: OccurrenceGap) -> list[Occurrence]:
    """From incidents in order of (time, event key).

    A new one starts more than `gap_hours` after the previous event or more than `max_hours` after its first. So the
    occurrences of the events ≤ t are a beginning of those of all events, the last of them perhaps cut short.
    """
    found: list[Occurrence] = []
    after_previous, after_first = gap.gap_hours * HOUR, gap.max_hours * HOUR
    latest, previous = Occurrence(0, []), 0
    for incident in incidents:
        if not latest.events or incident.time - previous > after_previous or incident.time - latest.time > after_first:
            latest = Occurrence(incident.time, [])
            found.append(latest)
        latest.events.append(incident)
        previous = incident.time
    return found
