"""What another policy would newly raise: episodes of it in a period that the policy in force does not have."""

from collections import Counter
from collections.abc import Mapping

from vangnet_indicators.domain.backtest import Alert, alerts
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.rulebook import Rulebook, RunningRule

Where = tuple[str, str, str]
"""Rule, municipality ("" = none), state there."""


class DryRun:
    """Counts person by person over `period` (µs, the end not included)."""

    def __init__(self, before: Rulebook, after: Rulebook, period: tuple[int, int]) -> None:
        self._before, self._after, self._period = before, after, period
        self._new: Counter[Where] = Counter()

    def add(self, history: History, known: Known) -> None:
        """One person. New: no episode of that rule, in the same state, overlaps it in the policy in force."""
        before, after = Life(history, self._before), Life(history, self._after)
        running = {rule.id: rule for rule in self._before.rules}
        for rule in self._after.rules:
            old = running.get(rule.id)
            held = [(one, old.setting(one.lead).state) for one in alerts(before, old, known)] if old else []
            for alert in alerts(after, rule, known):
                state = rule.setting(alert.lead).state
                if self._in_period(alert) and not any(s == state and _overlap(one, alert) for one, s in held):
                    self._new[self._where(rule, alert)] += 1

    def weekly(self) -> Mapping[Where, float]:
        """New cases a week."""
        weeks = (self._period[1] - self._period[0]) / (7 * DAY)
        return {where: count / weeks for where, count in sorted(self._new.items())}

    def _in_period(self, alert: Alert) -> bool:
        return self._period[0] <= alert.crossed < self._period[1]

    @staticmethod
    def _where(rule: RunningRule, alert: Alert) -> Where:
        return rule.id, municipality_code(alert.lead) or "", rule.setting(alert.lead).state


def _overlap(one: Alert, other: Alert) -> bool:
    return one.crossed <= other.last and other.crossed <= one.last
