"""The packed history gives back what was put in, sorted by time and event key."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_indicators.adapters.rows import columns, person_of
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.history import History, RecordMissing, RecordTwice
from vangnet_indicators.domain.instants import instant
from vangnet_indicators.domain.packed import RECORD, municipality_code
from vangnet_indicators.domain.person import Person

from tests.unit.indicators.people import ADMISSION, BOOK, HOUR, PERSONS, POLICE, START, change, events, record


@settings(max_examples=100, deadline=None)
@given(st.lists(events, max_size=20), st.randoms())
def test_records_come_back_whole_in_order_of_time_and_key(drawn, random) -> None:
    records = [record(f"e{n}", *event) for n, event in enumerate(drawn)]
    history = History()
    for one in random.sample(records, len(records)):
        history.add(one)
    expected = sorted(records, key=lambda one: (one.occurred_at, one.event))
    stored = [history.record(position) for position in range(len(history))]
    assert [(s.event, s.occurred_at, s.group, s.details) for s in stored] == [
        (r.event, r.occurred_at, r.group, r.details) for r in expected
    ]
    for position, (time, municipality, *_) in enumerate(RECORD.iter_unpack(history.packed)):
        assert instant(time) == expected[position].occurred_at
        assert municipality_code(municipality) == expected[position].municipality


def test_an_event_is_added_once_and_removed_once() -> None:
    history, one = History(), record("a", START)
    history.add(one)
    with pytest.raises(RecordTwice):
        history.add(one)
    history.remove(one)
    with pytest.raises(RecordMissing):
        history.remove(one)
    assert not history and history.packed == b""


def test_an_event_of_the_same_time_is_not_taken_for_another() -> None:
    history = History()
    history.add(record("a", START))
    with pytest.raises(RecordMissing):
        history.remove(record("b", START))
    with pytest.raises(RecordMissing):
        history.remove(record("a", START + HOUR))


def test_what_is_refused_is_the_record_that_is_not_there_whatever_else_somebody_has() -> None:
    partition = Partition(0, None, {})
    step(partition, change(START, [record("there", START)]), BOOK)
    with pytest.raises(RecordMissing):
        step(partition, change(START, removed=[record("never-there", START + HOUR)]), BOOK)


def test_rows_of_an_earlier_version_are_packed_anew_when_they_are_read() -> None:
    """Those had no marks: twelve bytes an event."""
    person = Person(PERSONS[0])
    person.replace([], [record(f"e{n}", START + n * HOUR, kind) for n, kind in enumerate((POLICE, (ADMISSION, {})))])
    names = (
        "person",
        "partition",
        "events",
        "facts",
        "signals",
        "raised",
        "changed_from",
        "due",
        "waits",
        "activation",
    )
    row = {name: column[0] for name, column in zip(names, columns(0, [person]), strict=True)}
    earlier = b"".join(row["events"][at : at + 12] for at in (0, 13))
    assert person_of(row | {"person": UUID(person.id), "events": earlier}).history == person.history
