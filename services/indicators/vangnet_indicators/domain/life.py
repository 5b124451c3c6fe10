"""What rules read of one person: events in order, occurrences, and whatever conditions name."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from vangnet_contract.messages import EventKey, EventRecord
from vangnet_contract.policy.rules import AnEvent, AnOccurrence, Happening
from vangnet_contract.taxonomy import EventClass, Group, event_types

from vangnet_indicators.domain import packed
from vangnet_indicators.domain.care import CareSigns
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.occurrences import Occurrence, occurrences
from vangnet_indicators.domain.opening import opened
from vangnet_indicators.domain.packed import GROUPS, Incident
from vangnet_indicators.domain.rulebook import Rulebook

Found = TypeVar("Found")


class Happened(NamedTuple):
    """An occurrence, or an event. `known`: from when on it is what was asked for (an occurrence may become so later).

    `events`: those of the occurrence, or the one; in order.
    """

    time: int
    known: int
    events: Sequence[Incident]
    occurrence: bool

    def until(self, t: int) -> list[Incident]:
        """Its events up to t."""
        if self.events[-1].time <= t:  # nearly always
            return list(self.events)
        return list(self.events[: bisect_right(self.events, t, key=lambda event: event.time)])


class Life:
    """Of one person, as linked now, under one version of the policy."""

    def __init__(self, history: History, book: Rulebook) -> None:
        self.history = history
        self.book = book
        self._records: dict[int, EventRecord] = {}
        self._found: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` finds, looked for once: rules ask for the same things, and a life does not change."""
        if key not in self._found:
            self._found[key] = find()
        found: Found = self._found[key]
        return found

    @cached_property
    def times(self) -> list[int]:
        """The times of all events, of every class, ascending, each once: what t runs over."""
        return packed.times(self.history.packed)

    @cached_property
    def occurrences(self) -> list[Occurrence]:
        """All, in order."""
        return occurrences(packed.incidents(self.history.packed), self.book.gap)

    def record(self, position: int) -> EventRecord:
        """The whole record."""
        if position not in self._records:
            self._records[position] = self.history.record(position)
        return self._records[position]

    @cached_property
    def care_signs(self) -> CareSigns:
        """What tells whether somebody is in care."""
        return CareSigns(packed.signs(self.history.packed), self.book.care_days)

    @cached_property
    def opened(self) -> int | None:
        """When the first of what brings somebody into view was received (µs); None = nothing did."""
        return opened(self.history)

    def key(self, event: Incident) -> EventKey:
        """Its name."""
        return self.record(event.position).event

    def of_classes(self, classes: Sequence[EventClass]) -> list[Incident]:
        """The events of these classes, in order."""
        return self.once(("of", *classes), lambda: packed.of_classes(self.history.packed, classes))

    def occurrences_with(self, group: Group | None, event_type: str | None) -> list[Happened]:
        """The occurrences that hold such an event; all of them when neither is given."""
        return self.once((group, event_type), lambda: self._occurrences_with(group, event_type))

    def happenings(self, what: Happening) -> list[Happened]:
        """Everything like that, in order of time."""
        if isinstance(what, AnOccurrence):
            return self.occurrences_with(what.with_group, what.full_type)
        return self.once(id(what), lambda: self._events_like(what))

    def _occurrences_with(self, group: Group | None, event_type: str | None) -> list[Happened]:
        if group is None and event_type is None:
            return [Happened(one.time, one.time, one.events, True) for one in self.occurrences]
        found = []
        for occurrence in self.occurrences:
            known = self._known(occurrence, group, event_type)
            if known is not None:
                found.append(Happened(occurrence.time, known, occurrence.events, True))
        return found

    def _events_like(self, what: AnEvent) -> list[Happened]:
        rows = event_types()
        classes = sorted({rows[name].event_class for name in what.full_types})
        found = []
        for event in self.of_classes(classes):
            record = self.record(event.position)
            if what.matches(record.type, record.details):
                found.append(Happened(event.time, event.time, [event], False))
        return found

    def _known(self, occurrence: Occurrence, group: Group | None, event_type: str | None) -> int | None:
        number = None if group is None else GROUPS.index(group)
        for event in occurrence.events:
            if number in (None, event.group) and event_type in (None, self._type(event, event_type)):
                return event.time
        return None

    def _type(self, event: Incident, wanted: str | None) -> str | None:
        return None if wanted is None else self.record(event.position).type
