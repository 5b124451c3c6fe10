"""Log events of indicators, beside the runtime's catalogue."""

EVENTS = {
    "issuer-away": (),
    "analyst-answered": ("client", "indicator", "area", "window"),
}
