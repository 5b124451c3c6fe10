"""Made-up events of made-up people, a policy with rules that differ by municipality, and logs of messages about them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from vangnet_contract.messages import EventKey, EventRecord, Heartbeat, PersonChanged, Signal, Tick
from vangnet_contract.policy import Cell, OccurrenceCount, Policy, Rule, RuleSetting, load_policy
from vangnet_contract.taxonomy import event_types
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.rulebook import Rulebook, rulebook
from vangnet_simulator.oracle.linking import Fact
from vangnet_simulator.oracle.world import world_of

DEMO: Policy = load_policy(Path(__file__).parents[3] / "deploy" / "policy" / "demo")
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
AMBULANCE = "nl.oggz-signalen.acute-zorg.ambulance-inzet.v1"
SOCIAL = "nl.oggz-signalen.sociaal-domein.oggz-melding.v1"
CARE = "nl.oggz-signalen.ggz.ambulante-zorg.v1"
REQUEST = "nl.oggz-signalen.client.eigen-melding.v1"
E14 = "nl.oggz-signalen.veiligheid.zelfdoding-poging-dreiging.v1"
DISCHARGE = "nl.oggz-signalen.ggz.ontslag.v1"
CRISIS_CARE_ENDED = "nl.oggz-signalen.acute-zorg.crisiszorg-beeindigd.v1"
DROPOUT = "nl.oggz-signalen.ggz.zorguitval.v1"
ADMISSION = "nl.oggz-signalen.ggz.opname.v1"
EVICTION = "nl.oggz-signalen.wonen.huisuitzetting.v1"
SHELTER = "nl.oggz-signalen.sociaal-domein.opvang.v1"
AUTHORISATION = "nl.oggz-signalen.verplichte-zorg.zorgmachtiging.v1"
Kind = str | tuple[str, dict[str, str]]
"""A type, with details where these matter."""
STARTED, GOING_ON, ENDED = {"fase": "start"}, {"fase": "lopend"}, {"fase": "einde"}
TYPES: tuple[Kind, ...] = (
    POLICE, POLICE, POLICE, POLICE, POLICE, AMBULANCE, AMBULANCE, SOCIAL, SOCIAL, E14, E14, REQUEST,
    (CARE, STARTED), (CARE, GOING_ON), (CARE, ENDED | {"reden": "afgerond"}), (CARE, ENDED | {"reden": "uitval"}),
    DISCHARGE, DISCHARGE, CRISIS_CARE_ENDED, DROPOUT, ADMISSION, (SHELTER, ENDED), (SHELTER, {"fase": "aanmelding"}),
    (AUTHORISATION, ENDED), (AUTHORISATION, GOING_ON),
    (EVICTION, {"fase": "aangekondigd"}), (EVICTION, {"fase": "afgewend"}),
)  # fmt: skip
CARERS = ("ggz", "gemeente")
PLACES = ("GM0034", "GM0034", "GM0995", "GM0171", "GM0303")
PERSONS = tuple(str(n) * 32 for n in (1, 2, 3))


Logged = PersonChanged | Tick | Heartbeat


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


def _everywhere(rule: Rule) -> Rule:
    """On in one way or another, but in GM0171."""
    threshold = 3 if rule.id == "R5" else 2
    settings = {
        "GM0034": RuleSetting(state="actief", besluit="DEMO"),
        "GM0995": RuleSetting(
            state="actief", besluit="DEMO", threshold=threshold if rule.condition.threshold else None
        ),
        "GM0171": RuleSetting(state="uit"),
    }
    return rule.model_copy(update={"default": RuleSetting(state="schaduw"), "municipalities": settings})


def _cell(partner: str, admission: str) -> Cell:
    decided = {
        "grondslag": ["avg-6-1-e"],
        "besluit": "DEMO",
        "verantwoordelijke": "DEMO",
        "geldig_tot": date(2100, 1, 1),
    }
    return Cell.model_validate({"partner": partner, "types": ["alle"], "admission": admission, **decided})


COUNTING = [
    _rule("R1", OccurrenceCount(count=4, days=90, with_group="politie"), 30),
    _rule("R2", OccurrenceCount(count=3, days=14), 7),
    _rule("R10", OccurrenceCount(count=2, days=1), 0),
]
COVERS = {"gemeente": ["GM0034", "GM0171", "GM0303"], "wonen": ["GM0303"]}
POLICY = DEMO.model_copy(
    update={
        "rules": COUNTING + [_everywhere(r) for r in DEMO.rules if r.about_persons and r.id not in ("R1", "R2", "R10")],
        # Care: ggz everywhere, gemeente here and there; in GM0303 somebody tells of it without persons, so nobody can know.
        "partners": [p.model_copy(update={"covers": COVERS.get(p.name, [])}) for p in DEMO.partners],
        "matrix": [_cell("ggz", "allowed"), _cell("gemeente", "allowed"), _cell("wonen", "aggregate-only")],
    }
)
WORLD = world_of(POLICY)
BOOK, DEMO_BOOK = rulebook(POLICY), rulebook(DEMO)


def record(
    name: str, at: datetime, kind: Kind = POLICE, municipality: str = "GM0034", revision: int = 0, **details: str
) -> EventRecord:
    """An event; registered and received when it happened."""
    type, given = (kind, {}) if isinstance(kind, str) else kind
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
        details=given | details,
    )


def fact(record: EventRecord) -> Fact:
    """The event as the oracle takes it. A correction is registered a second later for each revision."""
    root = (record.event.source, record.event.id)
    return Fact(
        source=root[0], id=root[1], root=root, retracts=False, partner=record.partner, type=record.type,
        event_class=record.event_class, group=record.group, occurred_at=record.occurred_at,
        registered_at=record.registered_at + timedelta(seconds=record.revision), received_at=record.received_at,
        municipality=record.municipality, identity=frozenset(), details=tuple(sorted(record.details.items())),
    )  # fmt: skip


def change(
    at: datetime,
    added: list[EventRecord] | None = None,
    removed: list[EventRecord] | None = None,
    person: str = PERSONS[0],
    more: bool = False,
) -> PersonChanged:
    return PersonChanged(person=person, at=at, cause=None, removed=removed or [], added=added or [], more=more)


def play(*messages: Logged, book: Rulebook = DEMO_BOOK) -> list[Signal]:
    """The signals, from nothing."""
    partition = Partition(0, None, {})
    said = [out for message in messages for out in step(partition, message, book)]
    return [out for out in said if isinstance(out, Signal)]


@dataclass
class Log:
    """A linker's messages about a few people, each step legal: what is removed is there, what is added is not."""

    now: datetime = START
    live: dict[str, list[EventRecord]] = field(default_factory=lambda: {person: [] for person in PERSONS})
    messages: list[Logged] = field(default_factory=list)
    count: int = 0

    def add(self, person: str, events: list[tuple[datetime, Kind, str]], in_chunks: bool) -> None:
        records = [record(f"e{self.count + n}", *event) for n, event in enumerate(events)]
        self.count += len(records)
        self.tell(person, [], records, in_chunks)

    def retract(self, person: str, pick: int) -> None:
        if self.live[person]:
            self.tell(person, [self.live[person][pick % len(self.live[person])]], [])

    def correct(self, person: str, pick: int, at: datetime, kind: Kind, place: str) -> None:
        if self.live[person]:
            old = self.live[person][pick % len(self.live[person])]
            self.tell(person, [old], [record(old.event.id, at, kind, place, old.revision + 1)])

    def merge(self, person: str, other: str) -> None:
        moved = list(self.live[other])
        if person != other and moved:
            self.tell(other, moved, [])
            self.tell(person, [], moved)

    def heartbeat(self, partner: str, after: int) -> None:
        self.messages.append(Heartbeat(partner=partner, up_to=self.now + after * HOUR))

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
    st.tuples(st.just("heartbeats"), st.sampled_from([-24 * 20, -1, 0, 24 * 20]), st.none()),
    st.tuples(st.just("heartbeat"), st.sampled_from([-24 * 20, -1, 0, 24 * 20]), st.sampled_from(CARERS)),
)
_person = st.sampled_from((PERSONS[0], PERSONS[0], *PERSONS))
_waits = st.sampled_from([0, 0, 6, 24, 24 * 5, 24 * 14, 24 * 35, -24 * 3])


