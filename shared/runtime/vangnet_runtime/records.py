"""Messages as the runtime hands them over: read from Kafka (`Record`), to be published (`Outgoing`)."""

import struct

import msgspec

MURMUR_SEED = 0x9747B28C
MURMUR_FACTOR = 0x5BD1E995
MASK = 0xFFFFFFFF

Headers = tuple[tuple[str, bytes], ...]


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record of the input topic. `timestamp_ms` is wall time (ms since 1970, UTC), never event time."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes
    headers: Headers


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """One message to publish. Nothing may be lost, so it has a key: topics with `compact` refuse messages without."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Headers = ()

    @property
    def size(self) -> int:
        """Bytes of key, value and headers, without the record's own framing."""
        return len(self.key) + len(self.value) + sum(len(name) + len(value) for name, value in self.headers)


def partition_for(key: bytes, partitions: int) -> int:
    """The partition that every Kafka client's default partitioner gives a message with this key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """32-bit MurmurHash2 with Kafka's seed (org.apache.kafka.common.utils.Utils.murmur2), unsigned."""
    length = len(data)
    value = MURMUR_SEED ^ length
    for word in struct.unpack_from(f"<{length // 4}I", data):
        mixed = word * MURMUR_FACTOR & MASK
        mixed = (mixed ^ mixed >> 24) * MURMUR_FACTOR & MASK
        value = value * MURMUR_FACTOR & MASK ^ mixed
    if rest := data[length & ~3 :]:
        value = (value ^ int.from_bytes(rest, "little")) * MURMUR_FACTOR & MASK
    value = (value ^ value >> 13) * MURMUR_FACTOR & MASK
    return value ^ value >> 15
