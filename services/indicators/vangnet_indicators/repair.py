"""What an operator does about the state of indicators: check it, make it anew, have a signal explained."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from vangnet_contract.policy import Shelf
from vangnet_runtime.database import Connection, connect

from vangnet_indicators.adapters import rebuild
from vangnet_indicators.adapters.books import Books
from vangnet_indicators.adapters.explain import explain_signal
from vangnet_indicators.adapters.verify import Verified, verify
from vangnet_indicators.domain.explain_words import in_dutch
from vangnet_indicators.domain.rulebook import rulebook
from vangnet_indicators.service import usable_policy
from vangnet_indicators.settings import IndicatorsSettings


async def verify_state(settings: IndicatorsSettings) -> Verified:
    """All of it, in one snapshot."""
    books = Books(Shelf(settings.policy)).of
    async with database(settings) as connection:
        return await verify(connection, books)


async def rebuild_state(settings: IndicatorsSettings, say: Callable[[str], None]) -> None:
    """Partition by partition; says what was mended of each. Raises CannotStart."""
    books = Books(Shelf(settings.policy)).of
    async with database(settings) as connection:
        await rebuild.lock(connection)
        for partition in await rebuild.partitions(connection):
            done = await rebuild.rebuild(connection, partition, books)
            say(f"partition {partition}: {done.persons} persons, {done.mended} mended; {done.cells} area cells mended")


async def explain_one(settings: IndicatorsSettings, signal: str, *, as_json: bool) -> str:
    """Dutch text, or one JSON object on a line; by the policy in force. Raises NoSuchSignal."""
    policy = usable_policy(settings)
    async with (
        database(settings) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        found = await explain_signal(connection, signal, rulebook(policy))
    return msgspec.json.encode(found).decode() + "\n" if as_json else in_dutch(found, policy.rules)


@asynccontextmanager
async def database(settings: IndicatorsSettings) -> AsyncIterator[Connection]:
    """One connection."""
    pool = await connect(settings.database.get_secret_value(), settings.service, most=1, within=10.0)
    try:
        async with pool.acquire() as connection:
            yield connection
    finally:
        await pool.close()
