"""One assigned partition, as the process that owns it knows it. A new `Lane` is made after every fault: what was fetched
for the old one is then recognised and dropped."""

from collections.abc import Sequence

import msgspec

from vangnet_runtime.records import Outgoing

Pair = tuple[str, int]
"""Output topic and partition."""


class Numbered(msgspec.Struct, frozen=True, gc=False):
    """A message with its sequence number."""

    message: Outgoing
    seq: int


class Lane:
    """`next`: offset after the last committed record. `fetched`: offset that the next fetched record must have.
    `highest`: sequence numbers taken in. `given`: sequence numbers given out. `halted`: why it waits for an operator."""

    def __init__(self, partition: int, service: str) -> None:
        self.partition = partition
        self.producer = f"{service}/{partition}"
        self.open = False
        self.next = 0
        self.fetched = 0
        self.highest: dict[str, int] = {}
        self.numbers_open = False
        self.given: dict[Pair, int] = {}
        self.gap: tuple[int, int] | None = None
        self.halted: str | None = None

    def stands_like(self, other: "Lane") -> bool:
        """Whether nothing in the database has changed between the two."""
        mine = (self.next, self.numbers_open, self.highest)
        return mine == (other.next, other.numbers_open, other.highest)

    def number(self, messages: Sequence[Outgoing]) -> tuple[list[Numbered], dict[Pair, int]]:
        """Gives the messages their numbers; also the last number of each pair that is touched. Changes nothing yet."""
        touched: dict[Pair, int] = {}
        numbered: list[Numbered] = []
        for message in messages:
            pair = (message.topic, message.partition)
            seq = touched.get(pair, self.given.get(pair, 0)) + 1
            touched[pair] = seq
            numbered.append(Numbered(message, seq))
        return numbered, touched

    def committed(self, following: int, highest: dict[str, int], given: dict[Pair, int]) -> None:
        """The transaction is durable."""
        self.next = following
        self.highest = highest
        self.given.update(given)
