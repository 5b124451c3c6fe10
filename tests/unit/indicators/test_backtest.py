"""A backtest finds what the oracle finds for the same policy over the same events."""

import math
import random
import re
from datetime import timedelta
from statistics import median
from xml.etree import ElementTree

import pytest
from vangnet_contract.policy import RuleSetting
from vangnet_indicators.domain.backtest import Trial, alerts
from vangnet_indicators.domain.backtest_chart import as_svg
from vangnet_indicators.domain.backtest_words import as_csv, as_json, as_table
from vangnet_indicators.domain.dry_run import DryRun
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.rulebook import rulebook
from vangnet_indicators.domain.variants import BacktestRefused, choices, settable, variants
from vangnet_simulator.oracle.rules import care, episodes
from vangnet_simulator.oracle.terms import Heard, state
from vangnet_simulator.oracle.world import world_of

from tests.unit.indicators.people import (
    BOOK,
    CARERS,
    DAY,
    DEMO,
    E14,
    ENDED,
    HOUR,
    PLACES,
    POLICY,
    START,
    STARTED,
    TYPES,
    WORLD,
    fact,
    record,
)  # fmt: skip

CRISIS_ASSESSMENT = "nl.oggz-signalen.acute-zorg.crisisbeoordeling.v1"
CRISIS_MEASURE = "nl.oggz-signalen.verplichte-zorg.crisismaatregel.v1"

UNTIL = START + 400 * DAY
KNOWN = Known(micros(UNTIL), dict.fromkeys(CARERS, micros(UNTIL)))
HEARD = Heard(tick=UNTIL, up_to=dict.fromkeys(CARERS, UNTIL))


def life(records: list) -> Life:
    history = History()
    for one in records:
        history.add(one)
    return Life(history, BOOK)


@pytest.mark.parametrize("rule_id", [rule.id for rule in POLICY.rules])
@pytest.mark.parametrize("seed", range(4))
def test_alerts_are_the_episodes_of_the_oracle(rule_id: str, seed: int) -> None:
    chance = random.Random(seed)
    hours = sorted(chance.sample(range(200 * 24), 60))
    records = [
        record(f"e{n}", START + timedelta(hours=h), chance.choice(TYPES), chance.choice(PLACES))
        for n, h in enumerate(hours)
    ]
    (variant,) = variants(POLICY, rule_id, {})
    rule = next(one for one in POLICY.rules if one.id == rule_id)
    everywhere = rule.model_copy(update={"default": RuleSetting(state="schaduw"), "municipalities": {}})
    world = world_of(POLICY.model_copy(update={"rules": [everywhere]}))
    (plain,) = world.rules
    expected = [
        (micros(e.crossed_at), micros(e.last), e.lead) for e in episodes(map(fact, records), plain, world, HEARD)
    ]
    found = [(a.crossed, a.last, municipality_code(a.lead)) for a in alerts(life(records), variant.rule, KNOWN)]
    assert sorted(found) == sorted(expected)


def test_a_lower_threshold_alerts_more_and_is_told_in_every_format() -> None:
    tried = variants(POLICY, "R1", {"count": [2, 4], "days": [90]})
    trial = Trial(tried, BOOK.rules, (micros(START), micros(START + 70 * DAY)))
    trial.add("a", life([record(f"a{n}", START + 20 * n * DAY) for n in range(4)]), KNOWN)
    trial.add("b", life([record(f"b{n}", START + 20 * n * DAY, municipality="GM0171") for n in range(2)]), KNOWN)
    low, high = found = trial.results()
    assert (low.alerts, low.weekly, low.persons) == (2, {"GM0034": 0.1, "GM0171": 0.1}, 2)
    assert (high.alerts, high.weekly, high.heavy, high.caught) == (1, {"GM0034": 0.1}, 1, 1)
    assert "count=4 days=90" in as_table(found) and "count=4 days=90,1,GM0034:0.10" in as_csv(found)
    assert '"alerts":2' in as_json(found)
    drawing = ElementTree.fromstring(as_svg(found))
    assert drawing.findtext("{*}title") == "Signalen per week, per gemeente"
    assert as_svg(found).count("<rect") == 3  # two municipalities, then one
    told = [one.text for one in drawing.iterfind("{*}text")]
    assert told.index("count=2 days=90") < told.index("Noordoostpolder") < told.index("count=4 days=90")
    assert {"Nog niet in zorg", "Veelmelders bereikt", "1 van 1"} <= set(told)


