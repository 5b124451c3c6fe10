"""Rules and signals in Dutch (B1), made from the same conditions that the engine runs: for pages, mails, API, every service."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from vangnet_contract.dutch import counted, short_days
from vangnet_contract.happening_words import GROUP_TEXT, bare, happening, type_noun
from vangnet_contract.messages import InCare
from vangnet_contract.policy import OccurrenceGap, Rule
from vangnet_contract.policy.rules import (
    Acceleration,
    AnyOf,
    AreaDeviation,
    Condition,
    FollowedBy,
    MissingAfter,
    OccurrenceCount,
    SeveralGroups,
    SourceSilence,
)

IN_CARE: dict[InCare, str] = {"yes": "ja", "no": "nee", "unknown": "onbekend"}
SHOWN_DAYS = 8
"""The newest dates in a sentence; tables have them all."""
STATE_TEXT = {"uit": "uit", "schaduw": "schaduw (op proef)", "actief": "actief"}


def in_words(rule: Rule, municipality: str | None) -> str:
    """When this rule speaks, in a municipality; None = by the rule's own threshold."""
    what = "Een attendering" if rule.about_persons else "Een bericht"
    return f"{what} ontstaat als {clause(rule.condition, rule.threshold(municipality))}.{_remarks(rule.condition)}"


def clause(condition: Condition, threshold: int | None = None) -> str:
    """What comes after `als`. `threshold`: another one than the condition's own."""
    said: str = CLAUSES[type(condition)](condition, threshold or condition.threshold)
    return said


def reason(
    condition: Condition | None,
    *,
    occurrences: int,
    events: int,
    days: Sequence[date],
    threshold: int | None,
    in_care: InCare,
) -> str:
    """Why somebody should look, in one sentence. `days`: of the newest occurrences that count, as far as they may be told;
    `condition` None: the rule is no longer there."""
    shown = sorted(set(days))[-SHOWN_DAYS:]
    more = "…, " if len(set(days)) > SHOWN_DAYS else ""
    dated = f": {more}{short_days(shown)}" if shown else ""
    parts = [gist(condition, occurrences, events) + dated]
    if threshold:
        parts.append(f"drempel {_threshold(condition, threshold)}")
    sentence = "; ".join([*parts, f"in zorg: {IN_CARE[in_care]}"]) + "."
    return sentence[0].upper() + sentence[1:]


def gist(condition: Condition | None, occurrences: int, events: int) -> str:
    """What was counted, or what happened after what."""
    numbers = counted(occurrences, "voorval", "voorvallen"), counted(events, "melding", "meldingen")
    counts, beside = f"{numbers[0]} ({numbers[1]})", f"({', '.join(numbers)})"
    match condition:
        case OccurrenceCount() | SeveralGroups():
            return f"{counts} in {counted(condition.days, 'dag', 'dagen')}"
        case Acceleration():
            return f"{counts} in {counted(condition.recent_days, 'dag', 'dagen')}"
        case FollowedBy() if condition.either_order:
            return f"{happening(condition.after)} en {happening(condition.by)} binnen {_days(condition)} {beside}"
        case FollowedBy():
            return f"{happening(condition.by)} binnen {_days(condition)} na {happening(condition.after)} {beside}"
        case MissingAfter():
            return f"{_days(condition)} na {happening(condition.after)} nog geen {bare(condition.awaited)} {beside}"
        case _:
            return counts


def occurrence_in_words(gap: OccurrenceGap) -> str:
    """What a voorval is."""
    return (
        f"Een voorval is een melding, of een reeks meldingen met steeds niet meer dan {gap.gap_hours} uur ertussen "
        f"en samen niet langer dan {gap.max_hours} uur."
    )


