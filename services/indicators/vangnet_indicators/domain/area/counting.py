"""The area counts of one partition, as far as a batch touches them."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import AreaEvent, PersonChanged

from vangnet_indicators.domain import packed
from vangnet_indicators.domain.area.aftercare import View, count_care
from vangnet_indicators.domain.area.calendar import day_of
from vangnet_indicators.domain.area.cells import REGION, AreaCells, Areas, SeriesKey
from vangnet_indicators.domain.area.facts import REACH, Fact, Span, context_start, end_of_row, fact, facts_of
from vangnet_indicators.domain.area.groups import count_groups
from vangnet_indicators.domain.area.persons import count_reports
from vangnet_indicators.domain.area.reports import LINKAGE_WINDOWS, Report, areas_of, report_key
from vangnet_indicators.domain.care import CareSigns
from vangnet_indicators.domain.instants import DAY, micros
from vangnet_indicators.domain.marks import SIGN
from vangnet_indicators.domain.rulebook import Rulebook

FOREVER = 2**62


class Seen(NamedTuple):
    """A person as the area counts see him: the packed events, and when he came into view (µs)."""

    events: bytes
    opened: int | None


class Share(NamedTuple):
    """Events that count the same in each of these areas, as they were and as they are."""

    areas: Areas
    places: Collection[int]
    before: View
    after: View


class AreaCounts(msgspec.Struct):
    """`cells`: what this batch changes. `reports`: those that its events belong to, by key; `changed`: to be stored."""

    cells: AreaCells = msgspec.field(default_factory=AreaCells)
    reports: dict[str, Report] = {}
    changed: set[str] = set()

    def count_event(self, event: AreaEvent, book: Rulebook) -> None:
        """A located event comes or goes."""
        key = report_key(event.record)
        self.reports.setdefault(key, Report()).change(event, book.municipalities, self.cells)
        self.changed.add(key)

    def count_person(self, was: Seen, now: Seen, change: PersonChanged, book: Rulebook) -> None:
        """Events of a person went and came."""
        gone, came = list(map(fact, change.removed)), list(map(fact, change.added))
        if not gone and not came:
            return
        changed = [*gone, *came]
        first, last = min(one.time for one in changed), max(one.time for one in changed)
        care_until = _care_until(was, now, changed, book.care_days)
        start = context_start(was.events, first - REACH, book.gap)  # what lies before is in both, at the same positions
        before, after = (_view(seen, start, max(last + REACH, care_until), book) for seen in (was, now))
        until = max(end_of_row(view.facts, last, book.gap) for view in (before, after))
        span = Span(first=first, last=last, until=until, care_until=care_until, gap=book.gap)
        everywhere = was.opened != now.opened or any(one.marks & SIGN for one in changed)
        for share in shares(before, after, changed, book, everywhere):
            cells = self.cells.of(share.areas)
            left, new = ([one for one in facts if one.place in share.places] for facts in (gone, came))
            count_reports(share.before.facts, left, new, cells)
            count_groups(share.before.facts, share.after.facts, span, cells)
            count_care(share.before, span, book, cells, -1)
            count_care(share.after, span, book, cells, +1)
        count_tentative(change, book.municipalities, self.cells)


def shares(before: View, after: View, changed: Sequence[Fact], book: Rulebook, everywhere: bool) -> Iterator[Share]:
    """What is counted for which areas. In others, where the same events lie as before, it would cancel out: unless it changes
    `everywhere` whether the person was in care."""
    lived_in = {one.place for view in (before, after) for one in view.facts}
    inside = lived_in & book.places.keys()
    was, now = (view if inside == lived_in else view.lying_in(inside) for view in (before, after))
    if len(inside) == 1:  # most people
        (place,) = inside
        yield Share((book.places[place], REGION), inside, was, now)
        return
    concerned = inside if everywhere else inside & {one.place for one in changed}
    if concerned:
        yield Share((REGION,), inside, was, now)
    for place in concerned:
        yield Share((book.places[place],), {place}, was.lying_in({place}), now.lying_in({place}))


def count_tentative(change: PersonChanged, municipalities: frozenset[str], cells: AreaCells) -> None:
    """I17: the events whose link to the person is tentative."""
    for records, sign in ((change.removed, -1), (change.added, +1)):
        for one in records:
            if one.certainty == "tentative" and (areas := areas_of(one.municipality, municipalities)):
                day = day_of(micros(one.occurred_at))
                for window in LINKAGE_WINDOWS:
                    key = SeriesKey("events_tentative", window, one.partner)
                    cells.of(areas).add(key, day, day + window - 1, sign)


def _care_until(was: Seen, now: Seen, changed: Sequence[Fact], care_days: int) -> int:
    """The last time at which it may not be as it was whether the person was in care, or whether one would have known of it."""
    until = max(one.time for one in changed)
    if was.opened != now.opened:
        known = [seen.opened for seen in (was, now) if seen.opened is not None]
        until = max(until, max(known) + care_days * DAY) if len(known) == 2 else FOREVER
    if any(one.marks & SIGN for one in changed):
        following = packed.first_sign(now.events, packed.place_of(now.events, until + 1))
        until = FOREVER if following is None else packed.time_at(now.events, following)
    return until


def _view(seen: Seen, start: int, until: int, book: Rulebook) -> View:
    """The events from a position to a time; of earlier ones the last that tells about care."""
    facts = facts_of(seen.events, start, packed.place_of(seen.events, until + 1))
    newest = packed.last_sign(seen.events, start)
    earlier = [] if newest is None else facts_of(seen.events, newest, newest + 1)
    care = [*earlier, *(one for one in facts if one.marks & SIGN)]
    return View(facts, care, CareSigns([(one.time, one.marks) for one in care], book.care_days), seen.opened)