@pytest.mark.parametrize(
    ("rule", "settings", "names"),
    [
        ("R99", {}, "R99"),
        ("R1", {"nights": [1]}, "nights"),
        ("R1", {"count": []}, "R1"),
        ("R1", {"count": range(1, 102)}, "R1"),
        ("R1", {"count": [2.5]}, "count=2.5 for R1: count: "),
        ("R1", {"days": [1827], "2.days": [3]}, "2.days"),
        ("R7", {"days": [30]}, "it has: 1.count, 1.days, 2.days, 2.merge_days"),
        ("R5", {"factor": [1]}, "factor"),
    ],
)
def test_what_cannot_be_tried_is_refused(rule: str, settings: dict, names: str) -> None:
    with pytest.raises(BacktestRefused, match=names):
        variants(POLICY, rule, settings)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("count=3..6", [3, 4, 5, 6]),
        ("days=30,90,30", [30, 90]),
        ("factor=1.5..2.5/0.5", [1.5, 2, 2.5]),
        ("factor=1.8..2.1", [1.8, 1.9, 2, 2.1]),
        ("days=30..90/30", [30, 60, 90]),
        ("2.days=14", [14]),
    ],
)
def test_what_may_be_asked(text: str, values: list[float]) -> None:
    assert choices([text]) == {text.partition("=")[0]: values}


@pytest.mark.parametrize(
    "text", ["count=6..3", "count=", "count=x", "count", "count=1..2/0", "count=1e99", "count=1..9999", "count=nan"]
)
def test_what_may_not_be_asked(text: str) -> None:
    with pytest.raises(BacktestRefused, match=re.escape(f"--set {text}: ")):
        choices([text])


def test_decimals_and_parts_of_a_rule_are_settable() -> None:
    start = [record(f"b{n}", START + 20 * n * DAY) for n in range(4)]
    found = [*start, *(record(f"a{n}", START + (170 + 4 * n) * DAY) for n in range(3))]
    tried = variants(DEMO, "R5", {"factor": [1.5, 4.8, 4.9]})  # 3 in 28 days is 4.8 times 4 in 180 days, and a little
    assert [len(alerts(life(found), one.rule, KNOWN)) for one in tried] == [1, 1, 0]
    attempts = [record("x", START, E14), record("y", START + 20 * DAY, E14)]
    parts = variants(DEMO, "R7", choices(["1.count=2,3", "1.days=19,30"]))
    assert [len(alerts(life(attempts), one.rule, KNOWN)) for one in parts] == [0, 1, 0, 0]
    (rule,) = (one for one in DEMO.rules if one.id == "R7")
    assert settable(rule.condition) == {"1.count": 2, "1.days": 180, "2.days": 30, "2.merge_days": 0}


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_those_of_plain_loops(seed: int) -> None:
    """Some partner has delivered only half of the time: there "not in care" cannot be known."""
    chance = random.Random(seed)
    half = START + 150 * DAY
    known = Known(micros(UNTIL), {"ggz": micros(UNTIL), "gemeente": micros(half)})
    heard = Heard(tick=UNTIL, up_to={"ggz": UNTIL, "gemeente": half})
    kinds = [*TYPES, (CRISIS_ASSESSMENT, {}), (CRISIS_MEASURE, STARTED), (CRISIS_MEASURE, ENDED)]
    people = {
        f"p{who}": [
            record(f"p{who}e{n}", START + hour * HOUR, chance.choice(kinds), chance.choice(PLACES))
            for n, hour in enumerate(sorted(chance.sample(range(300 * 24), chance.choice([3, 10, 30]))))
        ]
        for who in range(20)
    }
    first, end = START + 10 * DAY, START + 240 * DAY
    tried = variants(POLICY, "R1", {"count": [2, 3]})
    trial = Trial(tried, [rule for rule in BOOK.rules if rule.id != "R1"], (micros(first), micros(end)))
    for who, records in people.items():
        trial.add(who, life(records), known)
    for variant, found in zip(tried, trial.results(), strict=True):
        assert found._asdict() == plain(people, variant.settings, (first, end), heard)


