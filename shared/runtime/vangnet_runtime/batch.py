"""A run of consecutive records of one partition, decoded, ready to be written."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from vangnet_runtime.lane import Lane
from vangnet_runtime.records import Record
from vangnet_runtime.sequence import Malformed, Number, number_of
from vangnet_runtime.stage import Undecodable

M = TypeVar("M")

MALFORMED = Undecodable("sequence-malformed")


class Batch(Generic[M]):
    """`messages` and `numbers` belong to `records`, one for one. `expected`: the offset that the fence must find: the first
    record's, or before it when a hole in the log was accepted. `refused`: positions that are to be parked, and why."""

    def __init__(
        self,
        lane: Lane,
        expected: int,
        records: Sequence[Record],
        messages: Sequence[M | Undecodable],
        numbers: Sequence[Number | Malformed | None] | None = None,
        refused: dict[int, BaseException] | None = None,
    ) -> None:
        self.lane = lane
        self.expected = expected
        self.records = records
        self.numbers = [number_of(record.headers) for record in records] if numbers is None else numbers
        self.messages = [
            MALFORMED if isinstance(number, Malformed) else message
            for number, message in zip(self.numbers, messages, strict=True)
        ]
        self.refused = refused or {}

    def __len__(self) -> int:
        return len(self.records)

    @property
    def following(self) -> int:
        """The offset after the last record."""
        return self.records[-1].offset + 1

    def head(self, size: int, refused: dict[int, BaseException] | None = None) -> "Batch[M]":
        """The first `size` records."""
        return self._part(slice(0, size), self.expected, refused)

    def rest(self, done: int) -> "Batch[M]":
        """What remains after the first `done` records were written."""
        return self._part(slice(done, None), self.records[done - 1].offset + 1, None)

    def _part(self, part: slice, expected: int, refused: dict[int, BaseException] | None) -> "Batch[M]":
        return Batch(self.lane, expected, self.records[part], self.messages[part], self.numbers[part], refused)
