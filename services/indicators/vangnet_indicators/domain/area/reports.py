"""What located events add, known or unknown whom they are about: I01, I12, I13, I14 and the shares of I17.

I01 and I12 count reports: events of one partner with one incident are one report, wherever its window holds one of them.
All of them come to one partition. The others count events.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import AreaEvent, EventRecord

from vangnet_indicators.domain.area.calendar import day_of, outside_office
from vangnet_indicators.domain.area.cells import REGION, AreaCells, Areas, Cells, SeriesKey
from vangnet_indicators.domain.instants import DAY, micros
from vangnet_indicators.domain.marks import E33, REPORTS

CRISIS_MEASURE = "nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1"
OGGZ_REPORT = "nl.oggz-signalen.sociaal-domein.oggz-melding.v1"
WINDOWS = (30, 90, 365)
WEEK = 7
"""Not published: rule R11 compares weeks."""
NOT_SAID = "onbekend"
QUARTER = 90
OFFICE_WINDOWS = (QUARTER, 365)
"""I12 and I13 are defined for 90 days; the public figures (disclosure/yearly.py) are those of a year."""
LINKAGE_WINDOWS = (1, 7)
SAYING = (CRISIS_MEASURE, OGGZ_REPORT)
"""Types of which something that is said counts."""


class Located(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a located event: enough to take back what it added. Times in µs."""

    type: str
    municipality: str
    occurred: int
    received: int
    partner: str
    traceable: bool
    said: str | None
    """`melder` of an OGGz report, `fase` of a crisis measure."""


class Traits(NamedTuple):
    """Of a located event: what decides where it counts by itself, but for its place and day. `late`: received more than a day later."""

    type: str
    partner: str
    traceable: bool
    late: bool
    said: str | None


class Report(msgspec.Struct):
    """The located events of one incident of one partner; an event without an incident is alone."""

    events: list[Located] = []

    def change(self, event: AreaEvent, municipalities: frozenset[str], cells: AreaCells) -> None:
        """One event comes or goes, with everything that it adds. Raises ValueError when one goes that is not there."""
        located = _located(event)
        _count_report(self.events, municipalities, cells, -1)
        if event.change == "added":
            self.events.append(located)
        else:
            self.events.remove(located)
        _count_report(self.events, municipalities, cells, +1)
        _count_event(located, municipalities, cells, +1 if event.change == "added" else -1)

    def count(self, municipalities: frozenset[str], cells: AreaCells) -> None:
        """Adds all that its events add."""
        _count_report(self.events, municipalities, cells, +1)
        for event in self.events:
            _count_event(event, municipalities, cells, +1)


def report_key(record: EventRecord) -> str:
    """UUID form of the 16-byte name of the report that the event belongs to."""
    named = (
        ["incident", record.partner, record.incident]
        if record.incident
        else ["event", record.event.source, record.event.id]
    )
    return hashlib.blake2b(msgspec.json.encode(named), digest_size=16).hexdigest()


def areas_of(municipality: str | None, municipalities: frozenset[str]) -> Areas:
    """The municipality and the region; none when it lies elsewhere."""
    return (municipality, REGION) if municipality in municipalities and municipality else ()


def add_union(cells: Cells, key: SeriesKey, days: Iterable[int], count: int) -> None:
    """`count` on each day whose window (the key's) holds at least one of `days`."""
    ordered = sorted(set(days))
    for day, following in pairwise([*ordered, ordered[-1] + key.window] if ordered else []):
        cells.add(key, day, min(day + key.window, following) - 1, count)


def _located(event: AreaEvent) -> Located:
    record = event.record
    said = record.details.get("melder" if record.type == OGGZ_REPORT else "fase")
    return Located(
        type=record.type,
        municipality=record.municipality or "",
        occurred=micros(record.occurred_at),
        received=micros(record.received_at),
        partner=record.partner,
        traceable=event.traceable,
        said=said,
    )


def _count_report(events: Iterable[Located], municipalities: frozenset[str], cells: AreaCells, count: int) -> None:
    reports = [event for event in events if event.type in REPORTS and event.municipality in municipalities]
    places = {event.municipality for event in reports}
    if len(places) == 1:  # most of them
        _count_union(reports, cells.of((*places, REGION)), count)
        return
    for place in places:
        _count_union([event for event in reports if event.municipality == place], cells.of((place,)), count)
    if places:
        _count_union(reports, cells.of((REGION,)), count)


def _count_union(reports: Sequence[Located], cells: Cells, count: int) -> None:
    if len(reports) == 1:
        event = reports[0]
        _add_each(cells, _report_keys(event.type, outside_office(event.occurred)), event, count)
        return
    days: dict[SeriesKey, list[int]] = {}
    for event in reports:
        for key in _report_keys(event.type, outside_office(event.occurred)):
            days.setdefault(key, []).append(day_of(event.occurred))
    for key, held in days.items():
        add_union(cells, key, held, count)


def _count_event(event: Located, municipalities: frozenset[str], cells: AreaCells, count: int) -> None:
    if areas := areas_of(event.municipality, municipalities):
        traits = Traits(
            event.type,
            event.partner,
            event.traceable,
            event.received - event.occurred > DAY,
            event.said if event.type in SAYING else None,
        )
        _add_each(cells.of(areas), _event_keys(traits), event, count)


def _add_each(cells: Cells, keys: Iterable[SeriesKey], event: Located, count: int) -> None:
    day = day_of(event.occurred)
    for key in keys:
        cells.add(key, day, day + key.window - 1, count)


@lru_cache(maxsize=10_000)
def _report_keys(event_type: str, outside: bool) -> tuple[SeriesKey, ...]:
    """The series in which a report counts because of this event."""
    named = [("reports", window) for window in (WEEK, *WINDOWS)]
    if event_type == E33:
        named += [("reports_e33", window) for window in WINDOWS]
    if outside:
        named += [("reports_outside_office", window) for window in OFFICE_WINDOWS]
    return tuple(SeriesKey(component, window) for component, window in named)


@lru_cache(maxsize=10_000)
def _event_keys(event: Traits) -> tuple[SeriesKey, ...]:
    """The series in which this event counts by itself."""
    named = [("events", event.partner, window) for window in LINKAGE_WINDOWS]
    if not event.traceable:
        named += [("events_anonymous", event.partner, window) for window in LINKAGE_WINDOWS]
    if event.late:
        named += [("events_late", event.partner, window) for window in LINKAGE_WINDOWS]
    if event.type == CRISIS_MEASURE and event.said == "start":
        named += [("crisis_measures", "", window) for window in OFFICE_WINDOWS]
    if event.type == OGGZ_REPORT:
        named.append(("oggz_reports", event.said or NOT_SAID, QUARTER))
    return tuple(SeriesKey(name, window, part) for name, part, window in named)
