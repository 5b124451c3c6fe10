"""How long a service takes for a backlog: from the first progress that is seen to the last."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from benchmarks.figure import CPU

POLL = 0.01
GIVE_UP_AFTER = 120.0


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


async def measure(
    total: int, done: Callable[[], Awaitable[int]], cpu: Callable[[], float], at_most: float = math.inf
) -> Stretch:
    """Watches `done` go to `total`, or for `at_most` seconds.

    The first batch only starts the clock: how long it took cannot be seen.
    """
    count = await until(lambda count: count > 0, done)
    began, cpu_began, first = time.monotonic(), cpu(), count
    last = await until(lambda count: count >= total or time.monotonic() - began > at_most, done)
    return Stretch(last - first, time.monotonic() - began, cpu() - cpu_began)


async def until(
    enough: Callable[[int], bool], done: Callable[[], Awaitable[int]], patience: float = GIVE_UP_AFTER
) -> int:
    """Waits until `done` is enough. Raises NotFinished after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not enough(count := await done()):
        if time.monotonic() > deadline:
            raise NotFinished(f"only {count} were done after {patience:.0f} s")
        await asyncio.sleep(POLL)
    return count
