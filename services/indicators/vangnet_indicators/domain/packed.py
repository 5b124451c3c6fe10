"""A person's events as records of 12 bytes in one value, sorted by (occurredAt, event key): byte order = time order.

| bytes | what |
|---|---|
| 0–7 | occurredAt, µs since 1970 UTC, unsigned, big-endian |
| 8–9 | municipality: the digits of its CBS code, NOWHERE without one |
| 10 | place of the class in CLASSES |
| 11 | place of the group in GROUPS, NO_GROUP without one |

This is all that counts and rules read. What else is known of an event lies beside it, in the same order (history.py).
"""

import struct
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import NamedTuple

from vangnet_contract.messages import EventRecord
from vangnet_contract.taxonomy import EventClass, Group

from vangnet_indicators.domain.instants import micros

RECORD = struct.Struct(">QHBB")
TIME = struct.Struct(">Q")
CLASS = 10
NOWHERE = 0xFFFF
NO_GROUP = 0xFF

# Stored by place: only ever append.
CLASSES: tuple[EventClass, ...] = ("incident", "request", "care", "legal", "context", "admin")
GROUPS: tuple[Group, ...] = ("politie", "zorg", "sociaal", "wonen")
INCIDENT = CLASSES.index("incident")


class Incident(NamedTuple):
    """An event, of class incident where occurrences are meant. `position` = its place in the packed value, so also its rank by (time, event key)."""

    time: int
    municipality: int
    group: int
    position: int


def pack(record: EventRecord) -> bytes:
    """One record."""
    group = NO_GROUP if record.group is None else GROUPS.index(record.group)
    municipality = municipality_number(record.municipality)
    return RECORD.pack(micros(record.occurred_at), municipality, CLASSES.index(record.event_class), group)


def first_at(packed: bytes, record: bytes) -> int:
    """Position of the first event that is not before the time of `record`."""
    time, size = record[: TIME.size], RECORD.size
    return bisect_left(range(len(packed) // size), time, key=lambda i: packed[i * size : i * size + TIME.size])


def same_time(packed: bytes, position: int, record: bytes) -> bool:
    """Whether there is an event at `position`, at the time of `record`."""
    start = position * RECORD.size
    return packed[start : start + TIME.size] == record[: TIME.size]


def inserted(packed: bytes, position: int, record: bytes) -> bytes:
    """With the record at that position."""
    at = position * RECORD.size
    return packed[:at] + record + packed[at:]


def without(packed: bytes, position: int) -> bytes:
    """Without the record at that position."""
    at = position * RECORD.size
    return packed[:at] + packed[at + RECORD.size :]


def incidents(packed: bytes) -> list[Incident]:
    """The events that count, in order."""
    return [
        Incident(time, municipality, group, position)
        for position, (time, municipality, event_class, group) in enumerate(RECORD.iter_unpack(packed))
        if event_class == INCIDENT
    ]


def of_classes(packed: bytes, classes: Collection[EventClass]) -> list[Incident]:
    """The events of these classes, in order."""
    wanted = {CLASSES.index(event_class) for event_class in classes}
    return [
        Incident(time, municipality, group, position)
        for position, (time, municipality, event_class, group) in enumerate(RECORD.iter_unpack(packed))
        if event_class in wanted
    ]


def each_of(packed: bytes, classes: Collection[EventClass]) -> Iterator[tuple[int, int]]:
    """(time, position) of the events of these classes, in order, as far as one looks."""
    wanted = {CLASSES.index(event_class) for event_class in classes}
    for position, number in enumerate(packed[CLASS :: RECORD.size]):
        if number in wanted:
            yield TIME.unpack_from(packed, position * RECORD.size)[0], position


def times(packed: bytes) -> list[int]:
    """The times of all events, ascending, each once."""
    return list(dict.fromkeys(fields[0] for fields in RECORD.iter_unpack(packed)))


def positions(packed: bytes, classes: Collection[EventClass]) -> list[int]:
    """Where the events of these classes are."""
    wanted = {CLASSES.index(event_class) for event_class in classes}
    there = packed[CLASS :: RECORD.size]
    return [position for position, number in enumerate(there) if number in wanted] if wanted & {*there} else []


def municipality_number(code: str | None) -> int:
    """GM0034 → 34."""
    return NOWHERE if code is None else int(code.removeprefix("GM"))


def municipality_code(number: int) -> str | None:
    """34 → GM0034."""
    return None if number == NOWHERE else f"GM{number:04}"
