"""The partitions that this process owns now: taken, opened at the offset in PostgreSQL, halted, given up."""

import asyncio
from collections.abc import Callable, Sequence

from vangnet_runtime import fence, metrics
from vangnet_runtime.database import Connection
from vangnet_runtime.lane import Lane
from vangnet_runtime.logging import get_logger
from vangnet_runtime.outbox import http_producer
from vangnet_runtime.reader import Reader
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.relay import Relay
from vangnet_runtime.stage import Seat

REVOKE_WITHIN = 12.0
"""Seconds that a rebalance waits for the transaction in flight; the fence holds anyhow."""

SHARED_BY = 0
"""The owner of this row publishes what HTTP handlers put into the outbox."""

HALTS = {
    "log-starts-after": "the log begins after the next offset: records are gone",
    "log-ends-before": "the log ends before the next offset: the topic was cut or made anew",
    "number-missing": "a message of an upstream service is missing in between",
}

log = get_logger()


class Lanes:
    """`by_partition` is shared with the reader. `writing` is held while a transaction runs."""

    def __init__(
        self, stage: str, topic: str, *, seat: Seat, forget: Callable[[int], None], relay: Relay, readiness: Readiness
    ) -> None:
        self.by_partition: dict[int, Lane] = {}
        self.writing = asyncio.Lock()
        self._stage = stage
        self._seat = seat
        self._topic = topic
        self._forget = forget
        self._relay = relay
        self._readiness = readiness

    @property
    def rows(self) -> list[int]:
        """Of those open now."""
        return [lane.row for lane in self.by_partition.values() if lane.open]

    def at(self, row: int) -> Lane | None:
        """The lane of a row."""
        return self.by_partition.get(row - self._seat.first_row)

    def current(self, lane: Lane) -> bool:
        """Whether what was fetched for this lane may still be written."""
        return lane.open and self.by_partition.get(lane.partition) is lane

    def taken(self, partitions: Sequence[int]) -> None:
        """The group gave us these."""
        for partition in partitions:
            self.by_partition[partition] = self._new(partition)

    async def lost(self, partitions: Sequence[int]) -> None:
        """The group takes these away: waits for the transaction in flight, then forgets them."""
        gone = [partition for partition in partitions if self.by_partition.pop(partition, None)]
        try:
            async with asyncio.timeout(REVOKE_WITHIN), self.writing:
                pass
        except TimeoutError:
            log.warning("revoke-overdue", partition=gone)
        for partition in gone:
            self._leave(partition)
            log.info("partition-left", topic=self._topic, partition=partition)

    async def open_closed(self, connection: Connection, reader: Reader) -> None:
        """Opens every lane that is neither open nor halted."""
        closed = [lane for lane in self.by_partition.values() if not lane.open and lane.halted is None]
        if not closed:
            return
        fresh = [await fence.read_lane(connection, self._new(lane.partition)) for lane in closed]
        bounds = await reader.bounds([lane.partition for lane in closed])  # after the rows: the log only grows
        for old, new in zip(closed, fresh, strict=True):
            if self.by_partition.get(old.partition) is old:
                self._open(new, reader, *bounds[old.partition])

    async def look_at_halted(self, connection: Connection) -> None:
        """A halted lane is opened again when an operator has changed where it stands."""
        for lane in list(self.by_partition.values()):
            if lane.halted is not None:
                now = await fence.read_lane(connection, self._new(lane.partition))
                if not now.stands_like(lane) and self.by_partition.get(lane.partition) is lane:
                    self._resume(lane)

    def reopen(self, lane: Lane) -> None:
        """What is known of this partition may be wrong: the next turn reads it again."""
        if self.by_partition.get(lane.partition) is lane and lane.halted is None:
            self.by_partition[lane.partition] = self._new(lane.partition)
            self._forget(lane.partition)

    def reopen_all(self) -> None:
        """After a fault that may concern all."""
        for lane in list(self.by_partition.values()):
            self.reopen(lane)

    def halt(self, lane: Lane, reason: str, expected: int, found: int) -> None:
        """Going on would lose or double something: waits for an operator. `expected` and `found` are offsets, or sequence
        numbers for `number-missing`."""
        lane.open, lane.halted = False, reason
        resume = lane.next if reason == "number-missing" else found
        self._forget(lane.partition)
        metrics.HALTED.labels(self._stage, str(lane.partition)).set(1)
        self._readiness.object(
            f"partition-{lane.partition}",
            f"{self._topic}/{lane.partition}: {HALTS[reason]} (expected {expected}, found {found}). To accept the loss: "
            f"vangnet-{self._seat.service} parked accept-loss --partition {lane.row} --offset {resume}",
        )
        log.error(
            "partition-halted",
            topic=self._topic,
            partition=lane.partition,
            reason=reason,
            expected=expected,
            found=found,
        )

    def _new(self, partition: int) -> Lane:
        return Lane(partition, self._seat.service, self._seat.first_row)

    def _open(self, lane: Lane, reader: Reader, begin: int, end: int) -> None:
        self.by_partition[lane.partition] = lane
        self._forget(lane.partition)
        if begin > lane.next:
            self.halt(lane, "log-starts-after", lane.next, begin)
        elif end < lane.next:
            self.halt(lane, "log-ends-before", lane.next, begin)
        else:
            self._begin(lane, reader)

    def _begin(self, lane: Lane, reader: Reader) -> None:
        self._relay.open(lane.producer)
        if lane.row == SHARED_BY:
            self._relay.open(http_producer(self._seat.service), shared=True)
        lane.open = True
        reader.seek(lane)
        log.info("partition-opened", topic=self._topic, partition=lane.partition, next=lane.next)

    def _resume(self, lane: Lane) -> None:
        self.by_partition[lane.partition] = self._new(lane.partition)
        self._clear_alarm(lane.partition)
        log.info("partition-resumed", topic=self._topic, partition=lane.partition)

    def _leave(self, partition: int) -> None:
        self._forget(partition)
        lane = self._new(partition)
        self._relay.close(lane.producer)
        if lane.row == SHARED_BY:
            self._relay.close(http_producer(self._seat.service))
        self._clear_alarm(partition)

    def _clear_alarm(self, partition: int) -> None:
        self._readiness.withdraw(f"partition-{partition}")
        metrics.HALTED.labels(self._stage, str(partition)).set(0)
