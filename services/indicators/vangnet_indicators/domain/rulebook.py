"""The policy's rules as they are run: times in µs, municipalities by number, partners by place."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import msgspec
from vangnet_contract.messages import RuleState
from vangnet_contract.policy import OccurrenceCount, OccurrenceGap, Policy, Rule
from vangnet_contract.policy.rules import AreaDeviation, Condition, MissingAfter, SourceSilence
from vangnet_contract.taxonomy import event_types

from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.marks import AUTHORISATION
from vangnet_indicators.domain.packed import municipality_number

Senders = frozenset[str]
"""Partners that may send certain types about persons of a place."""


class Setting(NamedTuple):
    """A rule in one municipality: whether it runs, and the number that it takes (0 = its condition has none)."""

    state: RuleState
    threshold: int


class RunningRule(msgspec.Struct, frozen=True):
    """A rule about persons. `rearm`, `open_for`, `horizon` in µs. `least`: with fewer occurrences it holds nowhere.

    `senders`: of what a missing-after rule waits for, by number of the place; a place that is absent cannot be judged.
    """

    id: str
    condition: Condition
    anchored: bool
    rearm: int
    open_for: int
    horizon: int
    default: Setting
    settings: dict[int, Setting]
    least: int
    senders: dict[int, Senders]

    def setting(self, municipality: int) -> Setting:
        """There."""
        return self.settings.get(municipality, self.default)

    @property
    def active(self) -> bool:
        """Whether it is somewhere, beyond a trial."""
        return any(setting.state == "actief" for setting in (self.default, *self.settings.values()))

    def runs(self, lead: int) -> bool:
        """Whether it is on there, or on trial."""
        return self.setting(lead).state != "uit"

    def holds(self, number: int, lead: int) -> bool:
        """Whether so many are enough where the newest event happened; never where the rule is off."""
        state, threshold = self.setting(lead)
        return number >= threshold and state != "uit"


class Rulebook(msgspec.Struct, frozen=True):
    """All that a step needs of one version of the policy.

    `care`: who may send what opens and closes care, by place; a place that is absent cannot be judged. `waiting`: partners
    whose events about people not in view are held for at least `care_days`. `places`: the codes of the municipalities, by number.
    """

    version: str
    rules: tuple[RunningRule, ...]
    deviations: tuple[Rule, ...]
    silences: tuple[Rule, ...]
    partners: tuple[str, ...]
    gap: OccurrenceGap
    care_days: int
    care: dict[int, Senders]
    waiting: frozenset[str]
    municipalities: frozenset[str]
    places: dict[int, str]

    @property
    def counting(self) -> tuple[object, ...]:
        """What area counts hang on beside events. When it changes, those that are kept are another policy's."""
        return self.municipalities, self.gap, self.care_days, self.care, self.waiting

    @property
    def frontiers(self) -> dict[str, Senders]:
        """The sets of partners that absence rules wait for, by name."""
        return {frontier(senders): senders for rule in self.rules for senders in rule.senders.values()}


@cache
def frontier(senders: Senders) -> str:
    """The name of a set of partners."""
    return ",".join(sorted(senders))


def rulebook(policy: Policy) -> Rulebook:
    """From the policy. What runs nowhere is left out."""
    region, care = policy.region, care_senders(policy)
    return Rulebook(
        version=policy.version,
        rules=tuple(
            _running(rule, policy, care) for rule in policy.rules if rule.about_persons and _runs(rule, policy)
        ),
        deviations=_regional(policy, AreaDeviation),
        silences=_regional(policy, SourceSilence),
        partners=tuple(partner.name for partner in policy.partners),
        gap=region.occurrence,
        care_days=region.care_days,
        care=care,
        waiting=frozenset(waiting.partner for waiting in region.waiting if waiting.days >= region.care_days),
        municipalities=frozenset(region.municipalities),
        places={municipality_number(code): code for code in region.municipalities},
    )


def care_senders(policy: Policy) -> dict[int, Senders]:
    """Who may send what tells whether somebody is in care."""
    rows = event_types().values()
    return senders(
        policy,
        [row.type for row in rows if row.event_class == "care" or row.type == AUTHORISATION],
        policy.region.municipalities,
    )


def senders(policy: Policy, types: Iterable[str], places: Iterable[str]) -> dict[int, Senders]:
    """Who may send these types, for each place. Absent: nobody may, or somebody only without the person."""
    cells = [cell for cell in policy.matrix if cell.admission != "forbidden" and set(cell.full_types()) & set(types)]
    blind = {cell.partner for cell in cells if cell.admission == "aggregate-only"}
    found = {}
    for place in places:
        covering = {partner.name for partner in policy.partners if not partner.covers or place in partner.covers}
        there = frozenset(cell.partner for cell in cells) & covering
        if there and not there & blind:
            found[municipality_number(place)] = frozenset(there)
    return found


def _runs(rule: Rule, policy: Policy) -> bool:
    return any(rule.setting(place).state != "uit" for place in (None, *policy.region.municipalities))


def _regional(policy: Policy, kind: type) -> tuple[Rule, ...]:
    return tuple(rule for rule in policy.rules if isinstance(rule.condition, kind) and _runs(rule, policy))


def _running(rule: Rule, policy: Policy, care: Mapping[int, Senders]) -> RunningRule:
    default = _setting(rule, None)
    settings = {municipality_number(code): _setting(rule, code) for code in rule.municipalities}
    horizon = policy.region.signal_horizon_days if rule.horizon_days is None else rule.horizon_days
    counts = isinstance(rule.condition, OccurrenceCount)
    return RunningRule(
        id=rule.id,
        condition=rule.condition,
        anchored=rule.anchored,
        rearm=rule.rearm_days * DAY,
        open_for=rule.open_days * DAY,
        horizon=horizon * DAY,
        default=default,
        settings=settings,
        least=min(setting.threshold for setting in (default, *settings.values())) if counts else 0,
        senders=_awaited(rule.condition, policy, care),
    )


def _awaited(condition: Condition, policy: Policy, care: Mapping[int, Senders]) -> dict[int, Senders]:
    """Who must have delivered before it can be judged. Whether somebody was in care is part of the question, where it asks."""
    if not isinstance(condition, MissingAfter):
        return {}
    found = senders(policy, condition.awaited.full_types, policy.region.municipalities)
    if condition.only_if_not_in_care:
        return {place: there | care[place] for place, there in found.items() if place in care}
    return found


def _setting(rule: Rule, municipality: str | None) -> Setting:
    return Setting(rule.setting(municipality).state, rule.threshold(municipality) or 0)
