"""A region for the tests of area counts: events with every boundary in them, what happens to them, and what the linker says of it."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from hypothesis import strategies as st
from vangnet_contract.messages import AreaEvent, EventKey, EventRecord, PersonChanged
from vangnet_contract.taxonomy import event_types
from vangnet_simulator.oracle.area import Entry, Region, care_judge

from tests.unit.indicators.people import BOOK, PERSONS, WORLD

MUNICIPALITIES = ("GM0034", "GM0995")
ELSEWHERE = "GM0014"
AREAS = (*MUNICIPALITIES, "regio")
E33, E14 = (
    f"nl.oggz-signalen.veiligheid.{name}.v1" for name in ("overlast-verward-gedrag", "zelfdoding-poging-dreiging")
)
KINDS: tuple[tuple[str, dict[str, str]], ...] = (
    *[(E33, {})] * 6,
    *[("nl.oggz-signalen.ggz.ambulante-zorg.v1", {"fase": "start"})] * 2,
    *[("nl.oggz-signalen.ggz.ontslag.v1", {"reden": "afgerond"})] * 2,
    (E14, {}),
    ("nl.oggz-signalen.veiligheid.overlast-dakloze.v1", {}),
    ("nl.oggz-signalen.acute-zorg.ambulance-inzet.v1", {}),
    ("nl.oggz-signalen.sociaal-domein.oggz-melding.v1", {"melder": "huisarts"}),
    ("nl.oggz-signalen.sociaal-domein.oggz-melding.v1", {"melder": "naaste"}),
    ("nl.oggz-signalen.wonen.huisuitzetting.v1", {"fase": "aangekondigd"}),
    ("nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1", {"fase": "start"}),
    ("nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1", {"fase": "einde"}),
    ("nl.oggz-signalen.ggz.opname.v1", {"soort": "vrijwillig"}),
    ("nl.oggz-signalen.ggz.zorguitval.v1", {"reden": "niet-verschenen"}),
    ("nl.oggz-signalen.ggz.ambulante-zorg.v1", {"fase": "lopend"}),
    ("nl.oggz-signalen.ggz.ambulante-zorg.v1", {"fase": "einde", "reden": "uitval"}),
    ("nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1", {"fase": "start"}),
)

# Around leap day, both changes of the clock, midnight of New Year's Eve (all local), and office hours.
BASES = (
    datetime(2024, 2, 28, 23, 30, tzinfo=UTC),
    datetime(2025, 3, 30, 0, 59, 59, 999_999, tzinfo=UTC),
    datetime(2025, 10, 26, 1, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC),
    datetime(2025, 6, 2, 6, 0, tzinfo=UTC),
)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
STEPS = [timedelta(hours=hours) for hours in (0, 0, 1, 6, 12, 24)] + [
    timedelta(days=days) for days in (1, 3, 14, 29, 30, 45, 60, 89, 90, 91, 180, 364, 365)
]
SPLINTERS = [timedelta(0), timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1)]


@dataclass(frozen=True)
class Happening:
    """What the linker knows of an event."""

    record: EventRecord
    person: str | None
    traceable: bool

    @property
    def entry(self) -> Entry:
        r = self.record
        return Entry(
            root=(r.event.source, r.event.id), partner=r.partner, incident=r.incident, type=r.type, event_class=r.event_class,
            group=r.group, occurred_at=r.occurred_at, received_at=r.received_at, municipality=str(r.municipality),
            person=self.person, traceable=self.traceable, tentative=r.certainty == "tentative", details=r.details,
        )  # fmt: skip


@dataclass
class World:
    """Events that stand, and the messages about them, each with the partition that it goes to."""

    live: list[Happening] = field(default_factory=list)
    messages: list[tuple[str, AreaEvent | PersonChanged]] = field(default_factory=list)
    count: int = 0
    delivered: dict[str, datetime] = field(default_factory=dict)

    @property
    def truth(self) -> Region:
        return Region(
            [one.entry for one in self.live],
            BOOK.municipalities & set(MUNICIPALITIES),
            care_judge(WORLD, self.delivered),
        )

    def add(self, happenings: list[Happening]) -> None:
        self.tell([], happenings)

    def retract(self, pick: int) -> None:
        if self.live:
            self.tell([self.live[pick % len(self.live)]], [])

    def correct(self, pick: int, to: Happening) -> None:
        if self.live:
            old = self.live[pick % len(self.live)]
            self.tell([old], [renamed(to, old.record.event.id, old.record.revision + 1)])

    def doubt(self, pick: int) -> None:
        """A person's link becomes tentative, or sure again: no news for the area, only for the person."""
        if self.live and (old := self.live[pick % len(self.live)]).person:
            certainty = "sure" if old.record.certainty == "tentative" else "tentative"
            self.move(old, replace(old, record=_replace(old.record, certainty=certainty)))

    def merge(self, person: str, other: str, share: int) -> None:
        """Every event of one person, or every second one, becomes another's."""
        for one in [one for one in self.live if one.person == other][::share]:
            self.move(one, replace(one, person=person))

    def move(self, old: Happening, new: Happening) -> None:
        self.live[self.live.index(old)] = new
        self.persons([old], [new])

    def tell(self, gone: list[Happening], came: list[Happening]) -> None:
        self.live = [one for one in self.live if one not in gone] + came
        self.persons(gone, came)
        for change, happenings in (("removed", gone), ("added", came)):
            for one in happenings:
                r = one.record
                key = f"{r.partner}|{r.incident}" if r.incident else f"{r.event}"
                self.messages.append((key, AreaEvent(change=change, record=r, traceable=one.traceable)))

    def persons(self, gone: list[Happening], came: list[Happening]) -> None:
        for person in dict.fromkeys(one.person for one in (*gone, *came)):
            if person is not None:
                removed = [one.record for one in gone if one.person == person]
                added = [one.record for one in came if one.person == person]
                at = max(record.received_at for record in (*removed, *added))
                change = PersonChanged(person=person, at=at, cause=None, removed=removed, added=added)
                self.messages.append((person, change))


