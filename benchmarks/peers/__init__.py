"""indicators beside what one would take instead: the same topic, the same bytes, the same broker, one after the other."""

from benchmarks.peers.race import run

__all__ = ["run"]
