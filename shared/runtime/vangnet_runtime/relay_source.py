"""What the relay holds in memory for one producer name."""

import time
from collections import deque
from collections.abc import Mapping, Sequence

from vangnet_runtime.lane import Numbered, Pair


class Source:
    """`pending`: rows not acknowledged, in order. `acked`: the highest acknowledged number of pairs with rows to delete.
    `waiting` and `size`: rows and bytes of `pending`.
    `behind`: the table may hold rows that are not here. `shared`: others write these rows, so it stays behind."""

    def __init__(self, name: str, shared: bool) -> None:
        self.name = name
        self.shared = shared
        self.behind = True
        self.pending: dict[Pair, deque[Numbered]] = {}
        self.acked: dict[Pair, int] = {}
        self.waiting = 0
        self.size = 0
        self.touched = 0.0
        self.since = 0.0

    @property
    def empty(self) -> bool:
        """Nothing to publish and nothing to delete, as far as is known here."""
        return not self.waiting and not self.acked and (self.shared or not self.behind)

    def add(self, rows: Sequence[Numbered]) -> None:
        """Rows that follow those here."""
        if rows and not self.waiting:
            self.since = time.monotonic()
        for row in rows:
            pair = (row.message.topic, row.message.partition)
            self.pending.setdefault(pair, deque()).append(row)
        self.waiting += len(rows)
        self.size += sum(row.message.size for row in rows)

    def sent(self, pair: Pair, rows: Sequence[Numbered]) -> None:
        """Kafka has acknowledged the first rows of this pair."""
        queue = self.pending[pair]
        for _ in rows:
            queue.popleft()
        if not queue:
            del self.pending[pair]
        self.waiting -= len(rows)
        self.size -= sum(row.message.size for row in rows)
        self.acked[pair] = rows[-1].seq

    def forget(self, numbers: Mapping[Pair, int]) -> None:
        """These rows are deleted from the table."""
        for pair, number in numbers.items():
            if self.acked.get(pair) == number:
                del self.acked[pair]
