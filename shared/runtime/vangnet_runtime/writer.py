"""One batch, one transaction: fence, state, outbox. Nothing here catches a fault; the processor decides what follows."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from vangnet_runtime import fence, metrics, outbox, parking
from vangnet_runtime.batch import Batch
from vangnet_runtime.database import Connection
from vangnet_runtime.fence import DeadLetter
from vangnet_runtime.lane import Chunk, Lane, Pair
from vangnet_runtime.parking import Order, Parked, ToPark
from vangnet_runtime.records import Outgoing
from vangnet_runtime.sequence import check
from vangnet_runtime.stage import Stage, Statement, Undecodable

M = TypeVar("M")
S = TypeVar("S")

LARGEST = 900 * 1024
"""Bytes of key and value of one outgoing message: below the topics' 1 MiB, which holds for a whole record batch."""

REPLAY_AT_ONCE = 500
"""Parked messages of one key in one transaction."""


class StepFailed(Exception):
    """`step` raised for the message at `position` (its cause is the exception); everything before it was fine."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class OutgoingTooLarge(Exception):
    """A message that no topic would take."""


class NumberMissing(Exception):
    """The record at the start of the batch is not the next one of its producer: a message in between is gone."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


class Sorted(msgspec.Struct, Generic[M], frozen=True):
    """A batch before anything is decided. `live`: position and message of what is to be decided."""

    live: list[tuple[int, M]]
    dead: list[DeadLetter]
    parked: list[ToPark]
    highest: dict[str, int]
    duplicates: int


class Written(msgspec.Struct, frozen=True):
    """What the transaction held that others want to know. `reasons`: why records had no effect, with how many."""

    published: list[Chunk]
    reasons: dict[str, int]
    dead: list[DeadLetter] = []
    parked: list[ToPark] = []


