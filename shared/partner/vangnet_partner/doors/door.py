"""What a way in promises."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Outgoing(NamedTuple):
    """A signed event as it is sent: not a byte of it changes on the way."""

    event_id: str
    body: bytes


class Door(Protocol):
    """One way in."""

    async def open(self) -> None:
        """Raises Away."""

    async def publish(self, events: Sequence[Outgoing]) -> None:
        """All of them, in order; returns once each is durable at the other side. What it thinks of them comes as feedback.

        Raises Away when that is not certain for each of them: sending them again does no harm.
        """

    async def close(self) -> None:
        """Returns in bounded time, also when the other side is away."""
