"""A rule with other settings: which numbers can be set, what may be asked, and the rule that comes of it.

`count=3` · `count=3,5` · `count=3..6` (steps of one) · `factor=1.5..2.5` (steps of its last decimal) · `factor=1.5..2.5/0.5`
(that step). `days` is the condition's own number; `2.days` is that of the second part of an any-of rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product
from math import prod
from typing import NamedTuple, TypeGuard

from pydantic import ValidationError
from vangnet_contract.policy import Policy, Rule, RuleSetting
from vangnet_contract.policy.rules import AnyOf
from vangnet_contract.policy.rules.conditions import Condition

from vangnet_indicators.domain.rulebook import RunningRule, rulebook

MOST = 100
"""Combinations."""
LONGEST = 20
"""Characters of one number."""
Number = int | float
Choices = Mapping[str, Sequence[Number]]


class BacktestRefused(Exception):
    """What was asked for cannot be tried; the text names the option and the rule."""


class Variant(NamedTuple):
    """One combination of settings."""

    settings: dict[str, Number]
    rule: RunningRule


def choices(given: Sequence[str]) -> dict[str, list[Number]]:
    """What `--set` options ask for, by name of the setting. Raises BacktestRefused."""
    found: dict[str, list[Number]] = {}
    for text in given:
        name, _, values = text.partition("=")
        if name in found:
            raise BacktestRefused(f"--set {name}: given twice")
        found[name] = list(dict.fromkeys(_numbers(text, values)))
    return found


def variants(policy: Policy, rule_id: str, wanted: Choices) -> list[Variant]:
    """Each combination, running everywhere. Raises BacktestRefused."""
    rule = rule_about_persons(policy, rule_id)
    if not 1 <= (count := prod(map(len, wanted.values()))) <= MOST:
        raise BacktestRefused(f"--set for {rule_id}: {count} combinations; 1 to {MOST} can be tried")
    combinations = [dict(zip(wanted, values, strict=True)) for values in product(*wanted.values())]
    return [Variant(one, _everywhere(policy, rule, one)) for one in combinations]


def rule_about_persons(policy: Policy, rule_id: str) -> Rule:
    """Raises BacktestRefused."""
    rule = next((one for one in policy.rules if one.id == rule_id), None)
    if rule is None:
        raise BacktestRefused(f"--rule {rule_id}: the policy has no such rule")
    if not rule.about_persons:
        kind = rule.condition.kind
        raise BacktestRefused(f"--rule {rule_id}: {kind} is about a region or partner, not about persons")
    return rule


def settable(condition: Condition) -> dict[str, Number]:
    """Every number that can be set, as the rule has it."""
    parts = condition.conditions if isinstance(condition, AnyOf) else []
    own = {name: value for name, value in _members(condition).items() if _is_number(value)}
    return own | {
        f"{place}.{name}": value for place, part in enumerate(parts, 1) for name, value in settable(part).items()
    }


def _everywhere(policy: Policy, rule: Rule, settings: Mapping[str, Number]) -> RunningRule:
    there = settable(rule.condition)
    for name in settings:
        if name not in there:
            raise BacktestRefused(
                f"--set {name}: {rule.id} ({rule.condition.kind}) has no such number; it has: {', '.join(there)}"
            )
    try:
        changed = _changed(rule.condition, settings)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(map(str, wrong["loc"])) or ", ".join(settings)
        raise BacktestRefused(f"--set {_told(settings)} for {rule.id}: {field}: {wrong['msg']}") from None
    if changed.reach > policy.region.retention_days:
        raise BacktestRefused(f"--set {_told(settings)} for {rule.id}: looks back further than events are kept")
    update: dict[str, object] = {"condition": changed, "default": RuleSetting(state="schaduw"), "municipalities": {}}
    (found,) = rulebook(policy.model_copy(update={"rules": [rule.model_copy(update=update)]})).rules
    return found


def _changed(condition: Condition, settings: Mapping[str, Number]) -> Condition:
    """With these numbers; checked as if it stood in the policy. Raises ValidationError."""
    members = _members(condition)
    if isinstance(condition, AnyOf):
        parts = enumerate(condition.conditions, 1)
        members["conditions"] = [_changed(part, _of_part(place, settings)) for place, part in parts]
    own = {name: value for name, value in settings.items() if "." not in name}
    found: Condition = type(condition).model_validate(members | own)
    return found


def _of_part(place: int, settings: Mapping[str, Number]) -> dict[str, Number]:
    start = f"{place}."
    return {name.removeprefix(start): value for name, value in settings.items() if name.startswith(start)}


def _members(condition: Condition) -> dict[str, object]:
    return {name: getattr(condition, name) for name in type(condition).model_fields}


def _is_number(value: object) -> TypeGuard[Number]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _told(settings: Mapping[str, Number]) -> str:
    return " ".join(f"{name}={value}" for name, value in settings.items())


def _numbers(text: str, values: str) -> Iterator[Number]:
    first, dots, rest = values.partition("..")
    if not dots:
        yield from (_plain(_decimal(text, value)) for value in values.split(","))
        return
    last, slash, step = rest.partition("/")
    ends = _decimal(text, first), _decimal(text, last)
    yield from _range(text, *ends, _decimal(text, step) if slash else _finest(*ends))


def _range(text: str, first: Decimal, last: Decimal, step: Decimal) -> Iterator[Number]:
    if step <= 0 or last < first:
        raise BacktestRefused(f"--set {text}: the range is empty")
    if (last - first) / step >= MOST:
        raise BacktestRefused(f"--set {text}: more than {MOST} combinations")
    while first <= last:
        yield _plain(first)
        first += step


def _finest(*ends: Decimal) -> Decimal:
    """One of the last decimal that is written."""
    return Decimal(1).scaleb(min(0, *(int(one.as_tuple().exponent) for one in ends)))


def _decimal(text: str, value: str) -> Decimal:
    try:
        if len(value) <= LONGEST and (found := Decimal(value)).is_finite() and abs(found.adjusted()) <= LONGEST:
            return found
    except InvalidOperation:
        pass
    raise BacktestRefused(f"--set {text}: must be as count=3..6, days=30,90 or factor=1.5..2.5/0.5")


def _plain(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else float(value)