class Writer(Generic[M, S]):
    """Writes batches of one stage."""

    def __init__(self, stage: Stage[M, S]) -> None:
        self._stage = stage

    def without_hole(self, batch: Batch[M]) -> Batch[M]:
        """The part of the batch before the first missing sequence number; raises when that is nothing."""
        hole = check(batch.lane.highest, batch.numbers, batch.lane.numbers_open).hole
        if hole is None:
            return batch
        position, expected = hole
        if position == 0:
            number = batch.numbers[0]
            raise NumberMissing(expected, number[1] if isinstance(number, tuple) else 0)
        return batch.head(position)

    async def write(self, connection: Connection, batch: Batch[M], acked: Mapping[Pair, int]) -> Written:
        """All of the batch, or nothing and an exception. `acked`: outbox rows to delete along the way."""
        lane, stage, began = batch.lane, self._stage, time.monotonic()
        async with connection.transaction():
            has_parked = await fence.advance(connection, lane.row, batch.expected, batch.following)
            part = await self._sort(connection, batch, has_parked)
            state, outgoing = await self._decide(connection, lane.partition, part.live)
            chunks, given = await self._store(connection, lane, state, outgoing, acked)
            await fence.remember_numbers(connection, lane.row, lane.highest, part.highest)
            await fence.bury(connection, part.dead)
            await parking.park(connection, lane.row, part.parked)
        lane.committed(batch.following, part.highest, given)
        if state is not None:
            stage.committed(lane.partition, state)
        metrics.BATCH_SECONDS.labels(stage.name).observe(time.monotonic() - began)
        return Written(chunks, reasons(part), part.dead, part.parked)

    async def replay(self, connection: Connection, lane: Lane, order: Order, most: int) -> tuple[int, Written]:
        """Decides up to `most` messages that wait under a key, as if they came now; returns how many."""
        async with connection.transaction():
            await fence.advance(connection, lane.row, lane.next, lane.next)
            items = await parking.queue(connection, order, lane.partition, most)
            messages = await self._stage.decode([item.record for item in items])
            live, dead = divide(items, messages)
            state, outgoing = await self._decide(connection, lane.partition, live)
            chunks, given = await self._store(connection, lane, state, outgoing, {})
            await fence.bury(connection, dead)
            await parking.release(connection, items)
            if len(items) < most:
                await parking.carried_out(connection, order)
        lane.committed(lane.next, lane.highest, given)
        if state is not None:
            self._stage.committed(lane.partition, state)
        return len(items), Written(chunks, {}, dead)

    async def _sort(self, connection: Connection, batch: Batch[M], has_parked: bool) -> Sorted[M]:
        """Tells duplicates, dead letters and parked messages from those to decide."""
        lane, stage = batch.lane, self._stage
        checked = check(lane.highest, batch.numbers, lane.numbers_open)
        part: Sorted[M] = Sorted([], [], [], checked.highest, len(batch) - len(checked.fresh))
        for position in checked.fresh:
            message = batch.messages[position]
            if isinstance(message, Undecodable):
                part.dead.append(DeadLetter(batch.records[position], message.reason))
            elif (fault := batch.refused.get(position)) is not None:
                part.parked.append(ToPark(stage.parking_key(message), batch.records[position], type(fault).__name__))
            else:
                part.live.append((position, message))
        if has_parked and part.live:
            await self._set_aside(connection, batch, part)
        return part

    async def _set_aside(self, connection: Connection, batch: Batch[M], part: Sorted[M]) -> None:
        """Moves messages whose key is parked behind those that wait already. A refused one comes last in its batch."""
        keys = [self._stage.parking_key(message) for _, message in part.live]
        waiting = await parking.waiting(connection, batch.lane.row, keys)
        behind = [
            ToPark(key, batch.records[position], parking.BEHIND)
            for key, (position, _) in zip(keys, part.live, strict=True)
            if key in waiting
        ]
        part.live[:] = [item for key, item in zip(keys, part.live, strict=True) if key not in waiting]
        part.parked[:0] = behind

    async def _decide(
        self, connection: Connection, partition: int, live: Sequence[tuple[int, M]]
    ) -> tuple[S | None, list[Outgoing]]:
        if not live:
            return None, []
        state = await self._stage.load(connection, partition, [message for _, message in live])
        outgoing: list[Outgoing] = []
        for position, message in live:
            try:
                outgoing += fitting(self._stage.step(state, message))
            except Exception as fault:
                raise StepFailed(position) from fault
        return state, outgoing

    async def _store(
        self,
        connection: Connection,
        lane: Lane,
        state: S | None,
        outgoing: Sequence[Outgoing],
        acked: Mapping[Pair, int],
    ) -> tuple[list[Chunk], dict[Pair, int]]:
        chunks, given = lane.number(outgoing)
        await outbox.store(connection, lane.producer, chunks, given, acked)
        if state is not None:
            for statement in self._stage.writes(state):
                await run(connection, statement)
        return chunks, given


def fitting(messages: Sequence[Outgoing]) -> Sequence[Outgoing]:
    """The messages, none of them larger than a topic takes."""
    for message in messages:
        if len(message.key) + len(message.value) > LARGEST:
            raise OutgoingTooLarge
    return messages


def divide(
    items: Sequence[Parked], messages: Sequence[M | Undecodable]
) -> tuple[list[tuple[int, M]], list[DeadLetter]]:
    """Positions and messages to decide, and what has become undecodable since it was parked."""
    live: list[tuple[int, M]] = []
    dead: list[DeadLetter] = []
    for position, (item, message) in enumerate(zip(items, messages, strict=True)):
        if isinstance(message, Undecodable):
            dead.append(DeadLetter(item.record, message.reason))
        else:
            live.append((position, message))
    return live, dead


def reasons(part: Sorted[M]) -> dict[str, int]:
    """For the metric: duplicate, parked, and each reason of a dead letter."""
    return {"duplicate": part.duplicates, "parked": len(part.parked), **Counter(letter.reason for letter in part.dead)}


async def run(connection: Connection, statement: Statement) -> None:
    """One statement of a stage."""
    if statement.many:
        await connection.executemany(statement.sql, statement.args)
    else:
        await connection.execute(statement.sql, *statement.args)