def partition_of(key: str, partitions: int) -> int:
    return blake2b(key.encode()).digest()[0] % partitions


def _replace(record: EventRecord, **changed: object) -> EventRecord:
    return EventRecord(**{f: getattr(record, f) for f in record.__struct_fields__} | changed)


def renamed(happening: Happening, name: str, revision: int = 0) -> Happening:
    source = happening.record.event.source
    return replace(happening, record=_replace(happening.record, event=EventKey(source, name), revision=revision))


def happening(
    at: datetime,
    kind: tuple[str, dict[str, str]] = KINDS[0],
    place: str = "GM0034",
    person: str | None = PERSONS[0],
    incident: str | None = None,
    late: timedelta = timedelta(0),
    partner: str = "politie",
) -> Happening:
    row = event_types()[kind[0]]
    record = EventRecord(
        event=EventKey("urn:nld:oin:00000001003214345000:systeem:bvh", ""), revision=0, type=kind[0], group=row.group,
        event_class=row.event_class, occurred_at=at, registered_at=at + late, received_at=at + late, municipality=place,
        partner=partner, incident=incident, details=kind[1],
    )  # fmt: skip
    return Happening(record, person, person is not None)


_moments = st.builds(
    lambda base, first, second, splinter: base + first + second + splinter,
    st.sampled_from(BASES),
    st.sampled_from(STEPS),
    st.sampled_from(STEPS),
    st.sampled_from(SPLINTERS),
)
happenings = st.builds(
    happening,
    _moments,
    st.sampled_from(KINDS),
    st.sampled_from((*MUNICIPALITIES, MUNICIPALITIES[0], MUNICIPALITIES[0], ELSEWHERE)),
    st.sampled_from((None, *PERSONS, PERSONS[0], PERSONS[0], PERSONS[0])),
    st.sampled_from((None, None, "i1", "i2")),
    st.sampled_from((timedelta(0), timedelta(hours=24), timedelta(hours=24, microseconds=1))),
    st.sampled_from(("politie", "politie", "ggz")),
)
GAPS = [timedelta(hours=hours) for hours in (0, 1, 1, 5, 6, 24)] + [
    timedelta(days=days) for days in (1, 3, 10, 14, 30, 45, 60, 90)
]


