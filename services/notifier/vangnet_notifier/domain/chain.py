"""The chain of the trail: what one line owes to the one before it, and to what it says.

The arithmetic is that of migrations/0009_trail_chain.sql, done once more from what the tables hold.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import msgspec

from vangnet_notifier.domain.trail import ERASE

FIELDS = (
    "alert",
    "at",
    "user_id",
    "user_name",
    "action",
    "before_state",
    "after_state",
    "choice",
    "recipient",
    "added",
    "removed",
    "erases",
)
"""Columns of the table `trail` that are hashed, in this order. A new one comes last: what is empty leaves no trace."""
BEGINNING = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the chain. `place` counts from 1 each day; hashes are 32 bytes."""

    id: int
    day: date
    place: int
    recorded_at: datetime
    payload_hash: bytes
    hash: bytes

    def __str__(self) -> str:
        return f"line {self.id} (day {self.day}, number {self.place})"


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a line says, by column of the table `trail`."""

    id: int
    salt: bytes
    fields: Mapping[str, object]

    @property
    def erased(self) -> list[int]:
        """Numbers of the lines whose content is gone, by this one's word."""
        numbers = self.fields["erases"] if self.fields["action"] == ERASE else None
        return numbers if isinstance(numbers, list) else []


def line_hash(line: Line, before: bytes) -> bytes:
    """The hash that this line must have when the line before it has the hash `before`."""
    parts = (
        "vangnet-trail-v1",
        line.id,
        f"{line.day:%Y-%m-%d}",
        line.place,
        _micros(line.recorded_at),
        line.payload_hash.hex(),
        before.hex(),
    )
    return sha256("|".join(map(str, parts)).encode()).digest()


def content_hash(content: Content) -> bytes:
    """Salted: a short content cannot be found by trying once the salt is erased with it."""
    text = "".join(_field(name, content.fields[name]) for name in FIELDS)
    return sha256(content.salt + text.encode()).digest()


def follows(before: Line | None, line: Line) -> str | None:
    """What is wrong between a line and the one found before it."""
    missing = range((before.id if before else 0) + 1, line.id)
    if missing:
        which = f"lines {missing[0]} to {missing[-1]} are" if len(missing) > 1 else f"line {missing[0]} is"
        return f"{which} gone, between {before or 'the beginning'} and {line}"
    if line_hash(line, before.hash if before else BEGINNING) != line.hash:
        return f"{line} was changed, moved or put in"
    if (line.day, line.place) not in _expected(before, line):
        return f"{line} does not count on from {before or 'the beginning'}"
    return None


def says(line: Line, content: Content) -> str | None:
    """Whether the content is the one that was written with this line."""
    return None if content_hash(content) == line.payload_hash else f"what {line} says was changed or exchanged"


def _expected(before: Line | None, line: Line) -> set[tuple[date, int]]:
    """The next of the same day, or the first of a later one."""
    first = {(line.day, 1)} if before is None or line.day > before.day else set()
    return first | ({(before.day, before.place + 1)} if before else set())


def _field(name: str, value: object) -> str:
    if value is None:
        return ""
    text = _text(value)
    return f"{name}:{len(text.encode())}:{text},"


def _text(value: object) -> str:
    match value:
        case datetime():
            return str(_micros(value))
        case list():
            return "+".join(map(str, value))
    return str(value)


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