def _count(condition: OccurrenceCount, count: int) -> str:
    holding = ""
    if condition.with_type:
        holding = f" met {type_noun(condition.with_type)}"
    elif condition.with_group:
        holding = f", elk met ten minste één melding uit de groep {GROUP_TEXT[condition.with_group].lower()}"
    times = counted(count, "voorval", "voorvallen")
    middle = f" {times} of meer{holding} heeft" if condition.with_type else f" {times} of meer heeft{holding}"
    return f"iemand in {_days(condition)}{middle}"


def _followed(condition: FollowedBy, _: int | None) -> str:
    if condition.either_order:
        return (
            f"{happening(condition.after)} en {happening(condition.by)} van één persoon niet meer dan "
            f"{_days(condition)} uit elkaar liggen (de volgorde maakt niet uit)"
        )
    return f"er bij iemand binnen {_days(condition)} na {happening(condition.after)} {happening(condition.by)} komt"


def _missing(condition: MissingAfter, _: int | None) -> str:
    care = "die zeker niet in zorg was, " if condition.only_if_not_in_care else ""
    return f"er bij iemand {care}binnen {_days(condition)} na {happening(condition.after)} geen {bare(condition.awaited)} is"


def _several(condition: SeveralGroups, groups: int) -> str:
    return (
        f"er over iemand in {_days(condition)} meldingen zijn uit {groups} of meer domeinen (politie, zorg, sociaal, wonen), "
        f"en {counted(condition.occurrences, 'voorval', 'voorvallen')} of meer"
    )


def _accelerating(condition: Acceleration, at_least: int) -> str:
    return (
        f"iemand in {counted(condition.recent_days, 'dag', 'dagen')} {counted(at_least, 'voorval', 'voorvallen')} of meer "
        f"heeft, en dat per dag minstens {condition.factor:g} keer zo veel is als in de {condition.baseline_days} dagen "
        f"ervoor (de {condition.guard_days} dagen ertussen tellen niet mee; in de eerdere tijd was er ten minste "
        f"{counted(condition.baseline_at_least, 'voorval', 'voorvallen')})"
    )


def _deviating(condition: AreaDeviation, at_least: int) -> str:
    return (
        f"een gemeente in een week {at_least} of meer meldingen heeft, en dat meer is dan het gemiddelde van de "
        f"{condition.weeks} weken ervoor plus {condition.deviations:g} keer de wortel van dat gemiddelde"
    )


def _silent(condition: SourceSilence, _: int | None) -> str:
    return (
        f"een ketenpartner {condition.heartbeat_hours} uur geen levensteken stuurt, of {condition.quiet_hours} uur geen "
        f"meldingen terwijl er {condition.expected} of meer te verwachten waren"
    )


def _any(condition: AnyOf, _: int | None) -> str:
    return ", of als ".join(clause(one) for one in condition.conditions)


CLAUSES: dict[type, Callable[[Any, Any], str]] = {
    OccurrenceCount: _count,
    FollowedBy: _followed,
    MissingAfter: _missing,
    SeveralGroups: _several,
    Acceleration: _accelerating,
    AreaDeviation: _deviating,
    SourceSilence: _silent,
    AnyOf: _any,
}


def _remarks(condition: Condition) -> str:
    match condition:
        case FollowedBy():
            merged = f" Wat binnen {counted(condition.merge_days, 'dag', 'dagen')} nog eens gebeurt, telt niet apart."
            until = f" Dit stopt bij {happening(condition.until)}." if condition.until else ""
            return (merged if condition.merge_days else "") + until
        case MissingAfter():
            return " Levert een ketenpartner niet, dan is dit niet te beoordelen en ontstaat er niets."
        case AreaDeviation() | SourceSilence():
            return " Het gaat niet over personen."
        case _:
            return ""


def _threshold(condition: Condition | None, threshold: int) -> str:
    return f"{threshold} domeinen" if isinstance(condition, SeveralGroups) else str(threshold)


def _days(condition: OccurrenceCount | FollowedBy | MissingAfter | SeveralGroups) -> str:
    return counted(condition.days, "dag", "dagen")
