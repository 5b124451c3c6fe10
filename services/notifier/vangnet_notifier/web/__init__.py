"""Pages and JSON."""
