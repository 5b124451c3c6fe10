"""What is kept follows from the stored events at every moment; whatever is spoilt is found, and mended."""

import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from vangnet_contract.messages import Heartbeat, PolicyActivated, Signal, Tick
from vangnet_indicators.adapters.area_store import by_series
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.area.cells import AreaCells
from vangnet_indicators.domain.area.reports import Report
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.person import LOOK_AGAIN, Person, Standing
from vangnet_indicators.domain.rebuild import lacking, mended, person_cells
from vangnet_indicators.domain.verify import Kept, Kind, check_person

from tests.unit.indicators.area_world import eventful
from tests.unit.indicators.people import BOOK, DAY, DEMO_BOOK, Logged, logs, years


def after(messages: list[Logged]) -> Partition:
    partition = Partition(0, None, {})
    for message in messages:
        step(partition, message, BOOK)
    return partition


def known(partition: Partition) -> Known:
    return Known(micros(partition.tick) if partition.tick else 0, partition.delivered)


def kept(person: Person) -> Kept:
    return Kept(person, person.due, dict(person.waits), person.activation)


def found(partition: Partition) -> dict[str, list[Kind]]:
    return {
        one.id: kinds
        for one in partition.persons.values()
        if (kinds := check_person(kept(one), known(partition), BOOK))
    }


@settings(max_examples=60, deadline=None)
@given(logs)
def test_nothing_differs_whatever_came_in_whatever_order(messages: list[Logged]) -> None:
    partition = Partition(0, None, {})
    for message in messages:
        step(partition, message, BOOK)
        if isinstance(message, Tick):
            assert found(partition) == {}
    latest = max((m.at for m in messages if not isinstance(m, Heartbeat)), default=None)
    if latest:
        step(partition, Tick(at=latest), BOOK)
        assert found(partition) == {}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_differs_through_years(seed: int) -> None:
    partition = Partition(0, None, {})
    for message in years(seed):
        step(partition, message, BOOK)
        if isinstance(message, Tick):
            assert found(partition) == {}
    assert any(person.standing for person in partition.persons.values())


@pytest.mark.parametrize("seed", range(3))
def test_nothing_differs_when_the_policy_changes(seed: int) -> None:
    messages = years(seed)
    half, book = len(messages) // 2, BOOK
    partition = Partition(0, None, {})
    for number, message in enumerate(messages):
        if number == half:
            step(partition, PolicyActivated(version="other"), book)
            book = msgspec.structs.replace(DEMO_BOOK, version="other")
        step(partition, message, book)
        if isinstance(message, Tick):
            for one in partition.persons.values():
                stored = Kept(one, one.due, dict(one.waits), partition.activation)
                assert check_person(stored, known(partition), book) == []
    assert partition.activation == 1


def copied(person: Person) -> Person:
    return msgspec.structs.replace(
        person,
        history=msgspec.structs.replace(person.history, facts=list(person.history.facts)),
        standing=list(person.standing),
    )


def spoilt_packed(person: Person) -> None:
    person.history.packed = person.history.packed[:8] + b"\0\1" + person.history.packed[10:]


def spoilt_order(person: Person) -> None:
    person.history.facts.reverse()


def spoilt_content(person: Person) -> None:
    one = person.standing[0]
    person.standing[0] = Standing.of(msgspec.structs.replace(one.signal, occurrences=99), one.ends_at)


def spoilt_end(person: Person) -> None:
    one = person.standing[0]
    person.standing[0] = Standing.of(one.signal, one.ends_at + timedelta(hours=1))


def spoilt_waits(person: Person) -> None:
    person.waits = dict.fromkeys(BOOK.frontiers, 2**62)


SPOILT = {
    "packed": spoilt_packed,
    "signal-content": spoilt_content,
    "signal-end": spoilt_end,
    "waits": spoilt_waits,
}


@pytest.mark.parametrize("kind", SPOILT)
def test_what_is_spoilt_is_found_and_mended(kind: Kind) -> None:
    partition = after(years(1))
    whole = next(one for one in partition.persons.values() if one.standing)
    wrong = copied(whole)
    SPOILT[kind](wrong)
    assert kind in check_person(kept(wrong), known(partition), BOOK)
    assert mended(kept(wrong), known(partition), BOOK) == whole


