"""What `run` does again and again: send what is new, try again what waits, say that all was sent."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from vangnet_partner.lines.survey import Numbered
from vangnet_partner.partner import Partner
from vangnet_partner.submission import Outcome, Report

FIRST_RETRY = 5.0
LONGEST_RETRY = 300.0


class MistrustedEvaluator(Exception):
    """`run` ends: an evaluator does not use the agreed key. What was not sent is in the spool."""


@dataclass
class Rounds:
    """Clock, calendar and randomness can be replaced. `say` gets one sentence when something goes away."""

    partner: Partner
    report: Report
    stop: asyncio.Event
    say: Callable[[str], None]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.monotonic
    uniform: Callable[[float, float], float] = random.uniform
    _pause: float = FIRST_RETRY
    _retry_at: float = 0.0
    _beat_at: float = 0.0
    _last_away: str | None = field(default=None)

    async def deliver(self, lines: Iterable[Numbered]) -> Outcome:
        """New lines. Raises MistrustedEvaluator."""
        outcome = await self.partner.deliver(lines, self.report, stop=self.stop)
        self._plan_retry(outcome)
        if outcome.away is not None and outcome.away != self._last_away:
            self.say(f"vangnet-partner: {outcome.away}; lines are kept, encrypted, and sent later")
        self._last_away = outcome.away
        if outcome.mistrusted is not None:
            raise MistrustedEvaluator(outcome.mistrusted)
        return outcome

    async def retry(self) -> None:
        """What waits in the spool, when its pause is over."""
        if self.clock() >= self._retry_at and self.partner.tools.store.spooled_lines():
            await self.deliver([])

    def all_registered_by(self) -> datetime:
        """Whatever was registered by then has come in, when it is asked before looking for new lines."""
        return self.now() - timedelta(seconds=self.partner.config.limits.export_delay_seconds)

    async def beat(self, up_to: datetime) -> None:
        """A levensteken when it is time for one; not while anything waits: it would not be true."""
        if self.clock() < self._beat_at or self.partner.tools.store.spooled_lines() or self.stop.is_set():
            return
        outcome = await self.partner.heartbeat(rfc3339(up_to), self.report)
        pause = self.partner.config.limits.heartbeat_seconds if outcome.counts["accepted"] else LONGEST_RETRY
        self._beat_at = self.clock() + pause
        self._plan_retry(outcome)

    def _plan_retry(self, outcome: Outcome) -> None:
        """Longer pauses while nothing gets better; with jitter, so that partners do not come back together."""
        self._pause = min(2 * self._pause, LONGEST_RETRY) if outcome.left else FIRST_RETRY
        self._retry_at = self.clock() + self.uniform(self._pause / 2, self._pause)


def rfc3339(moment: datetime) -> str:
    """In UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
