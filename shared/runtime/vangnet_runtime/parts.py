"""What a service consists of, as the host runs it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from starlette.types import ASGIApp


class Runnable(Protocol):
    """A part that runs until it is asked to stop: the batch processor, an HTTP server, something of a service's own."""

    async def run(self) -> None:
        """Ends soon after `stop`, or raises when it cannot go on: then the whole process ends with code 1."""
        ...

    def stop(self) -> None:
        """Asks `run` to end; returns at once."""
        ...


@dataclass(frozen=True)
class Timer:
    """`work` is done every `seconds`. When it raises it is logged, counted and done again next time."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Parts:
    """`app` answers on the HTTP port. Runnables start in this order and stop in reverse, after HTTP."""

    app: ASGIApp | None = None
    runnables: Sequence[Runnable] = ()
    timers: Sequence[Timer] = ()


Build = Callable[[], AbstractAsyncContextManager[Parts]]
"""The composition root: opens what the service needs (pools, adapters), yields its parts, closes what it opened."""
