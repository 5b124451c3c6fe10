"""Signals equal the oracle's, message by message; sequences are legal; neither order nor batches change what holds."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import EventRecord, Heartbeat, PersonChanged, Signal, SignalsMessage, Tick, encode
from vangnet_indicators.adapters.rows import columns, person_of
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.register import register
from vangnet_simulator.oracle.rules import episodes
from vangnet_simulator.oracle.signals import Signal as Expected
from vangnet_simulator.oracle.signals import Signals
from vangnet_simulator.oracle.terms import Heard, World

from tests.unit.indicators.people import (
    BOOK,
    CARERS,
    DAY,
    PERSONS,
    POLICY,
    START,
    WORLD,
    Logged,
    change,
    events,
    fact,
    logs,
    record,
    years,
)

LEGAL = {
    None: {"raised"},
    "raised": {"updated", "ended", "withdrawn"},
    "updated": {"updated", "ended", "withdrawn"},
    "ended": {"updated", "withdrawn"},
    "withdrawn": set(),
}
NAMES = ("person", "events", "facts", "signals", "raised", "changed_from", "next_due", "waits", "activation")


def shown(signal: Signal) -> tuple[object, ...]:
    evidence = tuple(((item.event.source, item.event.id), item.revision, item.occurrence) for item in signal.evidence)
    return (
        signal.change, signal.at, signal.rule, signal.episode, signal.raised_at, signal.ended_at, signal.crossed_at,
        signal.lead, signal.mode, signal.municipalities, signal.occurrences, signal.events, signal.in_care, evidence,
        signal.anchor and (signal.anchor.source, signal.anchor.id),
    )  # fmt: skip


def expected(signal: Expected) -> tuple[object, ...]:
    e = signal.episode
    evidence = tuple(
        (fact.root, (fact.registered_at - fact.received_at).seconds, number) for fact, number in e.evidence
    )
    return (
        signal.change, signal.at, e.rule, signal.number, signal.raised_at, signal.ended_at, e.crossed_at,
        e.lead, e.mode, sorted({fact.municipality for fact, _ in e.evidence}), e.occurrences, e.events, signal.in_care, evidence,
        e.anchor,
    )  # fmt: skip


class Oracle:
    """The oracle between messages."""

    def __init__(self, world: World = WORLD) -> None:
        self.signals = Signals(world)
        self.live: dict[str, list[EventRecord]] = {}
        self.numbers: dict[str, int] = {}

    def hear(self, message: Logged) -> list[Expected]:
        if isinstance(message, Tick):
            return self.signals.tick(message.at)
        if isinstance(message, Heartbeat):
            self.signals.heartbeat(message.partner, message.up_to)
            return []
        kept = [r for r in self.live.get(message.person, []) if r not in message.removed] + message.added
        self.live[message.person] = kept
        number = self.numbers.setdefault(message.person, len(self.numbers))
        return [] if message.more else self.signals.change(message.at, {number: [fact(record) for record in kept]})


def signals_of(said: Sequence[SignalsMessage]) -> list[Signal]:
    return [message for message in said if isinstance(message, Signal)]


class Stored:
    """Persons as rows between batches: what the stage does, with a dictionary for the table."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, object]] = {}
        self.tick = None
        self.delivered: dict[str, int] = {}
        self.said: list[bytes] = []

    def take(self, batch: Sequence[PersonChanged | Tick]) -> None:
        named = {message.person for message in batch if isinstance(message, PersonChanged)}
        tick = max((message.at for message in batch if isinstance(message, Tick)), default=None)
        wanted = [
            row for key, row in self.rows.items()
            if key in named or (tick and (row["waits"] or (row["next_due"] and row["next_due"] <= tick)))
        ]  # fmt: skip
        loaded = [person_of(row) for row in wanted]
        partition = Partition(0, self.tick, {person.id: person for person in loaded}, delivered=self.delivered)
        for message in batch:
            self.said += [encode(out) for out in step(partition, message, BOOK)]
        for person_id in partition.changed:
            person = partition.persons[person_id]
            self.rows.pop(person_id, None)
            if not person.empty:
                ids, _, *rest = columns(0, [person])
                values = [UUID(ids[0]), *(column[0] for column in rest)]
                self.rows[person_id] = dict(zip(NAMES, values, strict=True))
        self.tick, self.delivered = partition.tick, partition.delivered


@settings(max_examples=150, deadline=None)
@given(logs)
def test_signals_equal_the_oracle_after_every_message(log) -> None:
    compare_with_oracle(log)


