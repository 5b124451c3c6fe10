"""A person's events as records of 13 bytes in one value, sorted by (occurredAt, event key): byte order = time order.

| bytes | what |
|---|---|
| 0–7 | occurredAt, µs since 1970 UTC, unsigned, big-endian |
| 8–9 | municipality: the digits of its CBS code, NOWHERE without one |
| 10 | place of the class in CLASSES |
| 11 | place of the group in GROUPS, NO_GROUP without one |
| 12 | what the type and details say, as bits (marks.py) |

This is all that counts read, and most of what rules do. What else is known of an event lies beside it, in the same order
(history.py).
"""

import struct
from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from vangnet_contract.messages import EventRecord
from vangnet_contract.taxonomy import EventClass, Group

from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.marks import SIGN, marks

RECORD = struct.Struct(">QHBBB")
TIME = struct.Struct(">Q")
CLASS, MARKS = 10, 12
IS_SIGN = bytes(int(said & SIGN != 0) for said in range(256))
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
    return RECORD.pack(
        micros(record.occurred_at), municipality, CLASSES.index(record.event_class), group, marks(record)
    )


def first_at(packed: bytes, record: bytes) -> int:
    """Position of the first event that is not before the time of `record`."""
    time, size = record[: TIME.size], RECORD.size
    return bisect_left(range(len(packed) // size), time, key=lambda i: packed[i * size : i * size + TIME.size])


def place_of(packed: bytes, time: int) -> int:
    """Position of the first event that is not before a time (µs)."""
    if not packed or time <= time_at(packed, 0):  # most people
        return 0
    return first_at(packed, TIME.pack(time))


def time_at(packed: bytes, position: int) -> int:
    """Of the event there (µs)."""
    return int(TIME.unpack_from(packed, position * RECORD.size)[0])


def first_incident(packed: bytes, position: int) -> int | None:
    """Position of the first event of class incident from there on."""
    found = packed[position * RECORD.size + CLASS :: RECORD.size].find(INCIDENT)
    return None if found < 0 else position + found


def first_sign(packed: bytes, position: int) -> int | None:
    """Position of the first event from there on that tells about care."""
    found = packed[position * RECORD.size + MARKS :: RECORD.size].translate(IS_SIGN).find(1)
    return None if found < 0 else position + found


def last_sign(packed: bytes, position: int) -> int | None:
    """Position of the last event before that one that tells about care."""
    found = packed[MARKS : position * RECORD.size : RECORD.size].translate(IS_SIGN).rfind(1)
    return None if found < 0 else found


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
        for position, (time, municipality, event_class, group, _) in enumerate(RECORD.iter_unpack(packed))
        if event_class == INCIDENT
    ]


def of_classes(packed: bytes, classes: Collection[EventClass]) -> list[Incident]:
    """The events of these classes, in order."""
    wanted = {CLASSES.index(event_class) for event_class in classes}
    return [
        Incident(time, municipality, group, position)
        for position, (time, municipality, event_class, group, _) in enumerate(RECORD.iter_unpack(packed))
        if event_class in wanted
    ]


def each_of(packed: bytes, classes: Collection[EventClass]) -> Iterator[tuple[int, int]]:
    """(time, position) of the events of these classes, in order, as far as one looks."""
    wanted = {CLASSES.index(event_class) for event_class in classes}
    for position, number in enumerate(packed[CLASS :: RECORD.size]):
        if number in wanted:
            yield time_at(packed, position), position


def signs(packed: bytes) -> list[tuple[int, int]]:
    """(time, marks) of the events that tell about care, in order."""
    return [
        (time_at(packed, position), said) for position, said in enumerate(packed[MARKS :: RECORD.size]) if said & SIGN
    ]


def times(packed: bytes) -> list[int]:
    """The times of all events, ascending, each once."""
    return list(dict.fromkeys(fields[0] for fields in RECORD.iter_unpack(packed)))


@lru_cache(maxsize=10_000)
def municipality_number(code: str | None) -> int:
    """GM0034 → 34."""
    return NOWHERE if code is None else int(code.removeprefix("GM"))


@lru_cache(maxsize=10_000)
def municipality_code(number: int) -> str | None:
    """34 → GM0034."""
    return None if number == NOWHERE else f"GM{number:04}"
