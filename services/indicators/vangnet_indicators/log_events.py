"""Log events of indicators, beside the runtime's catalogue."""

EVENTS = {
    "issuer-away": (),
    "state-differs": ("kind", "count"),
    "analyst-answered": ("client", "indicator", "area", "window"),
    "trial-answered": ("client", "rule"),
    "trial-failed": ("reason",),
}
