"""Use cases of indicators: one short function for each message."""

from collections.abc import Callable
from typing import Any

from vangnet_contract.messages import AreaEvent, EventKey, Heartbeat, PersonChanged, PolicyActivated, Signal, Tick
from vangnet_contract.policy import Policy

from vangnet_indicators.domain.signals import Person, let_time_pass, next_due, reconsider
from vangnet_indicators.domain.working_set import WorkingSet

Message = PersonChanged | AreaEvent | Tick | PolicyActivated | Heartbeat


class RecordMissing(Exception):
    """A record is to be removed that is not there: a fault upstream, never to be counted around."""


def step(people: WorkingSet, message: Message, policy: Policy) -> list[Signal]:
    """What is to be told after one message."""
    return HANDLERS[type(message)](people, message, policy)


def change_person(people: WorkingSet, message: PersonChanged, policy: Policy) -> list[Signal]:
    """Records go and come; rules are looked at when the change is complete."""
    person = people.person(message.person)
    replace_records(person, message)
    signals = [] if message.more else reconsider(person, message.at, policy)
    people.changed(person, next_due(person, policy))
    return signals


def replace_records(person: Person, message: PersonChanged) -> None:
    """Takes the removed records out, exactly as they are, and puts the added ones in."""
    records: dict[EventKey, Any] = {record.event: record for record in person.records}
    for record in message.removed:
        if records.pop(record.event, None) != record:
            raise RecordMissing
    for record in message.added:
        records[record.event] = record
    person.records = [records[key] for key in sorted(records)]


def pass_time(people: WorkingSet, tick: Tick, policy: Policy) -> list[Signal]:
    """Whatever is due by now."""
    signals = []
    for person in people.due(tick.at):
        signals += let_time_pass(person, tick.at, policy)
        people.changed(person, next_due(person, policy))
    return signals


def note(people: WorkingSet, message: AreaEvent | Heartbeat | PolicyActivated, policy: Policy) -> list[Signal]:
    """Nothing that a count of persons or a rule over occurrences depends on."""
    return []


HANDLERS: dict[type, Callable[[WorkingSet, Any, Policy], list[Signal]]] = {
    PersonChanged: change_person,
    Tick: pass_time,
    AreaEvent: note,
    Heartbeat: note,
    PolicyActivated: note,
}
