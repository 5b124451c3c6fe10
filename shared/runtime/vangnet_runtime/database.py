"""PostgreSQL: types and the pool. Each service works in its own schema, which is the whole of its search path."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

from vangnet_runtime.backoff import Backoff
from vangnet_runtime.faults import passes_by_itself
from vangnet_runtime.logging import get_logger
from vangnet_runtime.refusal import CannotStart

if TYPE_CHECKING:  # asyncpg's classes take no type arguments at run time
    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

LIMITS = {
    "idle_in_transaction_session_timeout": "5000",
    "lock_timeout": "5000",
    "tcp_keepalives_idle": "10",
    "timezone": "UTC",
    "jit": "off",
}
"""Milliseconds. A process that was stopped inside a transaction loses its locks before Kafka gives its partitions away
(session timeout 10 s)."""

COMMAND_TIMEOUT = 30.0
"""Seconds that one statement may take, seen from here: a server that went away in silence is noticed."""

log = get_logger()


class DatabaseAway(CannotStart):
    """No connection within the time given; the text names the cause and the setting."""


async def connect(dsn: str, schema: str, most: int = 8, within: float = 30.0) -> Pool:
    """A pool on this schema. Tries again while the server starts or restarts, at most `within` seconds."""
    backoff = Backoff(most=2.0)
    deadline = asyncio.get_running_loop().time() + within
    while True:
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=most,
                timeout=5.0,
                command_timeout=COMMAND_TIMEOUT,
                server_settings={"search_path": schema, "application_name": f"vangnet-{schema}", **LIMITS},
            )
        except Exception as fault:
            if not passes_by_itself(fault):
                raise DatabaseAway(
                    f"VANGNET_DATABASE is no usable connection string ({type(fault).__name__})"
                ) from None
            if asyncio.get_running_loop().time() >= deadline:
                raise DatabaseAway(
                    f"PostgreSQL did not accept a connection within {within:.0f} s ({type(fault).__name__}): "
                    "check that it runs and that VANGNET_DATABASE names its host, port, database, role and password"
                ) from None
            log.warning("database-away", fault=fault)
            await asyncio.sleep(backoff.next())


class Held:
    """One connection kept between uses, given back after a fault so that the next use gets a sound one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._connection: PoolConnectionProxy[asyncpg.Record] | None = None

    async def get(self) -> Connection:
        """The connection."""
        if self._connection is None:
            self._connection = await self._pool.acquire(timeout=10.0)
        return self._connection

    async def drop(self) -> None:
        """Whatever state it is in."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(asyncpg.InterfaceError):  # it has gone by itself
                connection.terminate()
            await self._pool.release(connection)
