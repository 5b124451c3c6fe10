"""Numbers for the gauges."""

from vangnet_runtime.database import Pool

from vangnet_notifier import metrics
from vangnet_notifier.domain.words import State

ALERTS = "SELECT state, count(*) AS number FROM alert GROUP BY state"
DELIVERIES = "SELECT state, count(*) AS number FROM delivery GROUP BY state"
DELIVERY_STATES = ("queued", "sending", "sent", "failed", "cancelled")


async def measure(pool: Pool) -> None:
    """Brings the gauges up to date; a state without rows is 0."""
    alerts = {row["state"]: row["number"] for row in await pool.fetch(ALERTS)}
    for state in State:
        metrics.ALERTS.labels(state).set(alerts.get(state, 0))
    deliveries = {row["state"]: row["number"] for row in await pool.fetch(DELIVERIES)}
    for name in DELIVERY_STATES:
        metrics.DELIVERIES.labels(name).set(deliveries.get(name, 0))
