"""Sequence numbers: how a consumer knows that a message from another service is the next one, an old one or a later one.

Header `vangnet-seq` = `<producer>/<number>`; producer = `<service>/<input partition>` (or `<service>/http`). Numbers run from 1
without holes for each producer and output partition, in the order in which they were committed. A record without the
header (from outside, or from ingest) is not checked.
"""

from collections.abc import Mapping, Sequence

import msgspec

from vangnet_runtime.records import Headers

HEADER = "vangnet-seq"

Number = tuple[str, int]
"""Producer and number."""


class Malformed(msgspec.Struct, frozen=True):
    """A header that is no sequence number: the record becomes a dead letter."""


class Checked(msgspec.Struct, frozen=True):
    """`fresh`: positions of records that count. `highest`: what holds after them. `hole`: position of the first record that
    comes too early, with the number that should have come; the records from there on were not looked at."""

    fresh: list[int]
    highest: dict[str, int]
    hole: tuple[int, int] | None


def header(producer: str, number: int) -> tuple[str, bytes]:
    """As a record header."""
    return (HEADER, f"{producer}/{number}".encode())


def number_of(headers: Headers) -> Number | Malformed | None:
    """The sequence number that a record carries; None when it has none."""
    for name, value in headers:
        if name == HEADER:
            return _parse(value)
    return None


def check(highest: Mapping[str, int], numbers: Sequence[Number | Malformed | None], start_open: bool) -> Checked:
    """Tells new from old, in order. `start_open`: a producer not seen before may begin anywhere (after an accepted loss)."""
    after = dict(highest)
    fresh: list[int] = []
    for position, number in enumerate(numbers):
        if isinstance(number, tuple):
            producer, found = number
            known = after.get(producer, found - 1 if start_open else 0)
            if found <= known:
                continue
            if found > known + 1:
                return Checked(fresh, after, (position, known + 1))
            after[producer] = found
        fresh.append(position)
    return Checked(fresh, after, None)


def _parse(value: bytes) -> Number | Malformed:
    producer, slash, number = value.decode("utf-8", "replace").rpartition("/")
    if not slash or not producer or not (number.isascii() and number.isdigit()) or len(number) > 18:
        return Malformed()
    return (producer, int(number))
