"""The linker's stage on a real PostgreSQL, fed by hand: what it writes and publishes, batch by batch, without a broker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vangnet_contract.messages import Tick, encode
from vangnet_contract.stamp import control_headers
from vangnet_contract.topics import EVENTS_ACCEPTED
from vangnet_linker.adapters.pool import OpeningPool
from vangnet_linker.adapters.stage import LinkerStage
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.migrations import migrate
from vangnet_runtime.records import Outgoing, Record
from vangnet_runtime.stage import Undecodable
from vangnet_runtime.writer import run

from tests.attacks import region

Sent = tuple[bytes, str]
"""An event's bytes and the partner that sent it."""


class Register:
    """Counts offsets as the log would."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._stage = LinkerStage(region.POLICY, OpeningPool(region.POLICY, {"seal-1": region.SEAL}, region.PEPPER, 0))
        self._offset = 0

    async def play(self, *messages: Sent | Tick) -> list[Outgoing]:
        """One batch, committed; what it publishes."""
        records = [self._record(message) for message in messages]
        decoded = [m for m in await self._stage.decode(records) if not isinstance(m, Undecodable)]
        assert len(decoded) == len(records)
        async with self._pool.acquire() as connection, connection.transaction():
            state = await self._stage.load(connection, 0, decoded)
            published = [out for message in decoded for out in self._stage.step(state, message)]
            for statement in self._stage.writes(state):
                await run(connection, statement)
        return published

    def _record(self, message: Sent | Tick) -> Record:
        self._offset += 1
        value, headers = (
            (encode(message), control_headers())
            if isinstance(message, Tick)
            else (message[0], region.stamp(message[1]).headers())
        )
        return Record(EVENTS_ACCEPTED, 0, self._offset, 0, b"", value, headers)


@asynccontextmanager
async def register(dsn: str) -> AsyncIterator[Register]:
    """An empty one, in the schema `linker`."""
    pool = await connect(dsn, "linker")
    try:
        await migrate(pool, "vangnet_linker")
        yield Register(pool)
    finally:
        await pool.close()
