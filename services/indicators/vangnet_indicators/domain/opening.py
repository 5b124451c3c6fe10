"""When a person came into view."""

from vangnet_contract.messages import PersonChanged
from vangnet_contract.taxonomy import EventClass

from vangnet_indicators.domain import packed
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import HOUR, micros

TRIGGERS: tuple[EventClass, ...] = ("incident", "request")
AHEAD = HOUR
"""More than an event can have happened after it was received, by the partner's clock: ingest admits 5 minutes."""


def opened(history: History) -> int | None:
    """When the first of what brings somebody into view was received (µs); None = nothing did.

    Looks no further than at the events that may have been received before the best found.
    """
    earliest: int | None = None
    for time, position in packed.each_of(history.packed, TRIGGERS):
        if earliest is not None and time - AHEAD > earliest:
            break
        received = micros(history.record(position).received_at)
        earliest = received if earliest is None else min(received, earliest)
    return earliest


def opened_since(was: int | None, history: History, change: PersonChanged) -> int | None:
    """The same after a change, of which `history` holds the result already."""
    if any(one.event_class in TRIGGERS for one in change.removed):
        return opened(history)
    came = (micros(one.received_at) for one in change.added if one.event_class in TRIGGERS)
    return min([*came] if was is None else [was, *came], default=None)