def compare_with_oracle(log: Sequence[Logged]) -> None:
    """All of one change in order; at a Tick, where many persons may speak, each person's in order."""
    partition, oracle = Partition(0, None, {}), Oracle()
    for message in log:
        said, told = signals_of(step(partition, message, BOOK)), oracle.hear(message)
        if isinstance(message, Tick):
            said.sort(key=lambda signal: oracle.numbers[signal.person])
            told.sort(key=lambda signal: signal.person)
        assert [(oracle.numbers[s.person], *shown(s)) for s in said] == [(s.person, *expected(s)) for s in told]


@pytest.mark.parametrize("seed", range(4))
def test_signals_of_years_equal_the_oracle(seed: int) -> None:
    compare_with_oracle(years(seed))


def test_the_years_hold_every_rule_and_every_class_of_care() -> None:
    """Else the comparison would say nothing about them."""
    partitions = [Partition(0, None, {}) for _ in range(4)]
    said = [s for n, one in enumerate(partitions) for message in years(n) for s in signals_of(step(one, message, BOOK))]
    raised = {signal.rule for signal in said if signal.change == "raised"}
    assert raised == {rule.id for rule in POLICY.rules}
    assert {signal.in_care for signal in said} == {"yes", "no", "unknown"}
    assert {s.rule for s in said if s.change == "withdrawn"} >= {"R1", "R3", "R6a", "R6b", "R8", "R9"}
    entries = [
        entry
        for one in partitions
        for person in one.persons.values()
        for entry in register(person, BOOK, one.tick, one.delivered)
    ]
    assert {"open", "ended", "history", "unjudged"} == {entry.state for entry in entries}


@settings(max_examples=80, deadline=None)
@given(logs)
def test_sequences_are_legal_and_ids_are_used_once(log) -> None:
    partition, last = Partition(0, None, {}), {}
    for message in log:
        for signal in signals_of(step(partition, message, BOOK)):
            assert signal.change in LEGAL[last.get(signal.id)]
            assert (signal.change == "ended") <= (signal.ended_at is not None)
            last[signal.id] = signal.change


@settings(max_examples=60, deadline=None)
@given(logs)
def test_batches_of_1_7_and_1000_say_the_same(log) -> None:
    runs = []
    for size in (1, 7, 1000):
        stored = Stored()
        for start in range(0, len(log), size):
            stored.take(log[start : start + size])
        runs.append((stored.said, stored.rows, stored.tick))
    assert all(one == other for one, other in pairwise(runs))


@settings(max_examples=60, deadline=None)
@given(st.lists(events, max_size=14), st.randoms())
def test_the_episodes_do_not_depend_on_the_order_of_arrival(drawn, random) -> None:
    records = [record(f"e{n}", *event) for n, event in enumerate(drawn)]
    partition = Partition(0, None, {})
    for one in random.sample(records, len(records)):
        step(partition, change(START, [one]), BOOK)
    heard = Heard(tick=START + 400 * DAY, up_to=dict.fromkeys(CARERS, START + 60 * DAY))
    delivered = {partner: micros(moment) for partner, moment in heard.up_to.items()}
    found = [
        (entry.rule, entry.crossed_at, entry.lead, entry.mode, entry.occurrences, entry.events, [(key.source, key.id) for key in entry.evidence])
        for person in partition.persons.values()
        for entry in register(person, BOOK, heard.tick, delivered)
        if entry.state != "unjudged"
    ]  # fmt: skip
    wanted = [
        (e.rule, e.crossed_at, e.lead, e.mode, e.occurrences, e.events, [fact.root for fact, _ in e.evidence])
        for rule in WORLD.rules
        for e in episodes([fact(one) for one in records], rule, WORLD, heard)
    ]
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("days", [0, 1, -1])
def test_a_tick_that_is_not_new_changes_nothing_and_is_passed_on(days: int) -> None:
    partition = Partition(0, START, {})
    tick = Tick(at=START + timedelta(days=days))
    assert step(partition, tick, BOOK) == [tick]
    assert partition.tick == max(START, tick.at)


def test_of_a_person_without_events_nothing_is_kept() -> None:
    stored, one = Stored(), record("a", START)
    stored.take([change(START, [one])])
    assert set(stored.rows) == {PERSONS[0]}
    stored.take([change(START, removed=[one])])
    assert not stored.rows


def test_whoever_comes_back_is_new_wherever_a_batch_ends() -> None:
    nights = [record(f"e{n}", START + timedelta(days=n)) for n in range(3)]
    log = [change(START, nights), change(START, removed=nights), change(START, nights)]
    once, apart = Stored(), Stored()
    once.take(log)
    for message in log:
        apart.take([message])
    assert once.said == apart.said and once.rows == apart.rows
