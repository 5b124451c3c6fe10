"""An explanation says the same as the engine, and as plain loops over the events."""

import random
from datetime import timedelta

import msgspec
import pytest
from vangnet_contract.messages import EventRecord, Tick
from vangnet_contract.policy import OccurrenceCount
from vangnet_indicators.app import Partition, step
from vangnet_indicators.domain.conditions import moments
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.explain import Basis, Explanation, explain, rule_then
from vangnet_indicators.domain.explain_words import in_dutch
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.person import Person

from tests.unit.indicators.people import (
    AMBULANCE,
    BOOK,
    CARE,
    DAY,
    HOUR,
    PERSONS,
    PLACES,
    POLICE,
    POLICY,
    START,
    TYPES,
    change,
    record,
    years,
)

RULES = {rule.id: rule for rule in BOOK.rules}
R1 = RULES["R1"]


def history_of(records: list[EventRecord]) -> History:
    history = History()
    for one in records:
        history.add(one)
    return history


def basis(records: list[EventRecord]) -> Basis:
    return Basis(history_of(records), Known(0, {}), BOOK)


def reasons(records: list[EventRecord], t: int, rule: str = "R1") -> dict[str, str]:
    then = rule_then(RULES[rule], basis(records), t)
    return {one.event.id: one.reason for one in then.events}


def plainly(records: list[EventRecord], t: int, days: int, group: str | None) -> dict[str, str]:
    """By reading.md: occurrences of incidents, then what lies in the window."""
    gap, longest = timedelta(hours=BOOK.gap.gap_hours), timedelta(hours=BOOK.gap.max_hours)
    nights: list[list[EventRecord]] = []
    for one in sorted(records, key=lambda r: (r.occurred_at, r.event)):
        if one.event_class == "incident":
            new = not nights or one.occurred_at - nights[-1][-1].occurred_at > gap
            if new or one.occurred_at - nights[-1][0].occurred_at > longest:
                nights.append([])
            nights[-1].append(one)
    found = {}
    for one in records:
        night = next((n for n in nights if one in n), [])
        if micros(one.occurred_at) > t:
            found[one.event.id] = "later"
        elif not night:
            found[one.event.id] = "class"
        elif micros(one.occurred_at) <= t - days * 86_400_000_000:
            found[one.event.id] = "window"
        elif micros(night[0].occurred_at) <= t - days * 86_400_000_000:
            found[one.event.id] = "occurrence"
        elif group and not any(other.group == group and micros(other.occurred_at) <= t for other in night):
            found[one.event.id] = "group"
        else:
            found[one.event.id] = "counts"
    return found


@pytest.mark.parametrize("seed", range(12))
def test_reasons_equal_plain_loops(seed: int) -> None:
    dice = random.Random(seed)
    records = [
        record(f"e{n}", START + dice.randrange(130 * 12) * HOUR * 2, dice.choice(TYPES), dice.choice(PLACES))
        for n in range(25)
    ]
    latest = max(one.occurred_at for one in records)
    seen = set()
    for t in [*(micros(one.occurred_at) for one in records), micros(latest + DAY), micros(latest + 80 * DAY)]:
        for name in ("R1", "R2", "R10"):
            condition = RULES[name].condition
            assert isinstance(condition, OccurrenceCount)
            mine = reasons(records, t, name)
            assert mine == plainly(records, t, condition.days, condition.with_group)
            seen |= set(mine.values())
    assert {"counts", "later", "window", "class"} <= seen


@pytest.mark.parametrize("seed", range(12, 16))
def test_a_rule_holds_at_the_times_at_which_the_engine_says_so(seed: int) -> None:
    dice = random.Random(seed)
    records = [
        record(f"e{n}", START + dice.randrange(60 * 8) * HOUR * 3, dice.choice(TYPES), dice.choice(PLACES))
        for n in range(30)
    ]
    mine = basis(records)
    life = Life(mine.history, BOOK)
    held = 0
    for rule in BOOK.rules:
        if not rule.anchored:
            expected = set(moments(life, rule))
            assert {t for t in life.times if rule_then(rule, mine, t).holds} == expected
            held += len(expected)
    assert held > 5


def test_boundaries_and_the_reason_of_an_occurrence() -> None:
    night = [
        record("a", START),
        record("b", START + 2 * HOUR, AMBULANCE),
        record("c", START + 90 * DAY + HOUR, AMBULANCE),
    ]
    assert reasons(night, micros(START + 90 * DAY + HOUR)) == {"a": "window", "b": "occurrence", "c": "group"}
    assert reasons(night, micros(START + 90 * DAY) - 1)["a"] == "counts"
    assert reasons([record("z", START, (CARE, {"fase": "start"}))], micros(START)) == {"z": "class"}


def with_signal(messages: list) -> tuple[Person, Known]:
    partition = Partition(0, None, {})
    for message in messages:
        step(partition, message, BOOK)
    person = next(one for one in partition.persons.values() if one.standing)
    return person, Known(micros(partition.tick) if partition.tick else 0, partition.delivered)


def explained(messages: list, number: int = 0) -> Explanation:
    person, known = with_signal(messages)
    return explain(person.standing[number].signal, Basis(person.history, known, BOOK))


@pytest.mark.parametrize("seed", range(3))
def test_at_its_crossing_the_rule_of_a_signal_holds_and_counts_its_evidence_only(seed: int) -> None:
    person, known = with_signal(years(seed))
    for standing in person.standing:
        signal = standing.signal
        told = explain(signal, Basis(person.history, known, BOOK))
        then = next(rule for rule in told.moments[0].rules if rule.rule == signal.rule)
        assert then.holds and then.state != "uit", signal.rule
        counting = {one.event for one in then.events if one.counts}
        other = not RULES[signal.rule].anchored  # of anchors, several episodes may be open
        assert counting and (counting <= {item.event for item in signal.evidence} or not other)
        assert then.threshold is None or then.number is None or then.number >= then.threshold


def test_the_text_tells_each_event_and_rule_in_dutch() -> None:
    nights = [record(f"n{n}", START + n * 5 * DAY, POLICE) for n in range(4)]
    far = record("oud", START - 200 * DAY, POLICE)
    told = explained([change(START + 15 * DAY, [far, *nights], person=PERSONS[0]), Tick(at=START + 200 * DAY)])
    assert told.rule == "R1"
    text = in_dutch(told, POLICY.rules)
    assert "Regel R1: van toepassing; geteld 4, drempel 4; in GM0034: actief." in text
    assert "Regel R1: niet van toepassing; geteld 0" in text
    assert "veiligheid.overlast-verward-gedrag (politie, GM0034, voorval 1): telt niet mee: te lang geleden" in text
    assert "voorval 5): telt mee" in text and "In zorg: onbekend." in text and "geen diagnose" in text
    assert msgspec.json.decode(msgspec.json.encode(told))["moments"][0]["rules"][0]["events"][0]["reason"] == "window"
