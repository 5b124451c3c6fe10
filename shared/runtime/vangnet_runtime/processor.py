"""The batch processor: consumes one topic exactly once into PostgreSQL and out through the outbox.

Three tasks: the reader fetches and decodes batch n+1 while the writer writes batch n; the relay publishes. Faults never end the
process: what passes by itself is tried again from the offset row, because a commit may have landed; what comes back with the same
message parks that message's key; what would lose or double something halts its partition, not ready, with an alarm. A database
that does not fit the program stops all, not ready, until somebody mends it; it looks again now and then.
"""

import asyncio
import time
from contextlib import suppress
from typing import Generic, TypeVar

from vangnet_runtime import metrics, parking
from vangnet_runtime.backoff import Backoff
from vangnet_runtime.batch import Batch
from vangnet_runtime.batch_report import report
from vangnet_runtime.broker import Broker
from vangnet_runtime.database import Connection, Held, Pool
from vangnet_runtime.faults import NotYet, database_unfit, fence_lost, passes_by_itself
from vangnet_runtime.intake import Intake
from vangnet_runtime.lane import Lane
from vangnet_runtime.lanes import Lanes
from vangnet_runtime.logging import get_logger
from vangnet_runtime.operator_orders import Orders
from vangnet_runtime.reader import Limits
from vangnet_runtime.readiness import Readiness
from vangnet_runtime.relay import Relay
from vangnet_runtime.stage import Seat, Stage
from vangnet_runtime.writer import NumberMissing, StepFailed, Writer

M = TypeVar("M")
S = TypeVar("S")

WRITE_WITHIN = 10.0
"""Seconds that the batch in hand may take when the process stops."""
DRAIN_WITHIN = 5.0
"""Seconds that the outbox may take then."""
TIDY = 1.0
"""Seconds between looks for operators' orders and changed halts."""
UNFIT_WAIT = 15.0
"""Seconds between looks at a database that does not fit the program: nobody mends that within a second."""

log = get_logger()


