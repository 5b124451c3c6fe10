"""A run of consecutive records of one partition, decoded, ready to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from vangnet_runtime.lane import Lane
from vangnet_runtime.records import Record
from vangnet_runtime.sequence import Malformed, Number, number_of
from vangnet_runtime.stage import Undecodable

M = TypeVar("M")

MALFORMED = Undecodable("sequence-malformed")


@dataclass(frozen=True)
class Batch(Generic[M]):
    """`messages` and `numbers` belong to `records`, one for one. `expected`: the offset that the fence must find: the first
    record's, or before it when a hole in the log was accepted. `refused`: positions that are to be parked, and why."""

    lane: Lane
    expected: int
    records: Sequence[Record]
    messages: Sequence[M | Undecodable]
    numbers: Sequence[Number | Malformed | None]
    refused: Mapping[int, BaseException] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def following(self) -> int:
        """The offset after the last record."""
        return self.records[-1].offset + 1

    def head(self, size: int, refused: Mapping[int, BaseException] | None = None) -> "Batch[M]":
        """The first `size` records."""
        return replace(self._part(slice(0, size)), refused=refused or {})

    def rest(self, done: int) -> "Batch[M]":
        """What remains after the first `done` records were written."""
        return replace(self._part(slice(done, None)), expected=self.records[done - 1].offset + 1, refused={})

    def _part(self, part: slice) -> "Batch[M]":
        return replace(self, records=self.records[part], messages=self.messages[part], numbers=self.numbers[part])


def decoded(lane: Lane, expected: int, records: Sequence[Record], messages: Sequence[M | Undecodable]) -> Batch[M]:
    """A batch as it was fetched; a record with a broken sequence header is undecodable whatever it says."""
    numbers = [number_of(record.headers) for record in records]
    sound = [
        MALFORMED if isinstance(number, Malformed) else message
        for number, message in zip(numbers, messages, strict=True)
    ]
    return Batch(lane, expected, records, sound, numbers)
