"""Exports of a local platform: counts of everyone in view as of a moment, and every episode as it stands."""

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TextIO

import msgspec
from vangnet_contract.policy import Policy
from vangnet_runtime.database import Connection, connect

from vangnet_indicators.adapters.store import everyone
from vangnet_indicators.domain.counts import counts
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.register import register
from vangnet_indicators.domain.rulebook import rulebook


async def export_counts(dsn: str, schema: str, policy: Policy, as_of: datetime, out: TextIO) -> None:
    """Writes person,window,events,occurrences: for everyone in view, each window of days."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["person", "window", "events", "occurrences"])
    async with _database(dsn, schema) as connection:
        async for person, _, _ in everyone(connection):
            found = counts(person.history.packed, micros(as_of), policy.region.occurrence)
            writer.writerows([person.id, f"{count.days}d", count.events, count.occurrences] for count in found)


async def export_episodes(dsn: str, schema: str, policy: Policy, out: TextIO) -> None:
    """Writes one JSON object a line (domain/register.py)."""
    book = rulebook(policy)
    async with _database(dsn, schema) as connection:
        async for person, tick, delivered in everyone(connection):
            for entry in register(person, book, tick, delivered):
                out.write(msgspec.json.encode(entry).decode() + "\n")


@asynccontextmanager
async def _database(dsn: str, schema: str) -> AsyncIterator[Connection]:
    """One snapshot, however long the export takes."""
    pool = await connect(dsn, schema, most=1, within=10.0)
    try:
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection
    finally:
        await pool.close()
