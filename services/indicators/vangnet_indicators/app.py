"""The use cases of indicators: one short function for each message of `vangnet.persons`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from vangnet_contract.messages import (
    AccessAsked,
    AreaEvent,
    Heartbeat,
    PartnerReply,
    PersonChanged,
    PersonsMessage,
    PolicyActivated,
    RegionalSignal,
    Signal,
    SignalsMessage,
    Tick,
)

from vangnet_indicators.domain.area.counting import AreaCounts, Seen
from vangnet_indicators.domain.conditions.absence import up_to
from vangnet_indicators.domain.instants import HOUR, micros
from vangnet_indicators.domain.opening import opened, opened_since
from vangnet_indicators.domain.person import LOOK_AGAIN, Person
from vangnet_indicators.domain.regional.board import Board, Facts, watch
from vangnet_indicators.domain.rulebook import Rulebook
from vangnet_indicators.domain.signals import Occasion, end_due, judge_absences, reconsider, review

DUE_AT_ONCE = 2000
"""Persons of one partition for whom something falls due at one Tick; the others follow at the next, in order of their due time.
As many again are looked at because the policy changed."""


OWNER = 0
"""The partition whose owner speaks about the region."""


class Partition(msgspec.Struct):
    """The persons of one partition that a batch touches (those who fall due in it included), the greatest Tick, area counts.

    `delivered`: up to when each partner has delivered (µs); `heard`: those of them that changed.
    `awaiting`: what each person waited for when it was loaded. `policy`: the version in force, None = the first;
    `activation`: how many there have been; `switched`: whether one of them was in this batch. `arrivals`: events by partner
    and hour that came in this batch. `board`, `facts`: of partition OWNER alone.
    """

    number: int
    tick: datetime | None
    persons: dict[str, Person]
    changed: set[str] = msgspec.field(default_factory=set)
    ticked: bool = False
    area: AreaCounts = msgspec.field(default_factory=AreaCounts)
    delivered: dict[str, int] = {}
    heard: set[str] = msgspec.field(default_factory=set)
    awaiting: dict[str, dict[str, int]] = {}
    policy: str | None = None
    activation: int = 0
    switched: bool = False
    arrivals: dict[tuple[str, int], int] = {}
    board: Board | None = None
    facts: Facts = Facts(0)

    def person(self, person_id: str) -> Person:
        """To be changed."""
        self.changed.add(person_id)
        return self.persons.setdefault(person_id, Person(person_id, activation=self.activation))

    def behind(self) -> list[str]:
        """Persons whose signals go by an earlier policy, by id; at most DUE_AT_ONCE."""
        return sorted(one.id for one in self.persons.values() if one.activation < self.activation)[:DUE_AT_ONCE]

    def due(self, book: Rulebook) -> list[str]:
        """Persons for whom something happens by itself now, in order of their due time; at most DUE_AT_ONCE."""
        tick = micros(self.tick) if self.tick else 0
        reached = {name: min(tick, up_to(senders, self.delivered)) for name, senders in book.frontiers.items()}
        found = [(due, one.id) for one in self.persons.values() if (due := _due(one, tick, reached)) is not None]
        return [person_id for _, person_id in sorted(found)[:DUE_AT_ONCE]]


def _due(person: Person, tick: int, reached: Mapping[str, int]) -> int | None:
    times = [due for name, due in person.waits.items() if due <= reached.get(name, 0)]
    if person.due is not None and micros(person.due) <= tick:
        times.append(micros(person.due))
    return min(times, default=None)


def step(partition: Partition, message: PersonsMessage, book: Rulebook) -> list[SignalsMessage]:
    """Decides one message."""
    said: list[SignalsMessage] = HANDLERS[type(message)](partition, message, book)
    return said


def change_person(partition: Partition, change: PersonChanged, book: Rulebook) -> list[Signal]:
    """Events of a person went and came; rules are looked at once, after the last chunk."""
    person = partition.person(change.person)
    now = Occasion(change.at, partition.tick, book, partition.delivered)
    said = catch_up(partition, person, now)
    before = Seen(person.history.packed, opened(person.history))
    person.replace(change.removed, change.added)
    after = Seen(person.history.packed, opened_since(before.opened, person.history, change))
    partition.area.count_person(before, after, change, book)
    said += [] if change.more else reconsider(person, now)
    person.forget_if_empty()
    return said


def catch_up(partition: Partition, person: Person, now: Occasion) -> list[Signal]:
    """Before anything else happens to somebody: what the policy in force makes of what was there already,
    and what a rebuild found unsaid."""
    if person.activation == partition.activation:
        return []
    again = person.activation == LOOK_AGAIN
    person.activation = partition.activation
    if not again:
        return review(person, now)
    person.changed_from = 0  # all of it: what should have been said is news still
    return reconsider(person, now)


def let_time_pass(partition: Partition, tick: Tick, book: Rulebook) -> list[SignalsMessage]:
    """Looks again at who is behind the policy, ends what is over, judges what is missing, then passes the Tick on."""
    partition.tick = max(tick.at, partition.tick or tick.at)
    partition.ticked = True
    now = Occasion(tick.at, partition.tick, book, partition.delivered)
    said: list[SignalsMessage] = []
    for person_id in partition.behind():
        said += catch_up(partition, partition.person(person_id), now)
    for person_id in partition.due(book):
        person = partition.person(person_id)
        said += catch_up(partition, person, now)
        said += end_due(person, now)
        said += judge_absences(person, now) if person.waits else []
    return [*said, *watch_region(partition, book), tick]


def watch_region(partition: Partition, book: Rulebook) -> list[RegionalSignal]:
    """Silent partners and unusual weeks, by the owner of one partition."""
    if partition.number != OWNER or partition.tick is None:
        return []
    partition.board = partition.board or Board.new(partition.tick)
    return watch(partition.board, book, partition.delivered, partition.tick, partition.facts)


def pass_on(partition: Partition, said: PartnerReply | AccessAsked, book: Rulebook) -> list[PartnerReply | AccessAsked]:
    """What partners say to the desk, or ask it, goes the way of the signals: no count knows it."""
    return [said]


def follow_policy(partition: Partition, activated: PolicyActivated, book: Rulebook) -> list[PolicyActivated]:
    """From here on another version holds: persons are looked at again when something happens to them, or when their turn comes."""
    if activated.version != book.version:
        partition.policy, partition.activation, partition.switched = activated.version, partition.activation + 1, True
    return [activated]


def count_event(partition: Partition, event: AreaEvent, book: Rulebook) -> list[Signal]:
    """A located event came or went: area counts, and that its partner delivers."""
    partition.area.count_event(event, book)
    if event.change == "added" and event.record.revision == 0:
        came = max(event.record.received_at, partition.tick or event.record.received_at)
        hour = event.record.partner, micros(came) // HOUR
        partition.arrivals[hour] = partition.arrivals.get(hour, 0) + 1
    return []


def hear(partition: Partition, heartbeat: Heartbeat, book: Rulebook) -> list[Signal]:
    """Everything that the partner registered up to then was sent: what that decides is decided at the next Tick."""
    if partition.delivered.get(heartbeat.partner, 0) < micros(heartbeat.up_to):
        partition.delivered[heartbeat.partner] = micros(heartbeat.up_to)
        partition.heard.add(heartbeat.partner)
    return []


HANDLERS: dict[type, Callable[[Partition, Any, Rulebook], Any]] = {
    PersonChanged: change_person,
    Tick: let_time_pass,
    PolicyActivated: follow_policy,
    PartnerReply: pass_on,
    AccessAsked: pass_on,
    AreaEvent: count_event,
    Heartbeat: hear,
}
