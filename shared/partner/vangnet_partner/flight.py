"""Which events are on their way: sent or about to be, not yet answered."""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from vangnet_partner.doors.door import Outgoing
from vangnet_partner.lines.line import Line
from vangnet_partner.state.store import Mark


class Entry(NamedTuple):
    """A line on its way. `number` is None for one that waited in the spool."""

    number: int | None
    line: Line
    raw: bytes
    mark: Mark


@dataclass
class Pending:
    """One event without an answer. Several equal lines share it."""

    mark: Mark
    own_id: str
    numbers: list[int | None]
    digest: bytes = b""


class Flight:
    """By event id, at most one content each: otherwise nobody could tell whose answer it is."""

    def __init__(self) -> None:
        self._pending: dict[str, Pending] = {}
        self._digests: dict[bytes, str] = {}

    def __bool__(self) -> bool:
        return bool(self._pending)

    def take(self, entry: Entry) -> bool:
        """Whether this entry is the one to send; not when an equal one already is."""
        pending = self._pending.get(entry.mark.event_id)
        if pending is None:
            self._pending[entry.mark.event_id] = Pending(entry.mark, entry.line.id, [entry.number])
            return True
        pending.numbers.append(entry.number)
        return False

    def mark(self, event_id: str) -> Mark | None:
        """Which content of the event has no answer yet."""
        pending = self._pending.get(event_id)
        return pending.mark if pending is not None else None

    def sent(self, event: Outgoing) -> None:
        """An event whose id may not be repeated is answered under the hash of its bytes."""
        pending = self._pending.get(event.event_id)
        if pending is not None:
            pending.digest = sha256(event.body).digest()
            self._digests[pending.digest] = event.event_id

    def named(self, key: str) -> str:
        """The event id that a feedback key means."""
        try:
            return self._digests.get(bytes.fromhex(key), key)
        except ValueError:
            return key

    def land(self, event_id: str) -> Pending | None:
        """It has its answer, or is kept."""
        pending = self._pending.pop(event_id, None)
        if pending is not None:
            self._digests.pop(pending.digest, None)
        return pending
