"""The relay: one task that publishes the outbox, in order of sequence number for each output partition.

Rows just committed are handed over in memory; what an earlier owner left, and what HTTP handlers put there, is read from the
table. A row is deleted only after Kafka has acknowledged it: by a later batch's transaction, or here when none comes.
A failure never skips a row: the same rows go out again through a new producer, and receivers drop what they know.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from math import inf

from aiokafka import AIOKafkaProducer

from vangnet_runtime import metrics, outbox
from vangnet_runtime.backoff import Backoff
from vangnet_runtime.broker import Broker
from vangnet_runtime.database import Connection, Pool
from vangnet_runtime.lane import Chunk, Pair
from vangnet_runtime.logging import get_logger
from vangnet_runtime.producer import give_up, send_in_order, start_producer
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.relay_source import Source

AT_ONCE = 2_000
"""Messages in flight, up to the end of a chunk."""
MOST_WAITING = 5_000
MOST_BYTES = 16 * 1024 * 1024
"""Messages and bytes in memory for one producer above which its partition takes no new batch."""
IDLE = 0.5
"""Seconds after the last batch until acknowledged rows are deleted here."""
POLL = 0.25
"""Seconds between looks for rows that others put into the outbox."""
DEADLINE = 30.0
"""Seconds for one round of sends; then the producer is replaced."""

log = get_logger()


class Relay:
    """`open` a producer name to publish for it, `close` it when another process takes over."""

    def __init__(
        self,
        service: str,
        database: Pool,
        kafka: Broker,
        readiness: Readiness,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._readiness = readiness
        self._database = database
        self._kafka = kafka
        self._now = now
        self._sources: dict[str, Source] = {}
        self._producer: AIOKafkaProducer | None = None
        self._work = asyncio.Event()
        self._progress = asyncio.Event()

    def open(self, name: str, shared: bool = False) -> None:
        """Publishes for `name`, from the lowest row that is not deleted. `shared`: others write these rows."""
        self._sources[name] = Source(name, shared)
        self._work.set()

    def close(self, name: str) -> None:
        """Publishes no more for `name`; what waits in memory is in the table for the next owner."""
        self._sources.pop(name, None)

    def offer(self, name: str, chunks: Sequence[Chunk]) -> None:
        """Just committed, in order. The relay must have room for the name."""
        source = self._sources.get(name)
        if source is not None:
            source.touched = self._now()
            source.add(chunks)
        if chunks:
            self._work.set()

    def acked(self, name: str) -> dict[Pair, int]:
        """What may be deleted for `name`."""
        source = self._sources.get(name)
        return dict(source.acked) if source else {}

    def deleted(self, name: str, numbers: Mapping[Pair, int]) -> None:
        """A transaction that deleted these rows has been committed."""
        if source := self._sources.get(name):
            source.forget(numbers)

    def has_room(self, name: str) -> bool:
        """Whether another batch of `name` may be written: what its earlier owner left is out, and few rows wait."""
        source = self._sources.get(name)
        if source is None:
            return True
        return not source.behind and source.waiting < MOST_WAITING and source.size < MOST_BYTES

    async def progress(self, within: float) -> None:
        """Waits until something was acknowledged, at most `within` seconds."""
        self._progress.clear()
        try:
            async with asyncio.timeout(within):
                await self._progress.wait()
        except TimeoutError:
            return

    async def drained(self, within: float) -> bool:
        """Publishes and deletes what waits, at most `within` seconds: part of an orderly stop."""
        deadline = self._now() + within
        for source in self._sources.values():
            source.touched = 0.0
        while not all(source.empty for source in self._sources.values()):
            if self._now() > deadline:
                return False
            await self.progress(0.02)
        return True

    async def run(self) -> None:
        """Until cancelled."""
        backoff = Backoff()
        try:
            while True:
                await self._wait_for_work()
                try:
                    await self._round()
                    backoff.reset()
                    self._readiness.withdraw("relay")
                except Exception as fault:
                    await self._recover(fault, backoff.next())
        finally:
            if self._producer is not None:
                await give_up(self._producer)

    async def _wait_for_work(self) -> None:
        if any(source.waiting or (source.behind and not source.shared) for source in self._sources.values()):
            return
        try:
            async with asyncio.timeout(POLL):
                await self._work.wait()
        except TimeoutError:
            return

    async def _round(self) -> None:
        self._work.clear()
        for source in list(self._sources.values()):
            await self._tidy(source)
            if source.behind and not source.waiting and self._now() - source.looked >= POLL:
                await self._refill(source)
        await self._publish()
        self._measure()

    async def _refill(self, source: Source) -> None:
        """Reads rows that are only in the table. All that was sent before is acknowledged and deleted by now."""
        async with self._database.acquire() as connection:
            await self._delete(connection, source)
            chunks = await outbox.read(connection, source.name, AT_ONCE, MOST_BYTES)
        source.add(chunks)
        source.behind = source.shared or bool(chunks)
        source.looked = -inf if chunks else self._now()

    async def _tidy(self, source: Source) -> None:
        """Deletes acknowledged rows when no batch has come along to do it."""
        if source.acked and not source.waiting and self._now() - source.touched >= IDLE:
            async with self._database.acquire() as connection:
                await self._delete(connection, source)
            self._progress.set()

    async def _delete(self, connection: Connection, source: Source) -> None:
        acked = dict(source.acked)
        await outbox.delete(connection, source.name, acked)
        source.forget(acked)

    async def _publish(self) -> None:
        """Sends up to `AT_ONCE` messages and waits for Kafka. Pairs are independent: one topic's failure holds up no other."""
        work = self._choose()
        if not work:
            return
        producer = await self._connected()
        tasks = [self._send(producer, source, pair, chunks) for source, pair, chunks in work]
        async with asyncio.timeout(DEADLINE):
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for failed in results:
            if isinstance(failed, BaseException):
                raise failed

    def _choose(self) -> list[tuple[Source, Pair, list[Chunk]]]:
        room, work = AT_ONCE, []
        for source in self._sources.values():
            for pair, waiting in source.pending.items():
                chosen: list[Chunk] = []
                while room > 0 and len(chosen) < len(waiting):
                    chosen.append(waiting[len(chosen)])
                    room -= len(chosen[-1].messages)
                if chosen:
                    work.append((source, pair, chosen))
        return work

    async def _send(self, producer: AIOKafkaProducer, source: Source, pair: Pair, chunks: list[Chunk]) -> None:
        await send_in_order(producer, source.name, pair, chunks)
        source.sent(pair, chunks)
        metrics.MESSAGES_OUT.labels(self._service).inc(sum(len(chunk.messages) for chunk in chunks))
        self._progress.set()

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = await start_producer(self._kafka, f"vangnet-{self._service}-relay")
        return self._producer

    async def _recover(self, fault: Exception, wait: float) -> None:
        metrics.FAULTS.labels(self._service, "relay").inc()
        waiting = sum(source.waiting for source in self._sources.values())
        self._readiness.object("relay", f"the outbox cannot be published ({type(fault).__name__}); it tries again")
        log.warning("relay-retried", fault=fault, wait=round(wait, 3), waiting=waiting)
        if self._producer is not None and waiting:
            producer, self._producer = self._producer, None
            log.warning("producer-replaced", fault=fault)
            await give_up(producer)
        await asyncio.sleep(wait)

    def _measure(self) -> None:
        waiting = sum(source.waiting for source in self._sources.values())
        since = [source.since for source in self._sources.values() if source.waiting]
        metrics.OUTBOX_DEPTH.labels(self._service).set(waiting)
        metrics.OUTBOX_AGE.labels(self._service).set(self._now() - min(since) if since else 0)
