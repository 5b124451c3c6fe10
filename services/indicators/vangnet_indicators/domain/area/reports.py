"""What located events add, known or unknown whom they are about: I01, I12, I13, I14 and the shares of I17.

I01 and I12 count reports: events of one partner with one incident are one report, wherever its window holds one of them.
All of them come to one partition. The others count events.
"""

import hashlib
from collections.abc import Iterable
from itertools import pairwise

import msgspec
from vangnet_contract.messages import AreaEvent, EventRecord

from vangnet_indicators.domain.area.calendar import day_of, outside_office
from vangnet_indicators.domain.area.cells import REGION, Cells, SeriesKey
from vangnet_indicators.domain.instants import DAY, micros

E33 = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
REPORTS = frozenset(
    {E33, *(f"nl.oggz-signalen.veiligheid.{n}.v1" for n in ("zelfdoding-poging-dreiging", "overlast-dakloze"))}
)
"""The types of I01b."""
CRISIS_MEASURE = "nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1"
OGGZ_REPORT = "nl.oggz-signalen.sociaal-domein.oggz-melding.v1"
WINDOWS = (30, 90, 365)
WEEK = 7
"""Not published: rule R11 compares weeks."""
NOT_SAID = "onbekend"
OFFICE_WINDOWS = (90, 365)
"""I12 is defined for 90 days; the public figure (disclosure/yearly.py) is that of a year."""


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


class Report(msgspec.Struct):
    """The located events of one incident of one partner; an event without an incident is alone."""

    events: list[Located] = []

    def change(self, event: AreaEvent, municipalities: frozenset[str], cells: Cells) -> None:
        """One event comes or goes, with everything that it adds. Raises ValueError when one goes that is not there."""
        located = _located(event)
        _count_report(self.events, municipalities, cells, -1)
        if event.change == "added":
            self.events.append(located)
        else:
            self.events.remove(located)
        _count_report(self.events, municipalities, cells, +1)
        _count_event(located, municipalities, cells, +1 if event.change == "added" else -1)

    def count(self, municipalities: frozenset[str], cells: Cells) -> None:
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


def areas_of(municipality: str | None, municipalities: frozenset[str]) -> tuple[str, ...]:
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


def _count_report(events: Iterable[Located], municipalities: frozenset[str], cells: Cells, count: int) -> None:
    reports = [event for event in events if event.type in REPORTS]
    for area in {area for event in reports for area in areas_of(event.municipality, municipalities)}:
        here = [
            event for event in reports if area in (REGION, event.municipality) and event.municipality in municipalities
        ]
        days = [day_of(event.occurred) for event in here]
        e33 = [day_of(event.occurred) for event in here if event.type == E33]
        outside = [day_of(event.occurred) for event in here if outside_office(event.occurred)]
        for window in (WEEK, *WINDOWS):
            add_union(cells, SeriesKey(area, "reports", window), days, count)
        for window in WINDOWS:
            add_union(cells, SeriesKey(area, "reports_e33", window), e33, count)
        for window in OFFICE_WINDOWS:
            add_union(cells, SeriesKey(area, "reports_outside_office", window), outside, count)


def _count_event(event: Located, municipalities: frozenset[str], cells: Cells, count: int) -> None:
    day = day_of(event.occurred)
    for area in areas_of(event.municipality, municipalities):
        for component, part, windows in _event_components(event):
            for window in windows:
                cells.add(SeriesKey(area, component, window, part), day, day + window - 1, count)


def _event_components(event: Located) -> Iterable[tuple[str, str, tuple[int, ...]]]:
    if event.type == CRISIS_MEASURE and event.said == "start":
        yield "crisis_measures", "", (90, 365)
    if event.type == OGGZ_REPORT:
        yield "oggz_reports", event.said or NOT_SAID, (90,)
    yield "events", event.partner, (1, 7)
    if not event.traceable:
        yield "events_anonymous", event.partner, (1, 7)
    if event.received - event.occurred > DAY:
        yield "events_late", event.partner, (1, 7)
