"""What the relay holds in memory for one producer name."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from math import inf

from vangnet_runtime.lane import Chunk, Pair


class Source:
    """`pending`: chunks not acknowledged, in order. `acked`: the highest acknowledged number of pairs with rows to delete.
    `waiting` and `size`: messages and bytes of `pending`.
    `behind`: the table may hold rows that are not here. `shared`: others write these rows, so it stays behind.
    `looked`: when the table held no more than what is here."""

    def __init__(self, name: str, shared: bool) -> None:
        self.name = name
        self.shared = shared
        self.behind = True
        self.pending: dict[Pair, deque[Chunk]] = {}
        self.acked: dict[Pair, int] = {}
        self.waiting = 0
        self.size = 0
        self.touched = 0.0
        self.looked = -inf
        self.since = 0.0

    @property
    def empty(self) -> bool:
        """Nothing to publish and nothing to delete, as far as is known here."""
        return not self.waiting and not self.acked and (self.shared or not self.behind)

    def add(self, chunks: Sequence[Chunk]) -> None:
        """Those that follow the ones here."""
        if chunks and not self.waiting:
            self.since = time.monotonic()
        for chunk in chunks:
            self.pending.setdefault(chunk.pair, deque()).append(chunk)
            self.waiting += len(chunk.messages)
            self.size += chunk.size

    def sent(self, pair: Pair, chunks: Sequence[Chunk]) -> None:
        """Kafka has acknowledged the first chunks of this pair."""
        queue = self.pending[pair]
        for chunk in chunks:
            queue.popleft()
            self.waiting -= len(chunk.messages)
            self.size -= chunk.size
        if not queue:
            del self.pending[pair]
        self.acked[pair] = chunks[-1].last

    def forget(self, numbers: Mapping[Pair, int]) -> None:
        """These rows are deleted from the table."""
        for pair, number in numbers.items():
            if self.acked.get(pair) == number:
                del self.acked[pair]
