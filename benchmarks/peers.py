"""The same work on other engines (Kafka Streams, quixstreams, Faust), each behind `Peer`; none is there yet.

A peer consumes what `benchmarks.indicators` puts on vangnet.persons and is measured by `benchmarks.meter`, in the same run on the
same broker, so that its figure becomes a ceiling of ours.
"""

from typing import Protocol


class Peer(Protocol):
    """One engine that counts events of a person in a window."""

    name: str

    async def start(self, kafka: str, topic: str, partitions: int) -> None:
        """Begins to consume from the first record."""
        ...

    async def done(self) -> int:
        """Records whose effect is durable."""
        ...

    async def stop(self) -> None:
        """Ends it; nothing is left."""
        ...


PEERS: tuple[Peer, ...] = ()
