"""A backtest finds what the oracle finds for the same policy over the same events."""

import random
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from vangnet_contract.policy import RuleSetting
from vangnet_indicators.domain.backtest import BacktestRefused, Trial, alerts, variants
from vangnet_indicators.domain.backtest_words import as_csv, as_json, as_svg, as_table
from vangnet_indicators.domain.dry_run import DryRun
from vangnet_indicators.domain.episodes import Known
from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import micros
from vangnet_indicators.domain.life import Life
from vangnet_indicators.domain.packed import municipality_code
from vangnet_indicators.domain.rulebook import rulebook
from vangnet_simulator.oracle.rules import episodes
from vangnet_simulator.oracle.terms import Heard
from vangnet_simulator.oracle.world import world_of

from tests.unit.indicators.people import BOOK, CARERS, DAY, PLACES, POLICY, START, TYPES, fact, record

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
    assert ElementTree.fromstring(as_svg(found)).findtext("{*}title") == "Signalen per week"
    assert as_svg(found).count("<rect") == 2


@pytest.mark.parametrize(
    ("rule", "choices", "names"),
    [
        ("R99", {}, "R99"),
        ("R1", {"nights": [1]}, "nights"),
        ("R1", {"count": []}, "R1"),
        ("R1", {"count": range(1, 102)}, "R1"),
    ],
)
def test_what_cannot_be_tried_is_refused(rule: str, choices: dict, names: str) -> None:
    with pytest.raises(BacktestRefused, match=names):
        variants(POLICY, rule, choices)


def test_a_dry_run_tells_only_what_is_new() -> None:
    (own,) = (rule for rule in POLICY.rules if rule.id == "R1")
    lower = own.model_copy(update={"condition": own.condition.model_copy(update={"count": 3})})
    after = rulebook(POLICY.model_copy(update={"rules": [lower]}))
    before = rulebook(POLICY.model_copy(update={"rules": [own]}))
    found = DryRun(before, after, (micros(START), micros(START + 70 * DAY)))
    found.add(life([record(f"a{n}", START + 20 * n * DAY) for n in range(3)]).history, KNOWN)
    found.add(life([record(f"b{n}", START + 20 * n * DAY) for n in range(4)]).history, KNOWN)
    assert found.weekly() == {("R1", "GM0034", "actief"): 0.1}
