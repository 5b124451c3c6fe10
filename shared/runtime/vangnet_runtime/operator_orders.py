"""What operators asked for, done between two batches: parked keys replayed or dropped, under the fence like any batch."""

from typing import Generic, TypeVar

from vangnet_runtime import fence, parking
from vangnet_runtime.database import Connection
from vangnet_runtime.faults import fence_lost, passes_by_itself
from vangnet_runtime.lane import Lane
from vangnet_runtime.lanes import Lanes
from vangnet_runtime.logging import get_logger
from vangnet_runtime.parking import Order, handle
from vangnet_runtime.relay import Relay
from vangnet_runtime.stage import Stage
from vangnet_runtime.writer import REPLAY_AT_ONCE, StepFailed, Writer

M = TypeVar("M")
S = TypeVar("S")

log = get_logger()


class Orders(Generic[M, S]):
    """Carries them out. A replay that fails leaves the key parked from the failing message on."""

    def __init__(self, stage: Stage[M, S], writer: Writer[M, S], lanes: Lanes, relay: Relay) -> None:
        self._stage = stage
        self._writer = writer
        self._lanes = lanes
        self._relay = relay

    async def carry_out(self, connection: Connection) -> None:
        """All that is asked for the partitions open here."""
        for order in await parking.orders(connection, self._lanes.rows):
            lane = self._lanes.at(order.partition)
            if lane is None or not self._lanes.current(lane):
                continue
            if order.action == "drop":
                await self._drop(connection, lane, order)
            else:
                await self._replay(connection, lane, order)

    async def _drop(self, connection: Connection, lane: Lane, order: Order) -> None:
        async with self._lanes.writing, connection.transaction():
            await fence.advance(connection, lane.row, lane.next, lane.next)
            count = await parking.drop(connection, order)
            await parking.carried_out(connection, order)
        log.info("key-dropped", partition=order.partition, handle=handle(order.key), count=count)

    async def _replay(self, connection: Connection, lane: Lane, order: Order) -> None:
        """In chunks; after a failure once more with what comes before it."""
        most = REPLAY_AT_ONCE
        while most and self._lanes.current(lane) and self._relay.has_room(lane.producer):
            try:
                done = await self._replay_some(connection, lane, order, most)
            except StepFailed as failed:
                most, fault = failed.position, failed.__cause__ or failed
            except Exception as error:
                if fence_lost(error) or passes_by_itself(error):
                    raise
                most, fault = most // 2, error
            else:
                if done < most:
                    return
                continue
            self._stage.forget(lane.partition)
            if most == 0:
                await self._give_up(connection, order, fault)

    async def _replay_some(self, connection: Connection, lane: Lane, order: Order, most: int) -> int:
        async with self._lanes.writing:
            done, written = await self._writer.replay(connection, lane, order, most)
            self._relay.offer(lane.producer, written.published)
        log.info("key-released", partition=order.partition, handle=handle(order.key), count=done)
        return done

    async def _give_up(self, connection: Connection, order: Order, fault: BaseException) -> None:
        await parking.carried_out(connection, order)
        log.error("replay-failed", partition=order.partition, handle=handle(order.key), fault=fault)
