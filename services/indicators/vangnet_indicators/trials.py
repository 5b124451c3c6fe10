"""What an operator tries before a policy changes: a rule with other settings, or another policy. Only reads."""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec
from vangnet_contract.dutch import LOCAL
from vangnet_contract.policy import Policy, PolicyRefused, Shelf, load_policy
from vangnet_runtime.settings import load_settings

from vangnet_indicators.adapters import backtest as adapter
from vangnet_indicators.domain.backtest import Result
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.variants import BacktestRefused, choices, variants
from vangnet_indicators.repair import database
from vangnet_indicators.service import usable_policy
from vangnet_indicators.settings import IndicatorsSettings
from vangnet_indicators.trial_question import TrialQuestion

EARLIEST, LATEST = date(1971, 1, 1), date(2100, 12, 31)


async def try_rule(
    settings: IndicatorsSettings, rule: str, given: Sequence[str], days: tuple[date, date]
) -> list[Result]:
    """Every combination of `given` ("count=3..6"). Raises BacktestRefused."""
    policy, period = usable_policy(settings), _period(f"--rule {rule}", days)
    tried = variants(policy, rule, choices(given))
    async with database(settings) as connection:
        return await adapter.backtest(connection, policy, tried, period)


async def try_policy(settings: IndicatorsSettings, folder: Path, days: tuple[date, date]) -> str:
    """CSV of what would newly fire: rule,municipality,state,cases_a_week. Raises BacktestRefused."""
    after = _read(folder)
    before, period = usable_policy(settings), _period(f"dry-run {folder}", days)
    async with database(settings) as connection:
        found = await adapter.dry_run(connection, before, after, period)
    rows = (f"{rule},{place},{state},{number:.2f}\n" for (rule, place, state), number in found.weekly().items())
    return "rule,municipality,state,new_cases_a_week\n" + "".join(rows)


async def answer(settings: IndicatorsSettings, question: TrialQuestion) -> list[Result]:
    """What the service asks for its page, of the policy that it goes by."""
    policy = Shelf(settings.policy).version(question.version)
    tried = variants(policy, question.rule, question.choices)
    async with database(settings) as connection:
        return await adapter.backtest(connection, policy, tried, question.period)


def _read(folder: Path) -> Policy:
    if not folder.is_dir():
        raise BacktestRefused(f"dry-run {folder}: no such folder")
    try:
        return load_policy(folder)
    except PolicyRefused as refused:
        raise BacktestRefused(f"dry-run {folder}: the policy is refused:\n{refused}") from None


def _period(asked: str, days: tuple[date, date]) -> tuple[int, int]:
    """`asked` names what it is for. Raises BacktestRefused."""
    first, last = days
    for option, day in (("--from", first), ("--to", last)):
        if not EARLIEST <= day <= LATEST:
            raise BacktestRefused(f"{asked}, {option} {day}: must lie between {EARLIEST} and {LATEST}")
    if last < first:
        raise BacktestRefused(f"{asked}, --from {first}: is after --to {last}")
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(day: date) -> int:
    return micros(datetime.combine(day, time(), LOCAL))


def main() -> None:
    """A process of its own: a question on stdin, the answer on stdout; after the service in turn for the processor."""
    os.nice(10)
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=TrialQuestion)
    found = asyncio.run(answer(load_settings(IndicatorsSettings), question))
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
