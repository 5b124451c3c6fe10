"""What a rule says that cannot be, given the region and the matrix."""

from collections.abc import Collection, Iterator

from vangnet_contract.policy.base import Contradiction, Place
from vangnet_contract.policy.region import OccurrenceGap, Region
from vangnet_contract.policy.rules import (
    Acceleration,
    AnyOf,
    Condition,
    MissingAfter,
    OccurrenceCount,
    Rule,
    SeveralGroups,
)


def rule_problems(place: Place, rule: Rule, region: Region, sent: Collection[str]) -> Iterator[Contradiction]:
    """Everything. `sent`: the types that somebody may send with persons."""
    at = (*place, "condition")
    if rule.condition.reach > region.retention_days:
        days = f"rule {rule.id} looks back {rule.condition.reach} days, longer than retentionDays"
        yield Contradiction(at, f"{days} ({region.retention_days})")
    yield from _too_many(at, rule.condition, None, region.occurrence)
    for code, setting in rule.municipalities.items():
        there = (*place, "municipalities", code)
        if code not in region.municipalities:
            yield Contradiction(there, f"rule {rule.id}: {code} is not in this region")
        yield from _too_many((*there, "threshold"), rule.condition, setting.threshold, region.occurrence)
    yield from _too_many((*place, "default", "threshold"), rule.condition, rule.default.threshold, region.occurrence)
    yield from _never_judged(at, rule, sent)


def most_occurrences(days: int, gap: OccurrenceGap) -> int:
    """How many occurrences can start in a half-open window of so many days: they start more than `gapHours` apart."""
    return -(-days * 24 // gap.gap_hours)


def _too_many(at: Place, condition: Condition, least: int | None, gap: OccurrenceGap) -> Iterator[Contradiction]:
    """`least`: a municipality's own threshold; None = the condition's."""
    match condition:
        case AnyOf():
            for number, one in enumerate(condition.conditions):
                yield from _too_many((*at, "conditions", number), one, None, gap)
        case OccurrenceCount():
            yield from _more_than(at, "count", least or condition.count, condition.days, gap)
        case SeveralGroups():
            yield from _more_than(at, "occurrences", condition.occurrences, condition.days, gap)
            if least and least > 4:
                yield Contradiction(at, f"there are 4 groups, not {least}")
        case Acceleration():
            yield from _more_than(at, "atLeast", least or condition.at_least, condition.recent_days, gap)
            yield from _more_than(at, "baselineAtLeast", condition.baseline_at_least, condition.baseline_days, gap)


def _more_than(at: Place, field: str, least: int, days: int, gap: OccurrenceGap) -> Iterator[Contradiction]:
    most = most_occurrences(days, gap)
    if least > most:
        place = at if at[-1] == "threshold" else (*at, field)
        yield Contradiction(place, f"{least} occurrences do not fit in {days} days: at most {most}")


def _never_judged(at: Place, rule: Rule, sent: Collection[str]) -> Iterator[Contradiction]:
    """An active rule that waits for what nobody may send would be silent for ever, or wrong every time."""
    settings = (rule.default, *rule.municipalities.values())
    active = any(setting.state == "actief" for setting in settings)
    if active and isinstance(rule.condition, MissingAfter) and not rule.condition.awaited.full_types & set(sent):
        yield Contradiction((*at, "awaited"), f"rule {rule.id} is active, and no partner may send what it waits for")
