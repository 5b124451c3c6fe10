"""What a rule would have done with other settings, on the events that are stored. Nothing of live state is touched.

The rule runs everywhere with the same setting. Heavy users, after I05 (concentration): of the n persons with a police
incident in the period, the max(1, ceil(0.07 n)) with most of them (ties: by id).
"""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from vangnet_contract.messages import InCare

from vangnet_indicators.domain.care_class import care_class
from vangnet_indicators.domain.conditions import moments, resting
from vangnet_indicators.domain.episodes import Known, anchors, cut
from vangnet_indicators.domain.instants import DAY
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import GROUPS, municipality_code
from vangnet_indicators.domain.rulebook import RunningRule
from vangnet_indicators.domain.variants import Number, Variant

HEAVY_PERCENT = 7
POLICE = GROUPS.index("politie")
CRISES = ("nl.oggz-signalen.acute-zorg.crisisbeoordeling.v1", "nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1")


class Alert(NamedTuple):
    """An episode: crossed, last held and over (µs), and the number of its municipality."""

    crossed: int
    last: int
    over: int
    lead: int


class Seen(NamedTuple):
    """An alert of a variant, with what is asked of it."""

    person: str
    alert: Alert
    in_care: InCare
    overlaps: bool


class Result(NamedTuple):
    """`weekly`: alerts a week by municipality; `people`: persons there. `before_crisis`: heavy users that were caught and had a
    crisis after their first alert; `days_before_crisis`: their median, None = nobody. `overlapping`: alerts during an
    episode of another active rule."""

    settings: dict[str, Number]
    alerts: int
    weekly: dict[str, float]
    people: dict[str, int]
    persons: int
    in_care: dict[InCare, int]
    heavy: int
    caught: int
    before_crisis: int
    days_before_crisis: float | None
    overlapping: int


def alerts(life: Life, rule: RunningRule, known: Known) -> list[Alert]:
    """All episodes of a person, without their evidence where that can be left out: it is the slow part."""
    if rule.anchored:
        found = (Alert(one.t, one.t, one.ends, one.rest.lead) for one in anchors(life, rule, known))
        return sorted(found, key=lambda one: one.crossed)
    if len(life.occurrences) < rule.least:
        return []
    runs = cut(moments(life, rule), rule.rearm)
    return [Alert(t[0], t[-1], t[-1] + rule.rearm, resting(life, rule.condition, t).lead) for t in runs]


class Trial:
    """Variants of one rule over `period` (µs, from inclusive, to exclusive); persons are added one by one."""

    def __init__(self, tried: Sequence[Variant], others: Sequence[RunningRule], period: tuple[int, int]) -> None:
        self.tried, self.period = tried, period
        self.others = [rule for rule in others if rule.active]
        self.seen: list[list[Seen]] = [[] for _ in tried]
        self.police: Counter[str] = Counter()
        self.crises: dict[str, list[int]] = {}

    def add(self, person: str, life: Life, known: Known) -> None:
        """One person; each once."""
        first, end = self.period
        incidents = sum(e.group == POLICE and first <= e.time < end for one in life.occurrences for e in one.events)
        if incidents:
            self.police[person] = incidents
        others: list[Alert] | None = None
        for variant, seen in zip(self.tried, self.seen, strict=True):
            for alert in alerts(life, variant.rule, known):
                if first <= alert.crossed < end:
                    if others is None:
                        others = self._others(life, known)
                        self.crises[person] = _crises(life)
                    overlaps = any(o.crossed <= alert.over and alert.crossed <= o.over for o in others)
                    klass = care_class(life, alert.crossed, alert.lead, known.delivered)
                    seen.append(Seen(person, alert, klass, overlaps))

    def _others(self, life: Life, known: Known) -> list[Alert]:
        return [
            alert
            for rule in self.others
            for alert in alerts(life, rule, known)
            if rule.setting(alert.lead).state == "actief"
        ]

    def results(self) -> list[Result]:
        """In the order of the variants."""
        heavy = self._heavy()
        return [self._result(variant, seen, heavy) for variant, seen in zip(self.tried, self.seen, strict=True)]

    def _heavy(self) -> set[str]:
        if not self.police:
            return set()
        most = sorted(self.police, key=lambda person: (-self.police[person], person))
        return set(most[: max(1, -(-HEAVY_PERCENT * len(most) // 100))])

    def _result(self, variant: Variant, seen: Sequence[Seen], heavy: set[str]) -> Result:
        weeks = (self.period[1] - self.period[0]) / (7 * DAY)
        where = [(municipality_code(one.alert.lead) or "", one.person) for one in seen]
        places, people = Counter(place for place, _ in where), Counter(place for place, _ in set(where))
        classes = Counter(one.in_care for one in seen)
        first: dict[str, int] = {}
        for one in seen:
            first[one.person] = min(one.alert.crossed, first.get(one.person, one.alert.crossed))
        caught = heavy & first.keys()
        early = [(after[0] - first[p]) / DAY for p in caught if (after := [t for t in self.crises[p] if t > first[p]])]
        return Result(
            settings=variant.settings,
            alerts=len(seen),
            weekly={place: count / weeks for place, count in sorted(places.items())},
            people=dict(sorted(people.items())),
            persons=len(first),
            in_care={"yes": classes["yes"], "no": classes["no"], "unknown": classes["unknown"]},
            heavy=len(heavy),
            caught=len(caught),
            before_crisis=len(early),
            days_before_crisis=median(early) if early else None,
            overlapping=sum(one.overlaps for one in seen),
        )


def _crises(life: Life) -> list[int]:
    """When a crisis assessment was, or a crisis measure began (µs), ascending."""
    found = [(event.time, life.record(event.position)) for event in life.of_classes(("incident", "legal"))]
    return [time for time, one in found if one.type in CRISES and one.details.get("fase") in (None, "start")]
