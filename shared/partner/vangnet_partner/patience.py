"""How long something that is away is tried again: exponential pauses with full jitter, bounded in all."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0


class Away(Exception):
    """Something did not answer, or said that it cannot now. `what` names it; nothing of an event is in the text."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} is away: {why}")
        self.what = what
        self.why = why


class TryAgain(Exception):
    """An attempt failed in a way that may pass. `after`: seconds that the other side asked for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


@dataclass(frozen=True)
class Patience:
    """`seconds` in all; clock, sleep and randomness can be replaced."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    uniform: Callable[[float, float], float] = random.uniform

    async def until(self, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """What the attempt gives. Attempts that raise TryAgain are repeated while there is time; then Away."""
        deadline = self.clock() + self.seconds
        pause = FIRST_PAUSE
        while True:
            try:
                return await attempt()
            except TryAgain as failed:
                wait = self.uniform(pause / 2, pause) if failed.after is None else failed.after + self.uniform(0, pause)
                if self.clock() + wait > deadline:
                    raise Away(what, failed.why) from None
            await self.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)


def asked_pause(header: str | None) -> float | None:
    """Seconds of a Retry-After header; None when there is none (or it is a date, which nobody here sends)."""
    return float(header) if header is not None and header.isdigit() else None
