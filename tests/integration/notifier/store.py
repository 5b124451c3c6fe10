"""The adapters on a schema of their own, without Kafka: what the batch processor does, by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from vangnet_contract.messages import SignalsMessage
from vangnet_contract.policy import Shelf
from vangnet_notifier.adapters.inbox import PostgresInbox
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.adapters.stage import AlertStage
from vangnet_notifier.adapters.stream_clock import StreamClock
from vangnet_notifier.log_events import EVENTS
from vangnet_runtime.clock import WallClock
from vangnet_runtime.database import Pool, connect
from vangnet_runtime.log_events import declare
from vangnet_runtime.migrations import migrate

from tests.integration.conftest import Schema
from tests.unit.notifier.signals import DEMO, OFFICE

declare(EVENTS)
CLOCK = StreamClock(WallClock(), event_time=True)
NAMES = OFFICE.name_alert, OFFICE.name_event
REAL_HOURS = Offices(Shelf(DEMO), NAMES, played=False)
OFFICES = Offices(Shelf(DEMO), NAMES, played=True)


@asynccontextmanager
async def store(schema: Schema) -> AsyncIterator[Pool]:
    """A pool on an empty schema with all tables."""
    pool = await connect(schema.dsn, schema.name, most=6)
    try:
        await migrate(pool, "vangnet_notifier")
        yield pool
    finally:
        await pool.close()


async def take(pool: Pool, *messages: SignalsMessage, partition: int = 0, offices: Offices = OFFICES) -> None:
    """One batch: load, step each, write, in one transaction."""
    stage = AlertStage(offices)
    async with pool.acquire() as connection, connection.transaction():
        desk = await stage.load(connection, partition, messages)
        for message in messages:
            stage.step(desk, message)
        for statement in stage.writes(desk):
            await connection.execute(statement.sql, *statement.args)


async def take_in_batches(pool: Pool, messages: Sequence[SignalsMessage], size: int) -> None:
    """The same messages in batches of that size."""
    for start in range(0, len(messages), size):
        await take(pool, *messages[start : start + size])


def inbox(pool: Pool) -> PostgresInbox:
    """The inbox on these tables."""
    return PostgresInbox(pool, OFFICES, CLOCK)
