"""vangnet up, demo, status, down: the whole platform on one machine."""
