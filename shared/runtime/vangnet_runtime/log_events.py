"""The catalogue of log events: what may be said, and with which fields. Nothing else reaches a log.

No field may carry an identity, a token, a person id, a message or a text that someone typed. A service adds its own table
with `declare` beside its composition root.
"""

from collections.abc import Iterable, Mapping

ALWAYS = frozenset({"event", "level", "at", "service", "instance"})
"""Fields that every line has; `at` is wall time, UTC."""

EVENTS: dict[str, frozenset[str]] = {
    name: frozenset(fields)
    for name, fields in {
        # life of the process
        "service-started": ("version", "http", "metrics"),
        "service-stopped": ("seconds", "code"),
        "stop-asked": ("signal",),
        "stop-overdue": ("seconds",),
        "service-crashed": ("fault",),
        "timer-failed": ("name", "fault"),
        # database
        "database-away": ("fault", "wait"),
        "migration-applied": ("name",),
        # batches
        "partition-opened": ("topic", "partition", "next"),
        "partition-left": ("topic", "partition"),
        "partition-halted": ("topic", "partition", "reason", "expected", "found"),
        "partition-resumed": ("topic", "partition"),
        "revoke-overdue": ("partition",),
        "gap-found": ("topic", "partition", "expected", "found"),
        "gap-accepted": ("topic", "partition", "expected", "found"),
        "fence-lost": ("topic", "partition"),
        "batch-retried": ("topic", "partition", "fault", "wait"),
        "database-unfit": ("topic", "fault", "wait"),
        "fetch-retried": ("topic", "fault", "wait"),
        "decoder-failed": ("topic", "partition", "offset", "fault"),
        "dead-letter": ("topic", "partition", "offset", "reason"),
        "duplicates-dropped": ("topic", "partition", "count"),
        # parked keys
        "parked-expired": ("count",),
        "dead-letters-expired": ("count",),
        "key-parked": ("topic", "partition", "offset", "handle", "fault"),
        "key-released": ("partition", "handle", "count"),
        "key-dropped": ("partition", "handle", "count"),
        "replay-failed": ("partition", "handle", "offset", "fault"),
        # relay
        "relay-retried": ("fault", "wait", "waiting"),
        "producer-replaced": ("fault",),
        # Kafka's topics
        "topic-created": ("topic", "partitions"),
        # HTTP
        "request-failed": ("method", "route", "fault"),
        # what a library said: never its words when they may hold values
        "library": ("logger", "place", "template", "fault", "suppressed"),
    }.items()
}


def declare(table: Mapping[str, Iterable[str]]) -> None:
    """Adds a service's events. An event is declared once, or twice alike."""
    for name, fields in table.items():
        allowed = frozenset(fields)
        if EVENTS.setdefault(name, allowed) != allowed:
            raise ValueError(f"log event {name} is declared twice with different fields")


def objection(name: str, fields: Iterable[str]) -> str | None:
    """Why this line may not be written; None when it may."""
    allowed = EVENTS.get(name)
    if allowed is None:
        return f"log event {name!r} is not in the catalogue (log_events.py or a service's table)"
    if unknown := sorted(set(fields) - allowed - ALWAYS):
        return f"log event {name!r} may not carry {', '.join(unknown)}"
    return None
