"""The oracle that `vangnet demo --once` compares with says the same as indicators."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import EventRecord, Tick
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.counts import WINDOWS
from vangnet_simulator.oracle.counting import RuleFacts, Signals, counts
from vangnet_simulator.oracle.linking import Fact

from tests.oracle import counts as oracle
from tests.unit.indicators.people import BOOK, PERSONS, POLICY, START, events, logs, moments, record

PLACES = [None, "GM0034", "GM0995", "GM0171"]
RULES = [
    RuleFacts(
        rule.id,
        rule.condition.days,
        rule.condition.with_group,
        rule.rearm_days,
        {place: (rule.setting(place).state, rule.threshold(place)) for place in PLACES},
    )
    for rule in POLICY.rules
]


def fact(record: EventRecord) -> Fact:
    root = (record.event.source, record.event.id)
    return Fact(
        source=root[0],
        id=root[1],
        root=root,
        retracts=False,
        partner=record.partner,
        type=record.type,
        event_class=record.event_class,
        group=record.group,
        occurred_at=record.occurred_at,
        registered_at=record.registered_at + timedelta(seconds=record.revision),
        received_at=record.received_at,
        municipality=record.municipality,
        identity=frozenset(),
    )


@settings(max_examples=60, deadline=None)
@given(logs)
def test_the_same_signals_stand(log) -> None:
    partition, theirs = Partition(0, None, {}), Signals(RULES, POLICY.region.signal_horizon_days)
    live: dict[str, list[EventRecord]] = {person: [] for person in PERSONS}
    now = START
    for message in log:
        step(partition, message, BOOK)
        if isinstance(message, Tick):
            theirs.tick(message.at)
        else:
            live[message.person] = [r for r in live[message.person] if r not in message.removed] + message.added
            if not message.more:
                theirs.change(message.at, {PERSONS.index(message.person): [fact(r) for r in live[message.person]]})
        now = max(now, message.at)
    step(partition, Tick(at=now), BOOK)
    theirs.tick(now)
    ours = [one.signal for person in partition.persons.values() for one in person.standing]
    assert sorted((s.rule, s.person, str(s.ended_at), s.occurrences, s.events, s.lead, sorted((e.event.source, e.event.id) for e in s.evidence)) for s in ours) == sorted(
        (s.rule, PERSONS[s.person], str(s.ended_at), len(s.crossing.occurrences), sum(map(len, s.crossing.occurrences)), s.crossing.lead, sorted(s.keys)) for s in theirs.standing
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(events, max_size=15), moments)
def test_the_same_counts(drawn, as_of) -> None:
    records = [record(f"e{n}", *event) for n, event in enumerate(drawn)]
    facts = [fact(one) for one in records]
    assert {days: counts(facts, as_of, days) for days in WINDOWS} == oracle.counts(records, as_of)
