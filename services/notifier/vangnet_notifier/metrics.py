"""What this service adds to the catalogue of metrics."""

from prometheus_client import Counter, Gauge, Histogram
from vangnet_runtime.metrics import REGISTRY

ALERTS = Gauge("vangnet_alerts", "Alerts by state.", ["state"], registry=REGISTRY)
DELIVERIES = Gauge("vangnet_deliveries", "Mails and webhooks by state.", ["state"], registry=REGISTRY)
RELEASED = Gauge(
    "vangnet_released_alerts",
    "Alerts that were released, by what came of telling it; missing = nobody was told and nothing explains it.",
    ["told"],
    registry=REGISTRY,
)
CONTACTS = Gauge(
    "vangnet_contact_requests",
    "Requests to partners that went wrong: unapproved = sent as urgent and not approved in time; overdue = not answered in time.",
    ["state"],
    registry=REGISTRY,
)
ATTEMPTS = Counter(
    "vangnet_delivery_attempts_total",
    "Attempts to send a mail, by what the server said.",
    ["kind", "result"],
    registry=REGISTRY,
)
WEBHOOK_ATTEMPTS = Counter(
    "vangnet_webhook_attempts_total",
    "Attempts to send a webhook, by what came of it; forbidden = its address is not called.",
    ["kind", "result"],
    registry=REGISTRY,
)
WEBHOOK_DISABLED = Gauge(
    "vangnet_webhook_disabled",
    "1 for each target of webhooks that answered 410 Gone, until an operator enables it.",
    ["target"],
    registry=REGISTRY,
)
GIVEN_UP = Counter(
    "vangnet_deliveries_given_up_total",
    "Mails given up after the last attempt: somebody was not told.",
    ["kind"],
    registry=REGISTRY,
)
TOLD = Histogram(
    "vangnet_told_seconds",
    "From the step that makes something known to the SMTP server's acceptance of the mail.",
    ["kind"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600),
    registry=REGISTRY,
)
THROTTLED = Counter(
    "vangnet_requests_throttled_total",
    "Requests answered 429: more logins from one address, or more requests of one user, than a minute allows.",
    ["door"],
    registry=REGISTRY,
)
DECISIONS = Counter(
    "vangnet_decisions_total",
    "Decisions by people: done, or the reason of refusal.",
    ["action", "result"],
    registry=REGISTRY,
)
