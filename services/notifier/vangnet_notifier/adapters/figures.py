"""Numbers for the gauges."""

from vangnet_runtime.database import Pool
from vangnet_runtime.logging import get_logger

from vangnet_notifier import metrics
from vangnet_notifier.adapters.dead_letters import proof, untold
from vangnet_notifier.domain.words import State

ALERTS = "SELECT state, count(*) AS number FROM alert GROUP BY state"
DELIVERIES = "SELECT state, count(*) AS number FROM delivery GROUP BY state"
DISABLED = "SELECT target FROM webhook_disabled"
CONTACTS = """
SELECT count(*) FILTER (WHERE c ->> 'late_at' IS NOT NULL AND c ->> 'second' IS NULL) AS unapproved,
       count(*) FILTER (WHERE c ->> 'overdue_at' IS NOT NULL AND c ->> 'ended_at' IS NULL AND c -> 'replies' = '[]') AS overdue
FROM alert, jsonb_array_elements(body -> 'contacts') AS c WHERE id IN (SELECT alert FROM contact_request)
"""
DELIVERY_STATES = ("queued", "sending", "sent", "failed", "cancelled")

log = get_logger()


async def measure(pool: Pool) -> None:
    """Brings the gauges up to date; a state without rows is 0."""
    alerts = {row["state"]: row["number"] for row in await pool.fetch(ALERTS)}
    for state in State:
        metrics.ALERTS.labels(state).set(alerts.get(state, 0))
    deliveries = {row["state"]: row["number"] for row in await pool.fetch(DELIVERIES)}
    for name in DELIVERY_STATES:
        metrics.DELIVERIES.labels(name).set(deliveries.get(name, 0))
    metrics.WEBHOOK_DISABLED.clear()
    for row in await pool.fetch(DISABLED):
        metrics.WEBHOOK_DISABLED.labels(row["target"]).set(1)
    [contacts] = await pool.fetch(CONTACTS)
    for name, number in contacts.items():
        metrics.CONTACTS.labels(name).set(number)


async def prove(pool: Pool) -> None:
    """Counts released alerts by what came of telling it. One that nobody was told of is named in the log, every time."""
    async with pool.acquire() as connection:
        for outcome, number in (await proof(connection)).items():
            metrics.RELEASED.labels(outcome).set(number)
        for alert in await untold(connection):
            log.error("release-untold", alert=alert)
