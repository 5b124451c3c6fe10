"""Targets of webhooks that answered 410 Gone, in PostgreSQL."""

from datetime import datetime

import msgspec
from vangnet_runtime.database import Connection

DISABLED = """
SELECT t.target, t.disabled_at, t.delivery,
    (SELECT count(*) FROM delivery d WHERE d.channel = 'webhook' AND d.email = t.target AND d.state = 'queued') AS waiting
FROM webhook_disabled t ORDER BY t.disabled_at, t.target
"""
ENABLE = "DELETE FROM webhook_disabled WHERE target = $1 RETURNING target"


class Disabled(msgspec.Struct, frozen=True, kw_only=True):
    """A target that gets nothing. `delivery` = the one that was answered so; `waiting` = how many are kept for it."""

    target: str
    disabled_at: datetime
    delivery: str
    waiting: int


async def disabled(connection: Connection) -> list[Disabled]:
    """The longest first."""
    return [Disabled(**row) for row in await connection.fetch(DISABLED)]


async def enable(connection: Connection, target: str) -> bool:
    """Whether it was disabled. A running service sends what waits at once."""
    return await connection.fetchval(ENABLE, target) is not None
