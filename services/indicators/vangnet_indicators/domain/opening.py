"""When a person came into view."""

from collections.abc import Collection, Iterable

from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.taxonomy import EventClass

from vangnet_indicators.domain import packed
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import HOUR, micros

TRIGGERS: tuple[EventClass, ...] = ("incident", "request")
AHEAD = HOUR
"""More than an event can have happened after it was received, by the partner's clock: ingest admits 5 minutes."""


def opened(history: History, gone: Collection[EventKey] = (), came: Iterable[EventRecord] = ()) -> int | None:
    """When the first of what brings somebody into view was received (µs), with these events gone and come; None = nothing did.

    Looks no further than at the events that may have been received before the best found.
    """
    earliest = min((micros(one.received_at) for one in came if one.event_class in TRIGGERS), default=None)
    for time, position in packed.each_of(history.packed, TRIGGERS):
        if earliest is not None and time - AHEAD > earliest:
            break
        record = history.record(position)
        if record.event not in gone:
            received = micros(record.received_at)
            earliest = received if earliest is None else min(received, earliest)
    return earliest
