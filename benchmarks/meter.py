"""How long a service takes for a backlog: from the first progress that is seen to the last."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from benchmarks.figure import CPU

POLL = 0.01
GIVE_UP_AFTER = 90.0


class Stretch(NamedTuple):
    """`events` in `seconds`, with so many seconds of the measured processes' processor time."""

    events: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def beside(self) -> dict[str, float]:
        """What a busy machine disturbs less than the rate."""
        return {CPU: round(self.events / max(self.cpu_seconds, 1e-6))}


class NotFinished(Exception):
    """A backlog that was not worked off: something does not run."""


async def measure(total: int, done: Callable[[], Awaitable[int]], cpu: Callable[[], float]) -> Stretch:
    """Watches `done` go to `total`. The first batch only starts the clock: how long it took cannot be seen."""
    count = await _until(lambda count: count > 0, done)
    began, cpu_began, first = time.monotonic(), cpu(), count
    last = await _until(lambda count: count >= total, done)
    return Stretch(last - first, time.monotonic() - began, cpu() - cpu_began)


async def _until(enough: Callable[[int], bool], done: Callable[[], Awaitable[int]]) -> int:
    deadline = time.monotonic() + GIVE_UP_AFTER
    while not enough(count := await done()):
        if time.monotonic() > deadline:
            raise NotFinished(f"only {count} were done after {GIVE_UP_AFTER:.0f} s")
        await asyncio.sleep(POLL)
    return count
