"""The mails and webhooks to be sent, in PostgreSQL. Times are the database's: replicas agree on what is due."""

from collections.abc import Sequence
from datetime import timedelta

from vangnet_runtime.database import Connection, Pool

from vangnet_notifier.adapters.stream_clock import StreamClock
from vangnet_notifier.adapters.trail import note
from vangnet_notifier.domain.actors import SYSTEM
from vangnet_notifier.domain.delivery import LEASE, Channel, GiveUp, Retry
from vangnet_notifier.domain.trail import MAIL, MAIL_FAILED, WEBHOOK, WEBHOOK_FAILED, Entry
from vangnet_notifier.domain.words import Kind
from vangnet_notifier.postman import Delivery, Receipt

# Not while another mail about the same alert is on its way to the same person: they arrive in order.
TAKE = """
UPDATE delivery SET state = 'sending', attempts = attempts + 1, lease_until = now() + $2
WHERE id IN (
    SELECT id FROM delivery d
    WHERE ((state = 'queued' AND next_attempt <= now()) OR (state = 'sending' AND lease_until < now()))
      AND NOT EXISTS (SELECT FROM delivery other WHERE other.alert = d.alert AND other.email = d.email
                      AND other.id <> d.id AND other.state = 'sending' AND other.created_at <= d.created_at)
      AND NOT EXISTS (SELECT FROM webhook_disabled t WHERE d.channel = 'webhook' AND t.target = d.email)
    ORDER BY next_attempt, created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, alert, kind, channel, email, name, attempts, attempts - forgiven AS tries, created_at,
    CASE WHEN kind = 'digest' THEN (
        SELECT count(*) FROM alert a WHERE a.state IN ('released', 'reopened', 'acknowledged', 'in-progress')
        AND a.owner = (SELECT own.owner FROM alert own WHERE own.id = delivery.alert))
    WHEN kind = 'many' THEN (
        SELECT count(*) FROM alert a WHERE a.state = 'candidate' AND NOT a.start_list
        AND a.lead IS NOT DISTINCT FROM (SELECT own.lead FROM alert own WHERE own.id = delivery.alert)) END AS waiting
"""
ATTEMPT = (
    "INSERT INTO delivery_attempt (delivery, attempt, result, code) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
)
# Only the holder of the lease: `attempts` grew when another took it over.
SENT = """
UPDATE delivery SET state = 'sent', sent_at = now(), lease_until = NULL
WHERE id = $1 AND attempts = $2 AND state = 'sending' RETURNING id
"""
# A withdrawal that came meanwhile has cancelled what was queued; this mail was not, so it is cancelled here.
# A list is about others too.
LOCK_ALERT = "SELECT FROM alert WHERE id = $1 FOR SHARE"
RETRY = """
UPDATE delivery d SET next_attempt = $3, lease_until = NULL,
    state = CASE WHEN kind NOT IN ('withdrawn', 'list', 'many', 'digest')
                      AND (SELECT state FROM alert a WHERE a.id = d.alert) = 'withdrawn'
                 THEN 'cancelled' ELSE 'queued' END
WHERE id = $1 AND attempts = $2 AND state = 'sending'
"""
FAIL = """
UPDATE delivery SET state = 'failed', failed_at = now(), lease_until = NULL
WHERE id = $1 AND attempts = $2 AND state = 'sending' RETURNING id
"""
ENDED: dict[tuple[Channel, bool], str] = {
    ("mail", True): MAIL,
    ("mail", False): MAIL_FAILED,
    ("webhook", True): WEBHOOK,
    ("webhook", False): WEBHOOK_FAILED,
}
"""The line in the trail, by channel and whether it was accepted."""
DISABLE = "INSERT INTO webhook_disabled (target, delivery) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class PostgresOutbox:
    """Implements postman.Outbox."""

    def __init__(self, pool: Pool, clock: StreamClock, lease: timedelta = LEASE) -> None:
        self._pool = pool
        self._clock = clock
        self._lease = lease

    async def lease(self, most: int) -> Sequence[Delivery]:
        """At most `most` mails that are due, leased to the caller."""
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(TAKE, most, self._lease)
        return [Delivery(**{**row, "kind": Kind(row["kind"])}) for row in rows]

    async def note(self, delivery: Delivery, receipt: Receipt, then: Retry | GiveUp | None) -> None:
        """The attempt with its receipt, and what follows. Whoever lost the lease only adds his receipt."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(ATTEMPT, delivery.id, delivery.attempts, receipt.result, receipt.code)
            match then:
                case Retry(at):
                    await connection.execute(LOCK_ALERT, delivery.alert)
                    await connection.execute(RETRY, delivery.id, delivery.attempts, at)
                case GiveUp():
                    await self._ended(connection, FAIL, delivery, receipt)
                case None:
                    await self._ended(connection, SENT, delivery, receipt)

    async def _ended(self, connection: Connection, how: str, delivery: Delivery, receipt: Receipt) -> None:
        """Sent or given up: both are in the trail."""
        if await connection.fetchval(how, delivery.id, delivery.attempts) is None:
            return
        if receipt.gone:
            await connection.execute(DISABLE, delivery.email, delivery.id)
        line = Entry(
            alert=delivery.alert,
            at=await self._clock.now(connection),
            user=SYSTEM.user,
            name=SYSTEM.name,
            action=ENDED[delivery.channel, receipt.result == "accepted"],
            choice=delivery.kind,
            recipient=delivery.name or delivery.email,
        )
        await note(connection, line)
