"""Playing days into a running platform: six partners publish, then time moves on."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from vangnet_contract.messages import FeedbackProblem
from vangnet_contract.taxonomy import HEARTBEAT
from vangnet_partner.answer import Answer
from vangnet_partner.partner import Partner

from vangnet_local import ticks
from vangnet_local.demo.region import Day, Line
from vangnet_local.endpoints import State
from vangnet_local.failures import Expected
from vangnet_local.layout import Layout


class NotAccepted(Expected):
    """The platform refused a simulated line, or was away: the demo does not go on as if nothing happened."""


@dataclass
class Played:
    """What was sent so far."""

    lines: dict[tuple[str, str], tuple[str, Line]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    seconds: float = 0.0

    @property
    def events(self) -> int:
        """Accepted events: roots, corrections and retractions; no heartbeats."""
        return sum(line["type"] != HEARTBEAT for _, line in self.lines.values())


async def play(
    layout: Layout, state: State, days: Iterable[Day], each_day: Callable[[Played], None], pace: float = 0.0
) -> Played:
    """Plays all days; `each_day` is called after each. `pace` = least seconds for a day. Raises NotAccepted."""
    played = Played()
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(ticks.EventClock(state, layout))
        partners: dict[str, Partner] = {}
        for day in days:
            began = time.monotonic()
            for name in day.lines.keys() - partners.keys():
                partners[name] = await stack.enter_async_context(
                    Partner.from_config(layout.partner(name) / "partner.toml")
                )
            await asyncio.gather(*(_submit(partners[name], name, lines, played) for name, lines in day.lines.items()))
            await asyncio.to_thread(clock.move, day.end)
            played.until = day.end
            played.seconds += time.monotonic() - began
            each_day(played)
            await asyncio.sleep(max(0.0, pace - (time.monotonic() - began)))
    return played


async def _submit(partner: Partner, name: str, lines: list[Line], played: Played) -> None:
    answers = await partner.submit(lines)
    if refused := [answer for answer in answers if answer.status != "accepted"]:
        raise NotAccepted(
            f"{name}: {len(refused)} of {len(lines)} lines were not accepted, the first because {_why(refused[0])}"
        )
    for line in lines:
        played.lines[(partner.config.source, line["id"])] = (name, line)


def _why(answer: Answer) -> str:
    problems: list[FeedbackProblem] = answer.problems
    return "; ".join(f"{problem.reason} {problem.field} {problem.rule}" for problem in problems) or answer.status
