"""One assigned partition, as the process that owns it knows it. A new `Lane` is made after every fault: what was fetched
for the old one is then recognised and dropped."""

from collections.abc import Iterator, Sequence

import msgspec

from vangnet_runtime.records import Outgoing

Pair = tuple[str, int]
"""Output topic and partition."""


MOST_MESSAGES, MOST_BYTES = 500, 1024 * 1024
"""Of one chunk; a single larger message is a chunk by itself."""


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """Messages of one output partition with consecutive sequence numbers, of which `first` is the first one's."""

    pair: Pair
    first: int
    messages: list[Outgoing]
    size: int

    @property
    def last(self) -> int:
        """The last one's number."""
        return self.first + len(self.messages) - 1


class Lane:
    """`row`: what the partition is called in the service's own tables, which its stages share. `next`: offset after the last committed record. `fetched`: offset that the next fetched record must have.
    `highest`: sequence numbers taken in. `given`: sequence numbers given out. `halted`: why it waits for an operator."""

    def __init__(self, partition: int, service: str, first_row: int = 0) -> None:
        self.partition = partition
        self.row = first_row + partition
        self.producer = f"{service}/{self.row}"
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

    def number(self, messages: Sequence[Outgoing]) -> tuple[list[Chunk], dict[Pair, int]]:
        """Gives the messages their numbers; also the last number of each pair that is touched. Changes nothing yet."""
        by_pair: dict[Pair, list[Outgoing]] = {}
        for message in messages:
            by_pair.setdefault((message.topic, message.partition), []).append(message)
        chunks: list[Chunk] = []
        for pair, following in by_pair.items():
            number = self.given.get(pair, 0) + 1
            for part, size in divided(following):
                chunks.append(Chunk(pair, number, part, size))
                number += len(part)
        return chunks, {chunk.pair: chunk.last for chunk in chunks}

    def committed(self, following: int, highest: dict[str, int], given: dict[Pair, int]) -> None:
        """The transaction is durable."""
        self.next = following
        self.highest = highest
        self.given.update(given)


def divided(messages: Sequence[Outgoing]) -> Iterator[tuple[list[Outgoing], int]]:
    """In order, in parts that hold so many messages and bytes at most, with their bytes."""
    part: list[Outgoing] = []
    size = 0
    for message in messages:
        if part and (len(part) == MOST_MESSAGES or size + message.size > MOST_BYTES):
            yield part, size
            part, size = [], 0
        part.append(message)
        size += message.size
    if part:
        yield part, size
