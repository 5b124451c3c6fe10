"""What comes in: one member of the consumer group, and records decoded ahead of the writer."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from typing import Generic, TypeVar

from vangnet_runtime import metrics
from vangnet_runtime.backoff import Backoff
from vangnet_runtime.batch import Batch, decoded
from vangnet_runtime.broker import Broker
from vangnet_runtime.lanes import Lanes
from vangnet_runtime.logging import get_logger
from vangnet_runtime.reader import Assignment, Limits, Reader
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.records import Record
from vangnet_runtime.stage import Stage, Undecodable

M = TypeVar("M")
S = TypeVar("S")

log = get_logger()


class Intake(Generic[M, S]):
    """`run` until cancelled; then it has left the group. One batch waits for the writer, another may be in decoding."""

    def __init__(self, stage: Stage[M, S], kafka: Broker, lanes: Lanes, readiness: Readiness, limits: Limits) -> None:
        self.reader: Reader | None = None
        self._stage = stage
        self._kafka = kafka
        self._lanes = lanes
        self._readiness = readiness
        self._limits = limits
        self._queue: asyncio.Queue[Batch[M]] = asyncio.Queue(maxsize=1)
        readiness.object("starting", "not connected to Kafka yet")

    async def next(self, within: float) -> Batch[M] | None:
        """The next batch; None when none came in so many seconds."""
        try:
            async with asyncio.timeout(within):
                return await self._queue.get()
        except TimeoutError:
            return None

    async def run(self) -> None:
        """Joins the group, reads, and joins again after a fault."""
        backoff = Backoff()
        while True:
            try:
                await self._read(backoff)
            except Exception as fault:
                wait = backoff.next()
                metrics.FAULTS.labels(self._stage.name, "read").inc()
                self._readiness.object("kafka", f"Kafka cannot be read ({type(fault).__name__}); it tries again")
                log.warning("fetch-retried", topic=self._stage.topic, fault=fault, wait=round(wait, 3))
                await asyncio.sleep(wait)

    async def _read(self, backoff: Backoff) -> None:
        """One membership of the group, until a fault or cancellation."""
        assignment = Assignment(self._lanes.taken, self._lanes.lost, self._lanes.halt)
        lanes = self._lanes.by_partition
        reader = Reader(
            self._stage.topic, self._stage.name, self._kafka, lanes=lanes, assignment=assignment, limits=self._limits
        )
        await reader.start()
        self.reader = reader
        try:
            while True:
                for lane, expected, records in await reader.fill():
                    messages = await self._decode(records)
                    await self._queue.put(decoded(lane, expected, records, messages))
                backoff.reset()
                self._connected()
        finally:
            self.reader = None
            await self._lanes.lost(list(self._lanes.by_partition))
            await reader.stop()

    def _connected(self) -> None:
        self._readiness.withdraw("kafka")
        self._readiness.withdraw("starting")

    async def _decode(self, records: Sequence[Record]) -> Sequence[M | Undecodable]:
        try:
            return await self._stage.decode(records)
        except BrokenExecutor:
            raise
        except Exception:
            return [await self._decode_one(record) for record in records]

    async def _decode_one(self, record: Record) -> M | Undecodable:
        """A decoder should not raise; when it does, only for the record that makes it."""
        try:
            return (await self._stage.decode([record]))[0]
        except BrokenExecutor:
            raise
        except Exception as fault:
            place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
            log.error("decoder-failed", **place, fault=fault)
            return Undecodable("decoder-failed")