class Processor(Generic[M, S]):
    """Runs one stage; without a `seat` it is the first of the service that it is named for. `run` ends after `stop`, or by raising when one of its tasks broke."""

    def __init__(
        self,
        stage: Stage[M, S],
        database: Pool,
        kafka: Broker,
        readiness: Readiness,
        limits: Limits | None = None,
        *,
        seat: Seat | None = None,
    ) -> None:
        self._stage = stage
        self._readiness = readiness
        self._held = Held(database)
        self._relay = Relay(stage.name, database, kafka, readiness)
        self._lanes = Lanes(
            stage.name,
            stage.topic,
            seat=seat or Seat(stage.name),
            forget=stage.forget,
            relay=self._relay,
            readiness=readiness,
        )
        self._writer = Writer(stage)
        self._orders = Orders(stage, self._writer, self._lanes, self._relay)
        self._intake = Intake(stage, kafka, self._lanes, readiness, limits or Limits())
        self._stopping = asyncio.Event()
        self._tidied = 0.0

    def stop(self) -> None:
        """Asks `run` to finish the batch in hand, to empty the outbox and to leave the group; returns at once."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`; bounded after it."""
        relay = asyncio.create_task(self._relay.run(), name="relay")
        reader = asyncio.create_task(self._intake.run(), name="reader")
        writer = asyncio.create_task(self._write_on(), name="writer")
        asked = asyncio.create_task(self._stopping.wait(), name="stop")
        try:
            await asyncio.wait([relay, reader, writer, asked], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.stop()
            await asyncio.wait([writer], timeout=WRITE_WITHIN)
            await self._relay.drained(DRAIN_WITHIN)
            broken = [task.exception() for task in (relay, reader, writer) if task.done() and not task.cancelled()]
            for task in (writer, asked, reader, relay):
                task.cancel()
                await asyncio.wait([task])
            await self._held.drop()
        for fault in broken:
            if fault is not None:
                raise fault

    def measure(self) -> None:
        """Brings the gauges of lag up to date."""
        reader = self._intake.reader
        for lane in self._lanes.by_partition.values():
            if lane.open and reader is not None:
                metrics.LAG.labels(self._stage.name, str(lane.partition)).set(reader.lag(lane))

    async def _write_on(self) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                await self._turn()
                backoff.reset()
                self._readiness.withdraw("write")
            except Exception as fault:
                await self._begin_again(fault, backoff.next())

    async def _turn(self) -> None:
        connection = await self._held.get()
        if self._intake.reader is not None:
            await self._lanes.open_closed(connection, self._intake.reader)
        batch = await self._intake.next(0.1)
        if batch is not None:
            await self._process(connection, batch)
        if time.monotonic() - self._tidied > TIDY:
            await self._lanes.look_at_halted(connection)
            await self._orders.carry_out(connection)
            parked = await parking.count_keys(connection, self._lanes.rows)
            metrics.PARKED.labels(self._stage.name).set(parked)
            self.measure()
            self._tidied = time.monotonic()

    async def _begin_again(self, fault: Exception, wait: float) -> None:
        """The commit may have landed or not: every lane is read again from its offset row."""
        metrics.FAULTS.labels(self._stage.name, "write").inc()
        if not fence_lost(fault):
            self._readiness.object("write", _why(fault))
        if database_unfit(fault):
            wait = UNFIT_WAIT
            log.error("database-unfit", topic=self._stage.topic, fault=fault, wait=wait)
        else:
            log.warning("batch-retried", topic=self._stage.topic, fault=fault, wait=round(wait, 3))
        self._lanes.reopen_all()
        await self._held.drop()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), wait)

    async def _process(self, connection: Connection, batch: Batch[M]) -> None:
        """Writes a batch, in parts when one of its messages has to be parked."""
        size = len(batch)
        refused: dict[int, BaseException] = {}
        while self._lanes.current(batch.lane) and await self._room(batch.lane):
            part = batch.head(size, refused)
            try:
                done = await self._write(connection, part)
            except StepFailed as failed:
                size, refused = _after_failure(failed)
                self._stage.forget(batch.lane.partition)
            except NumberMissing as missing:
                self._lanes.halt(batch.lane, "number-missing", missing.expected, missing.found)
            except Exception as fault:
                if passes_by_itself(fault) or part.refused:
                    raise
                size, refused = (len(part) // 2, {}) if len(part) > 1 else (1, {0: fault})
                self._stage.forget(batch.lane.partition)
            else:
                if done == len(batch):
                    return
                batch = batch.rest(done)
                size, refused = len(batch), {}

    async def _room(self, lane: Lane) -> bool:
        """Waits for the relay; False when the lane or the process ends meanwhile."""
        while not self._stopping.is_set() and self._lanes.current(lane):
            if self._relay.has_room(lane.producer):
                return True
            await self._relay.progress(0.1)
        return False

    async def _write(self, connection: Connection, batch: Batch[M]) -> int:
        """One transaction; returns how many records it holds."""
        lane = batch.lane
        part = self._writer.without_hole(batch)
        async with self._lanes.writing:
            if not self._lanes.current(lane):
                return len(batch)
            acked = self._relay.acked(lane.producer)
            written = await self._writer.write(connection, part, acked)
            self._relay.deleted(lane.producer, acked)
            self._relay.offer(lane.producer, written.published)
        report(self._stage.name, part, written)
        return len(part)


def _why(fault: Exception) -> str:
    """What `/readyz` says of it: no value, only names."""
    if isinstance(fault, NotYet):
        return f"{fault}; it tries again"
    if database_unfit(fault):
        return (
            f"the database does not fit this program ({type(fault).__name__}, SQLSTATE {getattr(fault, 'sqlstate', '')}): "
            "a table, column or right is missing, or another version made it. Nothing is taken in until that is mended"
        )
    return f"a batch cannot be written ({type(fault).__name__}); it tries again"


def _after_failure(failed: StepFailed) -> tuple[int, dict[int, BaseException]]:
    """How much of the batch to write next, and what of it to park. Raises what the message has to wait for, once it is first."""
    fault = failed.__cause__ or failed
    if not isinstance(fault, NotYet):
        return failed.position + 1, {failed.position: fault}
    if failed.position == 0:
        raise fault
    return failed.position, {}
