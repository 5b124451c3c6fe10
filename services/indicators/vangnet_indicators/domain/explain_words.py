"""An explanation as Dutch text, for reviewers."""

from collections.abc import Iterable, Iterator, Mapping

from vangnet_contract.dutch import moment
from vangnet_contract.policy import Rule
from vangnet_contract.rule_words import IN_CARE, STATE_TEXT, in_words

from vangnet_indicators.domain.explain import Explanation, Judged, Reason, RuleThen, Then

WHAT = {"crossing": "Toen de drempel werd gehaald", "now": "Nu"}
REASONS: Mapping[Reason, str] = {
    "counts": "telt mee",
    "later": "telt niet mee: was er toen nog niet",
    "window": "telt niet mee: te lang geleden",
    "occurrence": "telt niet mee: hoort bij een voorval dat te lang geleden begon",
    "class": "telt niet mee: dit soort melding is geen voorval",
    "group": "telt niet mee: het voorval heeft geen melding van de groep of soort waar de regel om vraagt",
    "baseline": "telt niet mee: hoort bij de eerdere tijd waarmee de regel vergelijkt",
    "guard": "telt niet mee: valt in de dagen die de regel overslaat",
    "not-asked": "telt niet mee: hoort niet bij waar de regel naar kijkt",
}


def in_dutch(explanation: Explanation, rules: Iterable[Rule]) -> str:
    """All of it, with a line break at the end."""
    named = {rule.id: rule for rule in rules}
    return "\n".join(_lines(explanation, named)) + "\n"


def _lines(explanation: Explanation, rules: Mapping[str, Rule]) -> Iterator[str]:
    yield f"Uitleg van attendering {explanation.signal} (regel {explanation.rule}, beleid {explanation.policy_version})."
    yield "Dit is een telling van meldingen, geen diagnose. De uitleg gaat uit van de meldingen zoals die nu bekend zijn."
    for then in explanation.moments:
        yield ""
        yield f"{WHAT[then.what]}: {moment(then.at)}. In zorg: {IN_CARE[then.in_care]}."
        yield from _rules(then, explanation.rule, rules)


def _rules(then: Then, own: str, rules: Mapping[str, Rule]) -> Iterator[str]:
    """The rule of the signal first."""
    for one in sorted(then.rules, key=lambda rule: rule.rule != own):
        yield ""
        yield f"  Regel {one.rule}: {_state(one)}"
        if one.rule in rules:
            yield f"  {in_words(rules[one.rule], one.lead)}"
        for event in one.events:
            yield f"    {_event(event)}"


def _state(one: RuleThen) -> str:
    parts = ["van toepassing" if one.holds else "niet van toepassing"]
    if one.number is not None and one.threshold is not None:
        parts.append(f"geteld {one.number}, drempel {one.threshold}")
    parts.append(f"in {one.lead or 'geen gemeente'}: {STATE_TEXT[one.state]}")
    if one.silent:
        parts.append(f"nog niet te beoordelen: {', '.join(one.silent)} levert niet")
    return "; ".join(parts) + "."


def _event(event: Judged) -> str:
    place = f", {event.municipality}" if event.municipality else ""
    occurrence = f", voorval {event.occurrence}" if event.occurrence else ""
    kind = event.type.removeprefix("nl.oggz-signalen.").removesuffix(".v1")
    return f"{moment(event.occurred_at)}: {kind} ({event.partner}{place}{occurrence}): {REASONS[event.reason]}"
