"""The policy's rules as they are run: times in µs, municipalities by number."""

from typing import NamedTuple

import msgspec
from vangnet_contract.messages import RuleState
from vangnet_contract.policy import OccurrenceCount, OccurrenceGap, Policy, Rule

from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.packed import GROUPS, municipality_number


class Setting(NamedTuple):
    """A rule in one municipality: whether it runs, and how many occurrences it takes."""

    state: RuleState
    threshold: int


class RunningRule(msgspec.Struct, frozen=True):
    """A rule that counts occurrences. `group`: its place in GROUPS, None = any. `default`: where nothing else is set.

    Fewer occurrences than `least` are enough nowhere.
    """

    id: str
    window: int
    rearm: int
    group: int | None
    default: Setting
    settings: dict[int, Setting]
    least: int

    def setting(self, municipality: int) -> Setting:
        """There."""
        return self.settings.get(municipality, self.default)

    def holds(self, occurrences: int, lead: int) -> bool:
        """Whether so many occurrences are enough where the newest event happened; never where the rule is off."""
        state, threshold = self.setting(lead)
        return occurrences >= threshold and state != "uit"


class Rulebook(msgspec.Struct, frozen=True):
    """All that a step needs of one version of the policy. `horizon` (µs): older episodes make no signal."""

    version: str
    rules: tuple[RunningRule, ...]
    gap: OccurrenceGap
    horizon: int
    care_days: int
    municipalities: frozenset[str]


def rulebook(policy: Policy) -> Rulebook:
    """From the policy."""
    region = policy.region
    return Rulebook(
        version=policy.version,
        rules=tuple(
            _running(rule, rule.condition) for rule in policy.rules if isinstance(rule.condition, OccurrenceCount)
        ),
        gap=region.occurrence,
        horizon=region.signal_horizon_days * DAY,
        care_days=region.care_days,
        municipalities=frozenset(region.municipalities),
    )


def _running(rule: Rule, condition: OccurrenceCount) -> RunningRule:
    default = _setting(rule, None)
    settings = {municipality_number(code): _setting(rule, code) for code in rule.municipalities}
    return RunningRule(
        id=rule.id,
        window=condition.days * DAY,
        rearm=rule.rearm_days * DAY,
        group=None if condition.with_group is None else GROUPS.index(condition.with_group),
        default=default,
        settings=settings,
        least=min(setting.threshold for setting in (default, *settings.values())),
    )


def _setting(rule: Rule, municipality: str | None) -> Setting:
    return Setting(rule.setting(municipality).state, rule.threshold(municipality) or 0)
