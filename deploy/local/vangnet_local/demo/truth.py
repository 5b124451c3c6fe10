"""What must have come out: the oracle replays the log in its order, from the partners' own lines in clear."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from kafka import KafkaConsumer, TopicPartition
from vangnet_contract.event import Event, read_event
from vangnet_contract.messages import Tick, decode_control
from vangnet_contract.policy import Policy
from vangnet_contract.stamp import is_control
from vangnet_contract.taxonomy import HEARTBEAT, event_types
from vangnet_contract.topics import EVENTS_ACCEPTED
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.scheme import token_inputs
from vangnet_runtime.broker import Broker
from vangnet_simulator.oracle.area import Region, care_judge
from vangnet_simulator.oracle.joining import Identity, joining_of
from vangnet_simulator.oracle.linking import Fact, People, Root
from vangnet_simulator.oracle.signals import Signals
from vangnet_simulator.oracle.world import world_of

from vangnet_local.demo.areas import entries
from vangnet_local.demo.region import Line

Lines = Mapping[tuple[str, str], tuple[str, Line]]  # (source, id) → (partner, line)
Key = tuple[str, str]


class Truth(NamedTuple):
    """Everyone in view, the signals that stand, and all located events that count for areas."""

    people: People
    signals: Signals
    region: Region


def replay(log: Iterator[Key | datetime], lines: Lines, policy: Policy) -> Truth:
    """The oracle's state after a log of events (by key) and Ticks."""
    people = People(joining_of(policy), policy.wait_days)
    world = world_of(policy)
    signals = Signals(world)
    held: dict[Root, Fact] = {}
    for entry in log:
        if isinstance(entry, datetime):
            held |= {root: people.live[root] for root in people.held}
            if (seen := people.tick(entry)) is not None:
                signals.change(seen.at, seen.persons)
            signals.tick(entry)
        elif lines[entry][1]["type"] == HEARTBEAT:
            signals.heartbeat(lines[entry][0], _instant(lines[entry][1]["registeredAt"]))
        else:
            seen = people.hear(fact(entry[0], *lines[entry]))
            signals.change(seen.at, seen.persons)
    judge = care_judge(world, signals.heard.up_to)
    return Truth(people, signals, Region(list(entries(people, held, lines)), policy.region.municipalities, judge))


def read_log(kafka: Broker) -> Iterator[Key | datetime]:
    """Everything that the linker was given, in order: keys of events and times of Ticks."""
    partition = TopicPartition(EVENTS_ACCEPTED, 0)
    consumer = KafkaConsumer(**kafka.options(), enable_auto_commit=False, auto_offset_reset="earliest", group_id=None)
    try:
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        end = consumer.end_offsets([partition])[partition]
        while consumer.position(partition) < end:
            for records in consumer.poll(timeout_ms=1000).values():
                yield from (entry for record in records if (entry := _entry(record.headers, record.value)) is not None)
    finally:
        consumer.close()


def fact(source: str, partner: str, line: Line) -> Fact:
    """A partner's line as the oracle takes it. On the event clock an event is received when it was registered."""
    row = event_types()[line["type"]]
    registered = _instant(line["registeredAt"])
    return Fact(
        source=source,
        id=line["id"],
        root=(source, line.get("corrects") or line.get("retracts") or line["id"]),
        retracts=bool(line.get("retracts")),
        partner=partner,
        type=line["type"],
        event_class=row.event_class,
        group=row.group,
        occurred_at=_instant(line["occurredAt"]),
        registered_at=registered,
        received_at=registered,
        municipality=line.get("municipality"),
        identity=_identity(partner, line),
        details=tuple(sorted(line.get("details", {}).items())),
    )


def _identity(partner: str, line: Line) -> Identity:
    if not line.get("person") or line.get("retracts"):
        return frozenset()
    inputs = token_inputs(msgspec.convert(line["person"], Person), partner)
    return frozenset((item.kind, item.text.decode()) for item in inputs)


def _entry(headers: list[tuple[str, bytes]], value: bytes) -> Key | datetime | None:
    if is_control(headers):
        message = decode_control(value)
        return message.at if isinstance(message, Tick) else None
    event = read_event(value)
    return (event.source, event.id) if isinstance(event, Event) else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
