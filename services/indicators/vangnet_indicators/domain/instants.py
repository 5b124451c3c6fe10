"""Times as whole microseconds since 1970 UTC: exact, ordered, and the same on the days when clocks change."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
DAY = 24 * HOUR
"""86,400 s, whatever a calendar says: windows are elapsed time (contract.md, reading.md)."""


def micros(moment: datetime) -> int:
    """Of an aware datetime."""
    return (moment - EPOCH) // MICROSECOND


def instant(time: int) -> datetime:
    """UTC."""
    return EPOCH + timedelta(microseconds=time)
