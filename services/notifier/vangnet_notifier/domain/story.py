"""An alert as its reader sees it: why in one sentence, events as far as released, rule in words. Page and JSON show this."""

from collections.abc import Callable, Iterable
from datetime import date

import msgspec
from vangnet_contract.messages import EventKey, Evidence
from vangnet_contract.policy import Rule
from vangnet_contract.rule_words import reason

from vangnet_notifier.domain.alert import Alert, Episode
from vangnet_notifier.domain.release import Released, View, released


class Events(msgspec.Struct, frozen=True):
    """What may be told of the events: those shown (dated ones first, in order of time) and how many are only counted."""

    shown: tuple[Released, ...]
    hidden: int


def events(alert: Alert, view: View) -> Events:
    """The alert's events as far as released. An event without a day stands at the end: its place would tell the day."""
    seen = [released(item, view) for item in alert.evidence]
    shown = sorted((item for item in seen if item.group), key=_order)
    return Events(shown=tuple(shown), hidden=len(seen) - len(shown))


def by_handle(alert: Alert, view: View, name: Callable[[str, EventKey], str]) -> list[tuple[str, Evidence, Released]]:
    """Handle, event and what may be seen of it, for each that is shown, in the order of `events`. Handles say nothing, and settle
    the order where the rest is the same: how they follow each other must not tell the day either."""
    return in_order(alert.id, alert.evidence, view, name)


def in_order(
    alert_id: str, items: Iterable[Evidence], view: View, name: Callable[[str, EventKey], str]
) -> list[tuple[str, Evidence, Released]]:
    """The same for any events."""
    named = [(name(alert_id, item.event), item, released(item, view)) for item in items]
    return sorted((one for one in named if one[2].group), key=lambda one: (_order(one[2]), one[0]))


def why(alert: Alert, rule: Rule | None, view: View) -> str:
    """Why somebody should look, in one sentence."""
    episode = alert.newest
    if episode is None:
        return "De meldingen achter deze attendering zijn ingetrokken of gewijzigd."
    return reason(
        rule.condition if rule else None,
        occurrences=episode.occurrences,
        events=episode.events,
        days=_days(episode, view),
        threshold=rule.threshold(episode.lead) if rule else None,
        in_care=episode.in_care,
    )


def _order(item: Released) -> tuple[bool, date, str, str]:
    return (item.day is None, item.day or date.min, item.group or "", item.type_name or "")


def _days(episode: Episode, view: View) -> list[date]:
    """The day of each of the newest occurrences that still count, as far as an event in it may be dated."""
    counted_now = sorted({item.occurrence for item in episode.evidence})[-episode.occurrences :]
    return [day for number, day in occurrence_days(episode.evidence, view).items() if number in counted_now]


def occurrence_days(evidence: Iterable[Evidence], view: View) -> dict[int, date]:
    """Occurrence → the first day of it that may be told; occurrences without one are absent."""
    days: dict[int, date] = {}
    for item in sorted(evidence, key=lambda e: e.occurred_at):
        if day := released(item, view).day:
            days.setdefault(item.occurrence, day)
    return days
