"""A backtest over everyone who is stored, in one snapshot that only reads."""

from collections.abc import Sequence

from vangnet_contract.policy import Policy
from vangnet_runtime.database import Connection

from vangnet_indicators.adapters.store import everyone
from vangnet_indicators.domain.backtest import Result, Trial
from vangnet_indicators.domain.dry_run import DryRun
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.rulebook import rulebook
from vangnet_indicators.domain.variants import Variant


async def backtest(
    connection: Connection, policy: Policy, tried: Sequence[Variant], period: tuple[int, int]
) -> list[Result]:
    """`period` in µs, the end not included. `tried` are variants of one rule."""
    book = rulebook(policy)
    own = {variant.rule.id for variant in tried}
    trial = Trial(tried, [rule for rule in book.rules if rule.id not in own], period)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for person, tick, delivered in everyone(connection):
            known = Known(micros(tick) if tick else 0, delivered)
            trial.add(person.id, Life(person.history, book), known)
    return trial.results()


async def dry_run(connection: Connection, before: Policy, after: Policy, period: tuple[int, int]) -> DryRun:
    """What `after` would newly raise in the period (µs, the end not included)."""
    found = DryRun(rulebook(before), rulebook(after), period)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for person, tick, delivered in everyone(connection):
            found.add(person.history, Known(micros(tick) if tick else 0, delivered))
    return found
