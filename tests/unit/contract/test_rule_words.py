"""Every shipped rule as a Dutch sentence, and why somebody should look, from the conditions that the engine runs."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from vangnet_contract.happening_words import NOUNS, type_noun
from vangnet_contract.policy import Rule, load_policy
from vangnet_contract.rule_words import clause, in_words, reason
from vangnet_contract.taxonomy import event_types, full_type

RULES = {rule.id: rule for rule in load_policy(Path(__file__).parents[3] / "deploy" / "policy" / "demo").rules}
FEB = date(2026, 2, 3)


def why(rule: Rule | None, *days: date, threshold: int | None = None) -> str:
    condition = rule.condition if rule else None
    return reason(condition, occurrences=4, events=7, days=days, threshold=threshold, in_care="unknown")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("R1", "als iemand in 90 dagen 4 voorvallen of meer heeft, elk met ten minste één melding uit de groep politie."),
        ("R2", "als iemand in 14 dagen 3 voorvallen of meer heeft."),
        ("R3", "als er bij iemand binnen 30 dagen na ontslag uit een ggz-instelling of het einde van crisiszorg een voorval komt. "
               "Wat binnen 3 dagen nog eens gebeurt, telt niet apart."),
        ("R4", "als er over iemand in 30 dagen meldingen zijn uit 3 of meer domeinen (politie, zorg, sociaal, wonen), en 2 voorvallen of meer."),
        ("R5", "als iemand in 28 dagen 3 voorvallen of meer heeft, en dat per dag minstens 3 keer zo veel is als in de 180 dagen ervoor"),
        ("R6a", "binnen 60 dagen na een voorval uitval uit de zorg of zorg (einde, uitval) komt."),
        ("R6b", "als er bij iemand die zeker niet in zorg was, binnen 14 dagen na een voorval geen opname in de ggz, zorg (start of lopend)"),
        ("R7", "2 voorvallen of meer met een poging tot of dreiging met zelfdoding heeft, of als er bij iemand binnen 30 dagen na ontslag"),
        ("R8", "niet meer dan 90 dagen uit elkaar liggen (de volgorde maakt niet uit). Dit stopt bij een huisuitzetting (afgewend)."),
        ("R9", "na beschermd wonen (einde), opvang (einde) of een zorgmachtiging (einde) geen opname in de ggz of zorg (start of lopend) is."),
        ("R10", "als iemand in 365 dagen 10 voorvallen of meer heeft."),
        ("R11", "Een bericht ontstaat als een gemeente in een week 10 of meer meldingen heeft"),
        ("R12", "Een bericht ontstaat als een ketenpartner 3 uur geen levensteken stuurt, of 24 uur geen meldingen"),
    ],
)  # fmt: skip
def test_every_rule_in_a_sentence(rule: str, sentence: str) -> None:
    assert sentence in in_words(RULES[rule], None)
    assert in_words(RULES[rule], None).startswith("Een ") and in_words(RULES[rule], None).endswith(".")


def test_all_shipped_rules_are_tested_and_none_is_said_like_another() -> None:
    assert len({in_words(rule, None) for rule in RULES.values()}) == len(RULES) == 13


def test_a_municipality_with_its_own_threshold_has_its_own_sentence() -> None:
    setting = RULES["R2"].municipalities["GM0034"].model_copy(update={"threshold": 5})
    other = RULES["R2"].model_copy(update={"municipalities": {"GM0034": setting}})
    assert "5 voorvallen of meer" in in_words(other, "GM0034") and "3 voorvallen of meer" in in_words(other, "GM0995")
    assert clause(other.condition, 7) == "iemand in 14 dagen 7 voorvallen of meer heeft"


def test_why_somebody_should_look() -> None:
    assert why(RULES["R1"], date(2026, 1, 12), FEB, threshold=4) == (
        "4 voorvallen (7 meldingen) in 90 dagen: 12 jan, 3 feb; drempel 4; in zorg: onbekend."
    )
    assert why(RULES["R3"], FEB) == (
        "Een voorval binnen 30 dagen na ontslag uit een ggz-instelling of het einde van crisiszorg "
        "(4 voorvallen, 7 meldingen): 3 feb; in zorg: onbekend."
    )
    assert why(RULES["R4"], FEB, threshold=3).endswith("in 30 dagen: 3 feb; drempel 3 domeinen; in zorg: onbekend.")
    assert why(RULES["R5"], threshold=3).startswith("4 voorvallen (7 meldingen) in 28 dagen; drempel 3;")
    assert why(RULES["R6b"], FEB).startswith(
        "14 dagen na een voorval nog geen opname in de ggz, zorg (start of lopend)"
    )
    assert why(RULES["R8"], FEB).startswith("Een huisuitzetting (aangekondigd) en een voorval binnen 90 dagen (4 ")
    assert why(RULES["R7"], FEB) == why(None, FEB) == "4 voorvallen (7 meldingen): 3 feb; in zorg: onbekend."


def test_only_the_newest_days_are_named() -> None:
    assert ": …, 5 feb, 6 feb," in why(RULES["R1"], *(FEB + timedelta(days=n) for n in range(10)))


def test_the_names_of_types_exist() -> None:
    assert all(full_type(name) in event_types() for name in NOUNS)


def test_a_type_without_a_noun_goes_by_its_name_in_the_taxonomy() -> None:
    assert type_noun("wonen.huisuitzetting") == "een huisuitzetting"
    assert type_noun("veiligheid.burenoverlast") == "‘Burenoverlast/burenruzie’"
