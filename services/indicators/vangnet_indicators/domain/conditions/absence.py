"""Nothing happens after something else: judged when everyone who might have told of it has delivered up to then."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vangnet_contract.policy.rules import MissingAfter

from vangnet_indicators.domain.care_class import not_in_care
from vangnet_indicators.domain.conditions.following import as_rest
from vangnet_indicators.domain.conditions.rest import Rest
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Happened, Life
from vangnet_indicators.domain.rulebook import RunningRule, Senders


class Missing(NamedTuple):
    """An anchor after which nothing came up to `due`. `senders`: who might have told of it; None = it cannot be known."""

    anchor: Happened
    due: int
    rest: Rest
    senders: Senders | None

    def judged(self, delivered: Mapping[str, int], tick: int) -> bool:
        """Whether that time has come, and everyone has delivered up to it (times in µs)."""
        return self.senders is not None and self.due <= min(tick, up_to(self.senders, delivered))

    def silent(self, delivered: Mapping[str, int]) -> list[str]:
        """Who has not delivered up to then."""
        return sorted(partner for partner in self.senders or () if delivered.get(partner, 0) < self.due)


def missing(life: Life, rule: RunningRule, condition: MissingAfter) -> Iterator[Missing]:
    """By anchor: what was missed, or will have been when nothing comes and everyone delivers. Where the rule is off, nothing."""
    awaited = [one.time for one in life.happenings(condition.awaited)]
    for anchor in life.happenings(condition.after):
        due = anchor.time + condition.days * DAY
        following = bisect_right(awaited, anchor.time)
        if anchor.known > due or (following < len(awaited) and awaited[following] <= due):
            continue
        lead = anchor.until(due)[-1].municipality
        asked = not condition.only_if_not_in_care or not_in_care(life, anchor.time, lead)
        if asked and rule.runs(lead):
            yield Missing(anchor, due, as_rest(anchor, due), rule.senders.get(lead))


def up_to(senders: Senders, delivered: Mapping[str, int]) -> int:
    """Up to when all of them have delivered (µs); 0 = somebody never did."""
    return min((delivered.get(partner, 0) for partner in senders), default=0)
