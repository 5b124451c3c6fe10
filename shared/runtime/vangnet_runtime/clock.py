"""Time as a parameter. Back-off, deadlines and retries use the event loop's clock; what a person may ask about uses this."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present, UTC."""
        ...


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, UTC."""
        return datetime.now(UTC)


class FixedClock:
    """Stands still until it is set: the event clock, and tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """What it was set to, UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Moves it; an aware datetime of any zone."""
        self._at = at.astimezone(UTC)
