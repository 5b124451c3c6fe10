"""Signals equal the oracle's, message by message; sequences are legal; neither order nor batches change what holds."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import PersonChanged, Signal, SignalsMessage, Tick, encode
from vangnet_indicators.adapters.rows import columns, person_of
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.register import register

from tests.oracle.episodes import episodes
from tests.oracle.signals import Replay
from tests.oracle.signals import Signal as Expected
from tests.unit.indicators.people import BOOK, PERSONS, POLICY, START, change, events, logs, record

LEGAL = {
    None: {"raised"},
    "raised": {"updated", "ended", "withdrawn"},
    "updated": {"updated", "ended", "withdrawn"},
    "ended": {"updated", "withdrawn"},
    "withdrawn": set(),
}
NAMES = ("person", "events", "facts", "signals", "raised", "changed_from", "next_due")


def shown(signal: Signal) -> tuple[object, ...]:
    evidence = tuple((item.event, item.revision, item.occurrence) for item in signal.evidence)
    return (
        signal.change, signal.at, signal.rule, signal.person, signal.episode, signal.raised_at, signal.ended_at,
        signal.crossed_at, signal.lead, signal.mode, signal.municipalities, signal.occurrences, signal.events, evidence,
    )  # fmt: skip


def expected(signal: Expected) -> tuple[object, ...]:
    e = signal.episode
    return (
        signal.change, signal.at, e.rule, signal.person, signal.number, signal.raised_at, signal.ended_at,
        signal.crossed_at, e.lead, e.mode, list(e.municipalities), e.occurrences, e.events, e.evidence,
    )  # fmt: skip


def signals_of(said: Sequence[SignalsMessage]) -> list[Signal]:
    return [message for message in said if isinstance(message, Signal)]


class Stored:
    """Persons as rows between batches: what the stage does, with a dictionary for the table."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, object]] = {}
        self.tick = None
        self.said: list[bytes] = []

    def take(self, batch: Sequence[PersonChanged | Tick]) -> None:
        named = {message.person for message in batch if isinstance(message, PersonChanged)}
        tick = max((message.at for message in batch if isinstance(message, Tick)), default=None)
        wanted = [
            row for key, row in self.rows.items()
            if key in named or (tick and row["next_due"] and row["next_due"] <= tick)
        ]  # fmt: skip
        loaded = [person_of(row) for row in wanted]
        partition = Partition(0, self.tick, {person.id: person for person in loaded})
        for message in batch:
            self.said += [encode(out) for out in step(partition, message, BOOK)]
        for person_id in partition.changed:
            person = partition.persons[person_id]
            self.rows.pop(person_id, None)
            if not person.empty:
                ids, _, *rest = columns(0, [person])
                values = [UUID(ids[0]), *(column[0] for column in rest)]
                self.rows[person_id] = dict(zip(NAMES, values, strict=True))
        self.tick = partition.tick


@settings(max_examples=120, deadline=None)
@given(logs)
def test_signals_equal_the_oracle_after_every_message(log) -> None:
    partition, oracle = Partition(0, None, {}), Replay(POLICY)
    for message in log:
        said = signals_of(step(partition, message, BOOK))
        assert [shown(signal) for signal in said] == [expected(signal) for signal in oracle.hear(message)]


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
    found = [
        (entry.rule, entry.crossed_at, entry.lead, entry.mode, entry.occurrences, entry.events, tuple(entry.evidence))
        for person in partition.persons.values()
        for entry in register(person, BOOK, None)
    ]
    assert found == [
        (e.rule, e.times[0], e.lead, e.mode, e.occurrences, e.events, tuple(key for key, _, _ in e.evidence))
        for rule in POLICY.rules
        for e in episodes(records, rule)
    ]


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
