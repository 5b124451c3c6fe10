"""The time of decisions: the wall's, or the greatest Tick when the stream has a clock of its own."""

from datetime import datetime

from vangnet_runtime.clock import Clock
from vangnet_runtime.database import Connection

GREATEST_TICK = "SELECT max(at) FROM tick"


class StreamClock:
    """Tells the time inside a transaction. `event_time`: VANGNET_CLOCK=event; before the first Tick the wall's clock."""

    def __init__(self, wall: Clock, event_time: bool) -> None:
        self._wall = wall
        self._event_time = event_time

    async def now(self, connection: Connection) -> datetime:
        """The present, UTC."""
        tick: datetime | None = await connection.fetchval(GREATEST_TICK) if self._event_time else None
        return tick or self._wall.now()