def plain(people: dict[str, list], settings: dict, period: tuple, heard: Heard) -> dict:
    """As the definitions page says it, by the oracle's episodes."""
    first, end = period
    (own,) = (rule for rule in POLICY.rules if rule.id == "R1")
    tried = own.model_copy(
        update={
            "condition": own.condition.model_copy(update=settings),
            "default": RuleSetting(state="schaduw"),
            "municipalities": {},
        }
    )
    (rule,) = world_of(POLICY.model_copy(update={"rules": [tried]})).rules
    others = [one for one in WORLD.rules if one["id"] != "R1"]
    raised, overlapping = [], 0
    for who, records in people.items():
        facts = [fact(one) for one in records]
        active = [e for one in others for e in episodes(facts, one, WORLD, heard) if state(one, e.lead) == "actief"]
        for one in episodes(facts, rule, WORLD, heard):
            if first <= one.crossed_at < end:
                raised.append((who, one, care(facts, one.crossed_at, one.lead, WORLD, heard)))
                overlapping += any(e.crossed_at <= one.ends_at and one.crossed_at <= e.ends_at for e in active)
    police = {
        who: sum(r.group == "politie" and r.event_class == "incident" and first <= r.occurred_at < end for r in records)
        for who, records in people.items()
    }
    ranked = sorted((who for who in police if police[who]), key=lambda who: (-police[who], who))
    heavy = ranked[: max(1, math.ceil(0.07 * len(ranked)))] if ranked else []
    early = []
    for who in heavy:
        mine = [one.crossed_at for person, one, _ in raised if person == who]
        crises = [
            r.occurred_at
            for r in people[who]
            if r.type == CRISIS_ASSESSMENT or (r.type == CRISIS_MEASURE and r.details["fase"] == "start")
        ]
        if mine and (later := [at for at in crises if at > min(mine)]):
            early.append((min(later) - min(mine)) / DAY)
    weeks = (end - first) / (7 * DAY)
    places = sorted(one.lead for _, one, _ in raised)
    return {
        "settings": settings,
        "alerts": len(raised),
        "weekly": {place: places.count(place) / weeks for place in dict.fromkeys(places)},
        "people": {place: len({who for who, one, _ in raised if one.lead == place}) for place in dict.fromkeys(places)},
        "persons": len({who for who, _, _ in raised}),
        "in_care": {name: sum(klass == name for _, _, klass in raised) for name in ("yes", "no", "unknown")},
        "heavy": len(heavy),
        "caught": len(set(heavy) & {who for who, _, _ in raised}),
        "before_crisis": len(early),
        "days_before_crisis": median(early) if early else None,
        "overlapping": overlapping,
    }


def test_a_dry_run_tells_only_what_is_new() -> None:
    (own,) = (rule for rule in POLICY.rules if rule.id == "R1")
    lower = own.model_copy(update={"condition": own.condition.model_copy(update={"count": 3})})
    after = rulebook(POLICY.model_copy(update={"rules": [lower]}))
    before = rulebook(POLICY.model_copy(update={"rules": [own]}))
    found = DryRun(before, after, (micros(START), micros(START + 70 * DAY)))
    found.add(life([record(f"a{n}", START + 20 * n * DAY) for n in range(3)]).history, KNOWN)
    found.add(life([record(f"b{n}", START + 20 * n * DAY) for n in range(4)]).history, KNOWN)
    assert found.weekly() == {("R1", "GM0034", "actief"): 0.1}
