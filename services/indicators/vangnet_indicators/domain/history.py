"""The live events of one person: the packed records that are counted, and beside each the whole record as it came."""

import msgspec
from vangnet_contract.messages import EventRecord

from vangnet_indicators.domain import packed


class RecordMissing(Exception):
    """An event is to be removed that the person does not have: what came before this message is not all here."""


class RecordTwice(Exception):
    """An event is to be added that the person has already."""


class StoredRecord(EventRecord, frozen=True, kw_only=True, array_like=True):
    """An event record without the names of its fields: half the bytes."""


class History(msgspec.Struct):
    """`facts[i]` is the MessagePack of the StoredRecord whose packed record is the i-th of `packed`."""

    packed: bytes = b""
    facts: list[msgspec.Raw] = []

    def __len__(self) -> int:
        """Events of every class."""
        return len(self.facts)

    def add(self, record: EventRecord) -> None:
        """Raises RecordTwice."""
        entry = packed.pack(record)
        position, found = self._find(entry, record)
        if found:
            raise RecordTwice
        self.packed = packed.inserted(self.packed, position, entry)
        self.facts.insert(position, msgspec.Raw(_encode(_stored(record))))

    def remove(self, record: EventRecord) -> None:
        """By its time and key. Raises RecordMissing."""
        position, found = self._find(packed.pack(record), record)
        if not found:
            raise RecordMissing
        self.packed = packed.without(self.packed, position)
        del self.facts[position]

    def record(self, position: int) -> EventRecord:
        """The whole record at a position."""
        return _decode(self.facts[position])

    def anew(self) -> "History":
        """The same events: in order, and packed again."""
        found = [(self.record(position), raw) for position, raw in enumerate(self.facts)]
        found.sort(key=lambda pair: (pair[0].occurred_at, pair[0].event))
        return History(b"".join(packed.pack(record) for record, _ in found), [raw for _, raw in found])

    def _find(self, entry: bytes, record: EventRecord) -> tuple[int, bool]:
        """Where the event is, or where it belongs."""
        position = packed.first_at(self.packed, entry)
        while packed.same_time(self.packed, position, entry):
            other = self.record(position).event
            if other >= record.event:
                return position, other == record.event
            position += 1
        return position, False


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredRecord).decode


def _stored(record: EventRecord) -> StoredRecord:
    return StoredRecord(**msgspec.structs.asdict(record))
