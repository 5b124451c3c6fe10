"""Mails that did not arrive, and the proof that nobody was forgotten, in PostgreSQL."""

from datetime import datetime

import msgspec
from vangnet_runtime.database import Connection

from vangnet_notifier.domain.bounce import Bounce

FAILED = """
SELECT d.id, d.alert, d.kind, d.email, d.attempts, d.failed_at, coalesce('bounced ' || d.bounce_status,
       (SELECT concat_ws(' ', a.result, a.code) FROM delivery_attempt a WHERE a.delivery = d.id ORDER BY attempt DESC LIMIT 1)
       ) AS why
FROM delivery d WHERE d.state = 'failed' ORDER BY d.failed_at, d.id
"""
# What was withdrawn meanwhile need not be told any more: its own mail says so. A list is about others too.
REPLAY = """
UPDATE delivery d SET forgiven = attempts, next_attempt = now(), failed_at = NULL, bounced_at = NULL, bounce_status = NULL,
    state = CASE WHEN kind NOT IN ('withdrawn', 'list', 'many', 'digest')
                      AND (SELECT state FROM alert a WHERE a.id = d.alert) = 'withdrawn'
                 THEN 'cancelled' ELSE 'queued' END
WHERE d.state = 'failed' AND ($1::text IS NULL OR d.id = $1) RETURNING d.state
"""
# A notification may be here before the attempt is noted; who notes it then finds the mail failed.
BOUNCE = """
UPDATE delivery SET state = 'failed', failed_at = now(), bounced_at = now(), bounce_status = $2, lease_until = NULL
WHERE id = $1 AND state IN ('sent', 'sending', 'queued') RETURNING id
"""
PROOF = "SELECT told, count(*) AS number FROM released_alert GROUP BY told"
MISSING = "SELECT alert FROM released_alert WHERE told = 'missing' ORDER BY alert"
OUTCOMES = ("told", "under-way", "failed", "withdrawn", "missing")


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that was given up, or came back. `why` = the last reply."""

    id: str
    alert: str
    kind: str
    email: str
    attempts: int
    failed_at: datetime
    why: str | None


async def dead_letters(connection: Connection) -> list[DeadLetter]:
    """The longest failed first."""
    return [DeadLetter(**row) for row in await connection.fetch(FAILED)]


async def replay(connection: Connection, delivery: str | None) -> int:
    """Queues this one again, or all (None); how many there were. A running service sends them at once."""
    return len(await connection.fetch(REPLAY, delivery))


async def note_bounce(connection: Connection, bounce: Bounce) -> bool:
    """Whether that mail was one that could still fail."""
    return await connection.fetchval(BOUNCE, bounce.delivery, bounce.status) is not None


async def proof(connection: Connection) -> dict[str, int]:
    """Released alerts by what came of telling it: every one of OUTCOMES."""
    found = {row["told"]: row["number"] for row in await connection.fetch(PROOF)}
    return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}


async def untold(connection: Connection) -> list[str]:
    """The released alerts that nobody was told of, without a reason."""
    return [row["alert"] for row in await connection.fetch(MISSING)]
