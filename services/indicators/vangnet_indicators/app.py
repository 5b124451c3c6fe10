"""The use cases of indicators: one short function for each message of `vangnet.persons`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from vangnet_contract.messages import (
    AreaEvent,
    Heartbeat,
    PersonChanged,
    PersonsMessage,
    PolicyActivated,
    Signal,
    SignalsMessage,
    Tick,
)

from vangnet_indicators.domain.area.counting import AreaCounts
from vangnet_indicators.domain.person import Person
from vangnet_indicators.domain.rulebook import Rulebook
from vangnet_indicators.domain.signals import Occasion, end_due, reconsider


class PolicyNotLoaded(Exception):
    """Another version of the policy was activated than this process runs: start it with that one, then replay."""


class Partition(msgspec.Struct):
    """The persons of one partition that a batch touches (those who fall due in it included), the greatest Tick, area counts."""

    number: int
    tick: datetime | None
    persons: dict[str, Person]
    changed: set[str] = msgspec.field(default_factory=set)
    ticked: bool = False
    area: AreaCounts = msgspec.field(default_factory=AreaCounts)

    def person(self, person_id: str) -> Person:
        """To be changed."""
        self.changed.add(person_id)
        return self.persons.setdefault(person_id, Person(person_id))


def step(partition: Partition, message: PersonsMessage, book: Rulebook) -> list[SignalsMessage]:
    """Decides one message."""
    said: list[SignalsMessage] = HANDLERS[type(message)](partition, message, book)
    return said


def change_person(partition: Partition, change: PersonChanged, book: Rulebook) -> list[Signal]:
    """Events of a person went and came; rules are looked at once, after the last chunk."""
    person = partition.person(change.person)
    partition.area.count_person(person.history, change, book)
    person.replace(change.removed, change.added)
    said = [] if change.more else reconsider(person, Occasion(change.at, partition.tick, book))
    person.forget_if_empty()
    return said


def let_time_pass(partition: Partition, tick: Tick, book: Rulebook) -> list[SignalsMessage]:
    """Ends what is over, then passes the Tick on."""
    partition.tick = max(tick.at, partition.tick or tick.at)
    partition.ticked = True
    now = Occasion(tick.at, partition.tick, book)
    due = sorted(person_id for person_id, person in partition.persons.items() if now.reached(person.due))
    ended = [signal for person_id in due for signal in end_due(partition.person(person_id), now)]
    return [*ended, tick]


def follow_policy(partition: Partition, activated: PolicyActivated, book: Rulebook) -> list[Signal]:
    """The version that runs is no news; another one waits until it runs."""
    if activated.version != book.version:
        raise PolicyNotLoaded
    return []


def count_event(partition: Partition, event: AreaEvent, book: Rulebook) -> list[Signal]:
    """A located event came or went: area counts, nothing else."""
    partition.area.count_event(event, book)
    return []


def ignore(partition: Partition, message: Heartbeat, book: Rulebook) -> list[Signal]:
    """Absence rules are not there yet (issue 4)."""
    return []


HANDLERS: dict[type, Callable[[Partition, Any, Rulebook], Any]] = {
    PersonChanged: change_person,
    Tick: let_time_pass,
    PolicyActivated: follow_policy,
    AreaEvent: count_event,
    Heartbeat: ignore,
}
