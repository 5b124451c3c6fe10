"""An alert as its reader sees it: why in one sentence, events as far as released, rule in words. Page and JSON show this."""

from collections.abc import Iterable
from datetime import date

import msgspec
from vangnet_contract.messages import Evidence, InCare
from vangnet_contract.policy import OccurrenceGap, Rule

from vangnet_notifier.domain.alert import Alert, Episode
from vangnet_notifier.domain.dutch import counted, short_days
from vangnet_notifier.domain.release import Released, released

IN_CARE: dict[InCare, str] = {"yes": "ja", "no": "nee", "unknown": "onbekend"}
GROUP_TEXT = {"politie": "Politie", "zorg": "Zorg", "sociaal": "Sociaal domein", "wonen": "Wonen"}
SHOWN_DAYS = 8  # the newest dates in the sentence; the table has them all


class Events(msgspec.Struct, frozen=True):
    """What may be told of the events: those shown (dated ones first, in order of time) and how many are only counted."""

    shown: tuple[Released, ...]
    hidden: int


def events(alert: Alert) -> Events:
    """The alert's events as far as released. An event without a day stands at the end: its place would tell the day."""
    seen = [released(item) for item in alert.evidence]
    shown = sorted((item for item in seen if item.group), key=_order)
    return Events(shown=tuple(shown), hidden=len(seen) - len(shown))


def why(alert: Alert, rule: Rule | None) -> str:
    """Why somebody should look, in one sentence."""
    episode = alert.newest
    if episode is None:
        return "De meldingen achter deze attendering zijn ingetrokken of gewijzigd."
    parts = [_counts(episode, rule) + _days(episode)]
    if rule:
        parts.append(f"drempel {rule.threshold(episode.lead)}")
    parts.append(f"in zorg: {IN_CARE[episode.in_care]}")
    return "; ".join(parts) + "."


def in_words(rule: Rule, lead: str | None) -> str:
    """The rule as a sentence, from the same data that the engine runs."""
    condition = rule.condition
    group = condition.with_group
    police = f", elk met ten minste één melding uit de groep {GROUP_TEXT[group].lower()}" if group else ""
    times = counted(rule.threshold(lead), "voorval", "voorvallen")
    return f"Een attendering ontstaat als iemand in {condition.days} dagen {times} of meer heeft{police}."


def occurrence_in_words(gap: OccurrenceGap) -> str:
    """What a voorval is."""
    return (
        f"Een voorval is een melding, of een reeks meldingen met steeds niet meer dan {gap.gap_hours} uur ertussen "
        f"en samen niet langer dan {gap.max_hours} uur."
    )


def _order(item: Released) -> tuple[bool, date, str, str]:
    return (item.day is None, item.day or date.min, item.group or "", item.type_name or "")


def _counts(episode: Episode, rule: Rule | None) -> str:
    occurrences = counted(episode.occurrences, "voorval", "voorvallen")
    reports = counted(episode.events, "melding", "meldingen")
    return f"{occurrences} ({reports})" + (f" in {rule.condition.days} dagen" if rule else "")


def _days(episode: Episode) -> str:
    """The day of each occurrence that still counts, as far as an event in it may be dated."""
    counted_now = sorted({item.occurrence for item in episode.evidence})[-episode.occurrences :]
    days = sorted({day for number, day in occurrence_days(episode.evidence).items() if number in counted_now})
    if not days:
        return ""
    more = "…, " if len(days) > SHOWN_DAYS else ""
    return f": {more}{short_days(days[-SHOWN_DAYS:])}"


def occurrence_days(evidence: Iterable[Evidence]) -> dict[int, date]:
    """Occurrence → the first day of it that may be told; occurrences without one are absent."""
    days: dict[int, date] = {}
    for item in sorted(evidence, key=lambda e: e.occurred_at):
        if day := released(item).day:
            days.setdefault(item.occurrence, day)
    return days
