"""The area counts of one partition, as far as a batch touches them."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import AreaEvent, PersonChanged

from vangnet_indicators.domain.area.aftercare import Judged, count_care
from vangnet_indicators.domain.area.cells import REGION, AreaCells, Areas, Cells, SeriesKey
from vangnet_indicators.domain.area.facts import (
    FOREVER,
    REACH,
    Fact,
    Span,
    earlier_care,
    end_of_row,
    fact,
    facts_around,
    replaced,
)
from vangnet_indicators.domain.area.groups import count_groups
from vangnet_indicators.domain.area.persons import count_reports
from vangnet_indicators.domain.area.reports import LINKAGE_WINDOWS, Report, areas_of, report_key
from vangnet_indicators.domain.care import CareSigns
from vangnet_indicators.domain.care_class import followed
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.opening import opened
from vangnet_indicators.domain.packed import municipality_number
from vangnet_indicators.domain.rulebook import Rulebook, frontier


class View(NamedTuple):
    """A person's events around a change, as they were or as they are: all of them, and those of class care and legal. `opened`:
    when the person came into view (µs)."""

    facts: Sequence[Fact]
    care: Sequence[Fact]
    opened: int | None

    def lying_in(self, places: Collection[str]) -> "View":
        """With the events there only; care counts wherever it is."""
        return View([one for one in self.facts if one.place in places], self.care, self.opened)


class Share(NamedTuple):
    """Events that count the same in each of these areas, as they were and as they are."""

    areas: Areas
    places: Collection[str]
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

    def count_person(self, history: History, change: PersonChanged, book: Rulebook) -> None:
        """Events of a person go and come; `history` is still as it was before."""
        gone, came = list(map(fact, change.removed)), list(map(fact, change.added))
        if not gone and not came:
            return
        first = min(one.time for one in (*gone, *came))
        last = max(one.time for one in (*gone, *came))
        was = opened(history)
        now = opened(history, {one.key for one in gone}, change.added)
        care_until = FOREVER if was != now or any(one.is_care for one in (*gone, *came)) else last
        context = facts_around(history, first - REACH, max(last + REACH, care_until), book.gap)
        care = [*earlier_care(history, context[0].time if context else first - REACH), *_care(context)]
        before = View(context, care, was)
        after = View(replaced(context, gone, came), replaced(care, gone, _care(came)), now)
        until = end_of_row((*before.facts, *after.facts), last, book.gap)
        span = Span(first=first, last=last, until=until, care_until=care_until, gap=book.gap)
        for share in shares(before, after, [*gone, *came], book.municipalities):
            cells = self.cells.of(share.areas)
            left, new = ([one for one in facts if one.place in share.places] for facts in (gone, came))
            count_reports(share.before.facts, left, new, cells)
            count_groups(share.before.facts, share.after.facts, span, cells)
            count_view(share.before, span, book, cells, -1)
            count_view(share.after, span, book, cells, +1)
        for facts, sign in ((gone, -1), (came, +1)):
            count_tentative(facts, book.municipalities, self.cells, sign)


def shares(before: View, after: View, changed: Sequence[Fact], municipalities: frozenset[str]) -> Iterator[Share]:
    """What is counted for which areas. In others, where the same events lie as before, it would cancel out."""
    was, now = (view.lying_in(municipalities) for view in (before, after))
    lived_in = {one.place for one in (*was.facts, *now.facts)}
    if len(lived_in) == 1:  # most people
        yield Share((*filter(None, lived_in), REGION), municipalities, was, now)
        return
    everywhere = before.opened != after.opened or any(one.is_care for one in changed)
    concerned = lived_in if everywhere else lived_in & {one.place for one in changed}
    if concerned:
        yield Share((REGION,), municipalities, was, now)
    for place in filter(None, concerned):
        yield Share((place,), {place}, was.lying_in({place}), now.lying_in({place}))


def count_view(view: View, span: Span, book: Rulebook, cells: Cells, sign: int) -> None:
    """Adds or takes away what the person makes of an area about care with these events."""
    if not view.facts:
        return
    signs = CareSigns((one.record for one in view.care), book.care_days)

    def judge(one: Fact) -> Judged:
        if signs.in_care(one.time) == "yes":
            return Judged("yes")
        place = municipality_number(one.place)
        if place in book.care and followed(book, view.opened, one.time, place):
            return Judged("no", frontier(book.care[place]))
        return Judged("unknown")

    for key, first, last in count_care(view.facts, view.care, judge, span):
        cells.add(key, first, last, sign)


def count_tentative(facts: Sequence[Fact], municipalities: frozenset[str], cells: AreaCells, sign: int) -> None:
    """I17: the events whose link to the person is tentative."""
    for one in facts:
        if one.record.certainty == "tentative" and (areas := areas_of(one.place, municipalities)):
            for window in LINKAGE_WINDOWS:
                key = SeriesKey("events_tentative", window, one.record.partner)
                cells.of(areas).add(key, one.day, one.day + window - 1, sign)


def _care(facts: Sequence[Fact]) -> list[Fact]:
    return [one for one in facts if one.is_care]
