"""Messages as the runtime hands them over: read from Kafka (`Record`), to be published (`Outgoing`)."""

from zlib import crc32

import msgspec

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
        size = len(self.key) + len(self.value)
        for name, value in self.headers:
            size += len(name) + len(value)
        return size


def partition_for(key: bytes, partitions: int) -> int:
    """The partition that librdkafka's `consistent` partitioner gives a message with this key. Java's default (murmur2) costs
    20 µs a key in Python, a seventh of a linker's step."""
    return crc32(key) % partitions
