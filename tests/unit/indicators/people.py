"""Made-up events of made-up people, a policy with rules that differ by municipality, and logs of messages about them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from vangnet_contract.messages import EventKey, EventRecord, PersonChanged, Signal, Tick
from vangnet_contract.policy import OccurrenceCount, Policy, Rule, RuleSetting, load_policy
from vangnet_contract.taxonomy import event_types
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.rulebook import Rulebook, rulebook

DEMO: Policy = load_policy(Path(__file__).parents[3] / "deploy" / "policy" / "demo")
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
AMBULANCE = "nl.oggz-signalen.acute-zorg.ambulance-inzet.v1"
SOCIAL = "nl.oggz-signalen.sociaal-domein.oggz-melding.v1"
CARE = "nl.oggz-signalen.ggz.ambulante-zorg.v1"
REQUEST = "nl.oggz-signalen.client.eigen-melding.v1"
TYPES = (POLICE, POLICE, POLICE, AMBULANCE, SOCIAL, CARE, REQUEST)
PLACES = ("GM0034", "GM0034", "GM0995", "GM0171", "GM0303")
PERSONS = tuple(str(n) * 32 for n in range(3))


def _rule(name: str, condition: OccurrenceCount, rearm_days: int) -> Rule:
    return Rule(
        id=name,
        name=name,
        condition=condition,
        rearm_days=rearm_days,
        severity="hoog",
        recipients=["coordinator"],
        grondslag="avg-6-1-e",
        why="Omdat.",
        since=date(2026, 1, 1),
        default=RuleSetting(state="schaduw"),
        municipalities={
            "GM0034": RuleSetting(state="actief", besluit="DEMO"),
            "GM0995": RuleSetting(state="actief", besluit="DEMO", threshold=2),
            "GM0171": RuleSetting(state="uit"),
        },
    )


POLICY = DEMO.model_copy(
    update={
        "rules": [
            _rule("R1", OccurrenceCount(count=4, days=90, with_group="politie"), 30),
            _rule("R2", OccurrenceCount(count=3, days=14), 7),
            _rule("R10", OccurrenceCount(count=2, days=1), 0),
        ]
    }
)
BOOK, DEMO_BOOK = rulebook(POLICY), rulebook(DEMO)


def record(
    name: str, at: datetime, type: str = POLICE, municipality: str = "GM0034", revision: int = 0, **details: str
) -> EventRecord:
    """An event; registered and received when it happened."""
    row = event_types()[type]
    return EventRecord(
        event=EventKey(f"urn:nld:oin:{len(name):020}:systeem:bvh", name),
        revision=revision,
        type=type,
        group=row.group,
        event_class=row.event_class,
        occurred_at=at,
        registered_at=at,
        received_at=at,
        municipality=municipality,
        partner="politie",
        details=details,
    )


def change(
    at: datetime,
    added: list[EventRecord] | None = None,
    removed: list[EventRecord] | None = None,
    person: str = PERSONS[0],
    more: bool = False,
) -> PersonChanged:
    return PersonChanged(person=person, at=at, cause=None, removed=removed or [], added=added or [], more=more)


def play(*messages: PersonChanged | Tick, book: Rulebook = DEMO_BOOK) -> list[Signal]:
    """The signals, from nothing."""
    partition = Partition(0, None, {})
    said = [out for message in messages for out in step(partition, message, book)]
    return [out for out in said if isinstance(out, Signal)]


@dataclass
class Log:
    """A linker's messages about a few people, each step legal: what is removed is there, what is added is not."""

    now: datetime = START
    live: dict[str, list[EventRecord]] = field(default_factory=lambda: {person: [] for person in PERSONS})
    messages: list[PersonChanged | Tick] = field(default_factory=list)
    count: int = 0

    def add(self, person: str, events: list[tuple[datetime, str, str]], in_chunks: bool) -> None:
        records = [record(f"e{self.count + n}", *event) for n, event in enumerate(events)]
        self.count += len(records)
        self.tell(person, [], records, in_chunks)

    def retract(self, person: str, pick: int) -> None:
        if self.live[person]:
            self.tell(person, [self.live[person][pick % len(self.live[person])]], [])

    def correct(self, person: str, pick: int, at: datetime, type: str, place: str) -> None:
        if self.live[person]:
            old = self.live[person][pick % len(self.live[person])]
            self.tell(person, [old], [record(old.event.id, at, type, place, old.revision + 1)])

    def merge(self, person: str, other: str) -> None:
        moved = list(self.live[other])
        if person != other and moved:
            self.tell(other, moved, [])
            self.tell(person, [], moved)

    def tick(self) -> None:
        self.messages.append(Tick(at=self.now))

    def tell(self, person: str, removed: list[EventRecord], added: list[EventRecord], in_chunks: bool = False) -> None:
        self.live[person] = [r for r in self.live[person] if r not in removed] + added
        if in_chunks:
            self.messages += [change(self.now, [r], person=person, more=True) for r in added[:-1]]
            added = added[-1:]
        self.messages.append(change(self.now, added, removed, person))


moments = st.one_of(
    st.integers(0, 120 * 24).map(lambda hours: START + hours * HOUR),
    st.integers(0, 12 * 24).map(lambda hours: START + hours * HOUR),
    st.sampled_from([0, 6, 24, 48, 168, 336, 720, 2160]).map(lambda hours: START + hours * HOUR),
    st.sampled_from([6, 24, 168, 336, 2160]).map(lambda hours: START + hours * HOUR + timedelta(microseconds=1)),
)
events = st.tuples(moments, st.sampled_from(TYPES), st.sampled_from(PLACES))
_steps = st.one_of(
    st.tuples(st.just("add"), st.lists(events, min_size=1, max_size=6), st.booleans()),
    st.tuples(st.just("add"), st.lists(events, min_size=1, max_size=3), st.just(False)),
    st.tuples(st.just("retract"), st.integers(0, 50), st.none()),
    st.tuples(st.just("correct"), st.integers(0, 50), events),
    st.tuples(st.just("merge"), st.sampled_from(PERSONS), st.none()),
    st.tuples(st.just("tick"), st.none(), st.none()),
)
_person = st.sampled_from((PERSONS[0], PERSONS[0], *PERSONS))
_waits = st.sampled_from([0, 0, 6, 24, 24 * 5, 24 * 14, 24 * 35, -24 * 3])


def written(steps: list[tuple[str, int, tuple[object, ...]]]) -> list[PersonChanged | Tick]:
    """The log that these steps make."""
    log = Log()
    for person, wait, (what, first, second) in steps:
        log.now += wait * HOUR
        match what:
            case "add":
                log.add(person, first, second)
            case "retract":
                log.retract(person, first)
            case "correct":
                log.correct(person, first, *second)
            case "merge":
                log.merge(person, first)
            case "tick":
                log.tick()
    return log.messages


logs = st.lists(st.tuples(_person, _waits, _steps), min_size=1, max_size=12).map(written)