def written(steps: list[tuple[str, int, tuple[object, ...]]]) -> list[Logged]:
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
            case "heartbeats":
                for partner in CARERS:
                    log.heartbeat(partner, first)
            case "heartbeat":
                log.heartbeat(second, first)
    return log.messages


logs = st.lists(st.tuples(_person, _waits, _steps), min_size=1, max_size=12).map(written)


def years(seed: int, steps: int = 45) -> list[Logged]:
    """A long log about few people: quiet spells and bursts, care that begins, goes on and ends, partners that fall silent."""
    chance = random.Random(seed)
    log, silent = Log(), dict.fromkeys(CARERS, 0)
    places = chance.sample(PLACES, 2)
    for _ in range(steps):
        log.now += chance.choice([1, 6, 30, 60, 100, 24 * 7, 24 * 14, 24 * 45]) * HOUR
        person = chance.choice(PERSONS[:2])
        match chance.choices(("add", "burst", "retract", "correct", "merge"), (10, 3, 1, 1, 0.3))[0]:
            case "add":
                log.add(
                    person, [_happening(chance, log.now, TYPES, places) for _ in range(chance.randint(1, 3))], False
                )
            case "burst":
                log.add(
                    person, [_happening(chance, log.now, TYPES[:12], places) for _ in range(4)], chance.random() < 0.3
                )
            case "retract":
                log.retract(person, chance.randrange(99))
            case "correct":
                log.correct(person, chance.randrange(99), *_happening(chance, log.now, TYPES, places))
            case "merge":
                log.merge(person, chance.choice(PERSONS[:2]))
        for partner in CARERS:
            silent[partner] = chance.randint(3, 9) if chance.random() < 0.05 else silent[partner] - 1
            if silent[partner] < 0:
                log.heartbeat(partner, -chance.choice([0, 0, 1]))
        if chance.random() < 0.7:
            log.tick()
    log.tick()
    return log.messages


def _happening(
    chance: random.Random, now: datetime, kinds: Sequence[Kind], places: Sequence[str]
) -> tuple[datetime, Kind, str]:
    at = now - chance.choice([0, 0, 1, 7, 30, 100, 24 * 10]) * HOUR - chance.randrange(2) * timedelta(minutes=30)
    return at, chance.choice(kinds), chance.choice(places)
