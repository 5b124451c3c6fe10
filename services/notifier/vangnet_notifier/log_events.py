"""What this service adds to the catalogue of log events."""

EVENTS = {
    "delivery-failed": ("delivery", "kind", "result"),
    "delivery-retried": ("fault",),
    "release-untold": ("alert",),
    "trail-head": ("day", "line", "place", "hash"),
}
