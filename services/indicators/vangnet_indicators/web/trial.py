"""What somebody asks when a threshold is moved, and everything that is wrong with the question."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec
from vangnet_contract.dutch import LOCAL
from vangnet_contract.policy import Policy, Rule
from vangnet_runtime.problem import Problem

from vangnet_indicators.domain.instants import DAY, micros
from vangnet_indicators.domain.variants import BacktestRefused, Number, choices, settable, variants

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
MONTHS = 60
MOST = 12
"""Combinations in one answer."""
WRONG = "De aanvraag klopt niet; `errors` noemt alle fouten."
NAMES = {
    "count": "Aantal voorvallen",
    "days": "Dagen",
    "merge_days": "Dagen die als één begin tellen",
    "groups": "Aantal domeinen",
    "occurrences": "Aantal voorvallen",
    "at_least": "Aantal voorvallen kort geleden",
    "recent_days": "Dagen die kort geleden zijn",
    "guard_days": "Dagen ertussen die niet meetellen",
    "baseline_days": "Dagen daarvoor, om mee te vergelijken",
    "factor": "Hoeveel keer zo vaak",
    "baseline_at_least": "Aantal voorvallen daarvoor",
}


class TrialAsked(msgspec.Struct, frozen=True):
    """`period` in µs, the end not included."""

    rule: Rule
    choices: dict[str, list[Number]]
    first: date
    last: date
    period: tuple[int, int]

    @property
    def weeks(self) -> float:
        """Of the period."""
        return (self.period[1] - self.period[0]) / (7 * DAY)


def rules_to_try(policy: Policy) -> list[Rule]:
    """Those about persons."""
    return [rule for rule in policy.rules if rule.about_persons]


def field_name(setting: str) -> str:
    """For people: "2.days" → "Deel 2: dagen"."""
    part, dot, name = setting.rpartition(".")
    plain = NAMES.get(name, name)
    return f"Deel {part}: {plain[0].lower()}{plain[1:]}" if dot else plain


def read_trial(policy: Policy, asked: Mapping[str, str]) -> TrialAsked:
    """Raises Problem: 400 with all errors."""
    rule = next((one for one in rules_to_try(policy) if one.id == asked.get("regel")), None)
    errors = [] if rule else [_wrong("regel", f"kies een van: {', '.join(one.id for one in rules_to_try(policy))}")]
    months = {name: _month(name, asked.get(name, ""), errors) for name in ("van", "tot")}
    first, last = months["van"], months["tot"]
    if first and last and not 0 <= _apart(first, last) < MONTHS:
        errors.append(_wrong("tot", f"mag niet voor `van` liggen en hoogstens {MONTHS} maanden later"))
    found = _settings(rule, asked, errors) if rule else {}
    if rule and not errors:
        _possible(policy, rule, found, errors)
    if errors or rule is None or first is None or last is None:
        raise Problem(400, WRONG, errors)
    end = (last + timedelta(days=31)).replace(day=1)
    return TrialAsked(rule, found, first, end - timedelta(days=1), (_midnight(first), _midnight(end)))


def _settings(rule: Rule, asked: Mapping[str, str], errors: list[dict[str, str]]) -> dict[str, list[Number]]:
    found: dict[str, list[Number]] = {}
    own = settable(rule.condition)
    for name, text in asked.items():
        if name in ("regel", "van", "tot"):
            continue
        if name not in own:
            errors.append(_wrong(name, f"kan niet bij {rule.id}; wel: {', '.join(own)}"))
            continue
        try:
            found |= choices([f"{name}={text.strip().replace(' ', '')}"])
        except BacktestRefused:
            errors.append(_wrong(name, "moet een getal zijn, of meer: 3,4,5 of 3..6 of 1.5..3/0.5"))
    return found


def _possible(policy: Policy, rule: Rule, found: dict[str, list[Number]], errors: list[dict[str, str]]) -> None:
    """Each number beside the rule's others, then all of them together."""
    for name, values in found.items():
        if not _runs(policy, rule, {name: values}):
            errors.append(_wrong(name, "met dit getal kan de regel niet bestaan"))
    if not errors and not _runs(policy, rule, found):
        errors.append(_wrong(next(iter(found)), f"deze getallen kunnen niet samen, of het zijn er meer dan {MOST}"))


def _runs(policy: Policy, rule: Rule, found: Mapping[str, list[Number]]) -> bool:
    try:
        return len(variants(policy, rule.id, found)) <= MOST
    except BacktestRefused:
        return False


def _month(name: str, text: str, errors: list[dict[str, str]]) -> date | None:
    if found := MONTH.fullmatch(text):
        return date(int(found[1]), int(found[2]), 1)
    errors.append(_wrong(name, "moet een maand zijn, zoals 2026-03"))
    return None


def _apart(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def _midnight(day: date) -> int:
    return micros(datetime.combine(day, time(), LOCAL))


def _wrong(name: str, rule: str) -> dict[str, str]:
    return {"location": f"query.{name}", "code": "ongeldig", "detail": rule}