def test_events_out_of_order_are_found_and_mended() -> None:
    partition = after(years(1))
    whole = next(one for one in partition.persons.values() if one.standing)
    wrong = copied(whole)
    spoilt_order(wrong)
    assert "packed" in check_person(kept(wrong), known(partition), BOOK)
    assert mended(kept(wrong), known(partition), BOOK) == whole


def test_columns_beside_the_row_are_compared() -> None:
    partition = after(years(1))
    whole = next(one for one in partition.persons.values() if one.standing)
    late = Kept(whole, (partition.tick or whole.standing[0].ends_at) + 9 * DAY, {"nobody": 1})
    assert {"next-due", "awaiting"} <= set(check_person(late, known(partition), BOOK))


def open_signal(messages: list[Logged]) -> tuple[Partition, Person]:
    """At the moment that a signal of an episode in the horizon stands."""
    partition = Partition(0, None, {})
    for message in messages:
        step(partition, message, BOOK)
        if isinstance(message, Tick):
            for one in partition.persons.values():
                if any(s.signal.crossed_at > message.at - DAY and not s.ended for s in one.standing):
                    return partition, one
    raise AssertionError("no open signal in this log")


def test_a_signal_that_is_not_there_or_has_no_episode_is_found() -> None:
    partition, whole = open_signal(years(1))
    silent = copied(whole)
    silent.standing = []
    assert "signal-missing" in check_person(kept(silent), known(partition), BOOK)
    lost = copied(whole)
    signal = lost.standing[0].signal
    nowhere = [
        msgspec.structs.replace(item, event=msgspec.structs.replace(item.event, id="?")) for item in signal.evidence
    ]
    lost.standing = [Standing.of(msgspec.structs.replace(signal, evidence=nowhere), lost.standing[0].ends_at)]
    assert "signal-lost" in check_person(kept(lost), known(partition), BOOK)


@pytest.mark.parametrize("spoil", ["missing", "lost"])
def test_what_was_not_said_is_said_at_the_first_tick_after_a_rebuild(spoil: str) -> None:
    partition, whole = open_signal(years(1))
    wrong = copied(whole)
    if spoil == "missing":
        wrong.standing = []
    else:
        extra = msgspec.structs.replace(whole.standing[0].signal, episode=whole.raised + 1, evidence=[])
        wrong.standing, wrong.raised = (
            [*whole.standing, Standing.of(extra, whole.standing[0].ends_at)],
            whole.raised + 1,
        )
    marked = mended(kept(wrong), known(partition), BOOK)
    assert marked.activation == LOOK_AGAIN and partition.tick is not None
    partition.persons[whole.id] = marked
    said = [one for one in step(partition, Tick(at=partition.tick), BOOK) if isinstance(one, Signal)]
    assert said and {(one.person, one.start_list) for one in said} == {(whole.id, False)}
    assert said[0].change == ("raised" if spoil == "missing" else "withdrawn")
    assert check_person(kept(marked), known(partition), BOOK) == [] and marked.activation == partition.activation
    open_ones = {(one.rule, one.signal.crossed_at) for one in whole.standing if not one.ended}
    assert open_ones <= {(one.rule, one.signal.crossed_at) for one in marked.standing}
    assert step(partition, Tick(at=partition.tick), BOOK) == [Tick(at=partition.tick)]


def test_cells_from_stored_events_are_those_that_were_kept() -> None:
    world = eventful(seed=7, steps=120)
    partition, messages = Partition(0, None, {}), [message for _, message in world.messages]
    for message in messages:
        step(partition, message, BOOK)
    fresh = AreaCells()
    for person in partition.persons.values():
        person_cells(person.history, person.id, BOOK, fresh)
    for report in partition.area.reports.values():
        report.count(BOOK.municipalities, fresh)
    mine = by_series(fresh)
    live = by_series(partition.area.cells)
    assert mine == live and len(live) > 100
    assert lacking(mine, live) == {}
    dice = random.Random(3)
    name = dice.choice(sorted(live))
    day = dice.choice(sorted(live[name]))
    wrong = live | {name: live[name] | {day: live[name][day] + 5}, "GM0034/nothing/7/": {1: 2}}
    assert lacking(mine, wrong) == {name: {day: -5}, "GM0034/nothing/7/": {1: -2}}
    assert Report().events == []
