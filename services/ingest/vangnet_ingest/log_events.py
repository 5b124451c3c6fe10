"""Log events of ingest, beside the runtime's catalogue."""

EVENTS = {
    "ingest-retried": ("where", "fault", "wait"),
    "tick-missed": ("fault",),
    "issuer-away": (),
}