def story(base: datetime, person: str, chapters: list[tuple[timedelta, timedelta, Happening]]) -> list[Happening]:
    """One person's events, each a telling time after the one before."""
    told = []
    for gap, splinter, one in chapters:
        base += gap + splinter
        record = _replace(one.record, occurred_at=base, registered_at=base, received_at=base)
        told.append(Happening(record, person, traceable=True))
    return told


stories = st.builds(
    story,
    st.sampled_from(BASES),
    st.sampled_from(PERSONS[:2]),
    st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(SPLINTERS), happenings), min_size=3, max_size=9),
)
_steps = st.one_of(
    st.tuples(st.just("add"), stories, st.none()),
    st.tuples(st.just("add"), stories, st.none()),
    st.tuples(st.just("add"), st.lists(happenings, min_size=1, max_size=4), st.none()),
    st.tuples(st.just("retract"), st.integers(0, 50), st.none()),
    st.tuples(st.just("correct"), st.integers(0, 50), happenings),
    st.tuples(st.just("doubt"), st.integers(0, 50), st.none()),
    st.tuples(st.just("merge"), st.permutations(PERSONS), st.sampled_from((1, 2))),
)


DELIVERED = (
    {},
    {"ggz": LATER},
    {"ggz": LATER, "gemeente": datetime(2025, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC)},
    {"ggz": datetime(2025, 12, 31, 23, tzinfo=UTC), "gemeente": LATER},
    {"ggz": LATER, "gemeente": LATER},
)
"""Up to when partners that tell of care have delivered: one does everywhere, one in the first municipality only."""


def written(steps: list[tuple[str, object, object]], delivered: dict[str, datetime]) -> World:
    world = World(delivered=delivered)
    for what, first, second in steps:
        match what:
            case "add":
                tell(world, first)
            case "retract":
                world.retract(first)
            case "correct":
                world.correct(first, second)
            case "doubt":
                world.doubt(first)
            case "merge":
                world.merge(first[0], first[1], second)
    return world


worlds = st.builds(written, st.lists(_steps, min_size=2, max_size=6), st.sampled_from(DELIVERED))


def eventful(seed: int, steps: int) -> World:
    """A long log, the same for a seed."""
    dice, world = random.Random(seed), World(delivered=DELIVERED[2])

    def made() -> Happening:
        at = dice.choice(BASES) + dice.choice(STEPS) + dice.choice(STEPS) + dice.choice(SPLINTERS)
        place, person = dice.choice((*MUNICIPALITIES, ELSEWHERE)), dice.choice((None, *PERSONS, *PERSONS))
        incident = dice.choice((None, None, f"i{dice.randrange(20)}"))
        return happening(
            at, dice.choice(KINDS), place, person, incident, dice.choice((timedelta(0), timedelta(hours=25)))
        )

    for _ in range(steps):
        pick = dice.randrange(1000)
        match dice.choices(["add", "story", "retract", "correct", "doubt", "merge"], [30, 30, 8, 20, 10, 1])[0]:
            case "add":
                tell(world, [made() for _ in range(dice.randrange(1, 3))])
            case "story":
                chapters = [(dice.choice(GAPS), dice.choice(SPLINTERS), made()) for _ in range(dice.randrange(2, 7))]
                tell(world, story(dice.choice(BASES), dice.choice(PERSONS), chapters))
            case "retract":
                world.retract(pick)
            case "correct":
                world.correct(pick, made())
            case "doubt":
                world.doubt(pick)
            case "merge":
                world.merge(*dice.sample(PERSONS, 2), dice.choice((1, 2)))
    return world


def tell(world: World, happenings: list[Happening]) -> None:
    world.add([renamed(one, f"e{world.count + number}") for number, one in enumerate(happenings)])
    world.count += len(happenings)


def telling_days(world: World, window: int) -> list[date]:
    """The days on which something may begin or end, and those before: a series is the same from one to the next."""
    shifts = (0, 15, 31, 61, 91)
    days = {
        one.entry.day + timedelta(days=shift + length)
        for one in world.live
        for shift in shifts
        for length in (0, window)
    }
    return sorted(days | {day - timedelta(days=1) for day in days})
