"""A rule tried with other settings, as those who ask see it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from vangnet_indicators.domain.backtest import Result
from vangnet_indicators.domain.variants import Number


class TrialBusy(Exception):
    """Somebody else's runs; ask again."""


class TrialFailed(Exception):
    """It took too long, or did not end well; the text is a reason code."""


class TrialQuestion(NamedTuple):
    """`version` of the policy; `period` in µs, the end not included."""

    version: str
    rule: str
    choices: dict[str, list[Number]]
    period: tuple[int, int]


class Trials(Protocol):
    """Answers one question at a time, within bounded time, and changes nothing."""

    async def try_rule(
        self, version: str, rule: str, choices: Mapping[str, Sequence[Number]], period: tuple[int, int]
    ) -> list[Result]:
        """One result for each combination. The question was checked before. Raises TrialBusy, TrialFailed."""
        ...
