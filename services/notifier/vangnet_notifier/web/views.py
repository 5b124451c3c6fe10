"""What the templates show: words and numbers only, everything already decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from vangnet_contract import rule_words
from vangnet_contract.dutch import ago, counted, day, moment
from vangnet_contract.happening_words import GROUP_TEXT
from vangnet_contract.outcomes import INTERVENTIONS, OUTCOMES
from vangnet_contract.policy import Rule

from vangnet_notifier.app import SEVERITIES
from vangnet_notifier.domain import story
from vangnet_notifier.domain.access import own_reference
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.release import Released
from vangnet_notifier.domain.timeline import timeline
from vangnet_notifier.domain.trail import SENT_TEXT, Entry, told
from vangnet_notifier.domain.words import ANSWERS, STATE_SLUG, STATE_TEXT, State
from vangnet_notifier.inbox import Seen
from vangnet_notifier.web.apart import markable, section
from vangnet_notifier.web.contacts import contacts
from vangnet_notifier.web.desk import WebDesk, municipality_name
from vangnet_notifier.web.forms import severity_slug
from vangnet_notifier.web.offers import offers
from vangnet_notifier.web.review import certainty, objections

NOT_RELEASED = "niet vrijgegeven"
SHORT = 12  # characters of a pseudonym that people read to each other


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in one glance."""

    id: str
    rule: str
    rule_name: str
    municipality: str
    severity: str
    severity_slug: str
    status: str
    status_slug: str
    badges: tuple[str, ...]
    gist: str
    raised: str
    raised_iso: str
    ago: str
    reference: str
    head: str = ""


WAITING: dict[State, str] = {
    State.SHADOW: "Deze regel draait op proef (schaduw). Niemand krijgt bericht en u hoeft niets te doen.",
    State.CANDIDATE: "Deze attendering wacht op de beoordelaar die dienst heeft.",
    State.RELEASED: "Deze attendering wacht op een coördinator van {municipality}.",
    State.REOPENED: "Deze attendering is heropend en wacht op een coördinator van {municipality}.",
    State.ACKNOWLEDGED: "Een coördinator van {municipality} heeft de ontvangst bevestigd.",
    State.IN_PROGRESS: "Een coördinator van {municipality} heeft deze attendering in behandeling.",
    State.MUTED: "Een coördinator van {municipality} heeft deze attendering uitgesteld.",
}
START_LIST = (
    "Startlijst: dit was al zo toen de regel hier actief werd. Er is geen mail verstuurd en er loopt geen termijn."
)
GONE = "Deze attendering is ingetrokken. Gebruik niet meer wat u hier eerder zag."


def card(alert: Alert, desk: WebDesk, actor: Actor, now: datetime, head: str = "") -> Card:
    """The alert as it stands in a list. `head`: the graver one of the same person that it stands under."""
    rule = desk.rule(alert)
    return Card(
        id=alert.id,
        rule=alert.rule,
        rule_name=rule.name if rule else f"Regel {alert.rule}",
        municipality=municipality_name(alert.municipality),
        severity=SEVERITIES[alert.severity] if alert.severity < len(SEVERITIES) else "ernst onbekend",
        severity_slug=severity_slug(alert.severity),
        status=STATE_TEXT[alert.state],
        status_slug=STATE_SLUG[alert.state],
        badges=_badges(alert),
        gist=_gist(alert, rule),
        raised=moment(alert.raised_at),
        raised_iso=alert.raised_at.isoformat(),
        ago=ago(alert.raised_at, now),
        reference=short(desk.reference(alert, actor)),
        head=head,
    )


def page(seen: Seen, desk: WebDesk, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything that the page of one alert shows."""
    alert, rule = seen.alert, desk.rule(seen.alert)
    view = desk.view(actor)
    events = story.events(alert, view)
    return {
        "card": card(alert, desk, actor, now),
        "version": alert.version,
        "why": story.why(alert, rule, view),
        "remarks": _remarks(alert),
        "successor": seen.successor,
        "offers": offers(alert, actor, desk.policy, markable(alert, desk, actor)),
        "apart": section(alert, desk, actor),
        "contacts": contacts(alert, desk, actor),
        "objections": objections(seen, desk, actor),
        "certainty": certainty(alert),
        "work": _work(alert, actor),
        "waiting": _place(WAITING.get(alert.state, ""), alert),
        "events": events,
        "timeline": timeline(events.shown),
        "rows": [_row(item) for item in events.shown],
        "hidden": _hidden(events.hidden),
        "rule_text": _rule_text(rule, alert, desk),
        "ended": moment(alert.ended_at) if alert.ended_at else "",
        "reference_text": _reference_text(alert, actor),
        "same_person": [card(other, desk, actor, now) for other in seen.same_person],
        "ground": rule.grondslag if rule and actor.reviewer else "",
        "history": [_line(entry) for entry in seen.history],
    }


def short(pseudonym: str) -> str:
    """The first characters, in groups of four."""
    head = pseudonym[:SHORT].upper()
    return " ".join(head[start : start + 4] for start in range(0, len(head), 4))


def _badges(alert: Alert) -> tuple[str, ...]:
    badges = (
        ("startlijst", alert.start_list),
        ("afgelopen", alert.ended_at is not None),
        ("niet op tijd beoordeeld", alert.state is State.CANDIDATE and alert.escalated_at is not None),
        ("niet op tijd bevestigd", alert.state in (State.RELEASED, State.REOPENED) and alert.chased_at is not None),
        ("proef beantwoord", alert.state is State.SHADOW and alert.answer is not None),
        ("wacht op een tweede persoon", alert.awaits_second),
        ("ketenpartner antwoordt niet", any(c.awaits_answer and c.overdue_at for c in alert.contacts)),
        ("contactverzoek niet op tijd bevestigd", any(c.pending and c.late_at for c in alert.contacts)),
        ("nieuwe gebeurtenis toegevoegd", alert.open and alert.added_at is not None),
    )
    return tuple(text for text, shown in badges if shown)


def _gist(alert: Alert, rule: Rule | None) -> str:
    episode = alert.newest
    if episode is None:
        return "Niet meer gebruiken."
    counts = rule_words.gist(rule.condition if rule else None, episode.occurrences, episode.events)
    return f"{counts[0].upper()}{counts[1:]}. In zorg: {rule_words.IN_CARE[episode.in_care]}."


def _work(alert: Alert, actor: Actor) -> list[tuple[str, str]]:
    """Who has it and what came of it: label and value."""
    closing = alert.closing
    facts = [
        ("Wie", alert.holder.name if alert.holder else ""),
        ("Uw dossiernummer", own_reference(alert, actor) or ""),
        ("Uitgesteld tot", moment(alert.muted_until) if alert.muted_until else ""),
        ("Uitkomst", OUTCOMES.get(closing.outcome, "") if closing else ""),
        ("Nieuw voor de gemeente", (closing.novelty or "niet gevraagd") if closing else ""),
        ("Zorg of hulp", INTERVENTIONS.get(closing.intervention or "", "") if closing else ""),
        ("Gestart op", day(closing.started_on) if closing and closing.started_on else ""),
        ("Antwoord op de proef", ANSWERS.get(alert.answer or "", "")),
    ]
    return [(label, value) for label, value in facts if value]


def _remarks(alert: Alert) -> list[str]:
    if alert.state is State.WITHDRAWN:
        return [GONE]
    remarks = [START_LIST] if alert.start_list else []
    if alert.added_at:
        remarks.append(f"Nieuwe gebeurtenis toegevoegd: {moment(alert.added_at)}.")
    if alert.ended_at:
        remarks.append("Afgelopen: er kwamen geen nieuwe gebeurtenissen meer bij.")
    if len(alert.episodes) > 1:
        remarks.append("Na een rustige tijd kwamen er weer gebeurtenissen bij.")
    if alert.owner and alert.lead and alert.owner != alert.lead:
        remarks.append(f"De nieuwste gebeurtenis was in {municipality_name(alert.lead)}.")
    return remarks


def _place(text: str, alert: Alert) -> str:
    return text.format(municipality=municipality_name(alert.municipality))


def _row(item: Released) -> dict[str, str]:
    return {
        "day": day(item.day) if item.day else NOT_RELEASED,
        "group": GROUP_TEXT[item.group] if item.group else NOT_RELEASED,
        "group_slug": item.group or "",
        "type": item.type_name or NOT_RELEASED,
        "own": item.own or "",
    }


def _hidden(number: int) -> str:
    if not number:
        return ""
    return f"{counted(number, 'gebeurtenis telt', 'gebeurtenissen tellen')} mee, maar mag u niet zien."


def _rule_text(rule: Rule | None, alert: Alert, desk: WebDesk) -> Sequence[str]:
    if rule is None:
        return ["De regel achter deze attendering bestaat niet meer in het beleid van de regio."]
    return [rule_words.in_words(rule, alert.lead), rule_words.occurrence_in_words(desk.policy.region.occurrence)]


def _reference_text(alert: Alert, actor: Actor) -> str:
    if alert.owner and actor.coordinates(alert.owner):
        return f"Alleen {municipality_name(alert.owner)} kent de persoon onder dit kenmerk. Het is geen naam of nummer."
    return "Alleen de beoordelaars kennen de persoon onder dit kenmerk. Het is geen naam of nummer."


def _line(entry: Entry) -> dict[str, str]:
    return {
        "iso": entry.at.isoformat(),
        "at": moment(entry.at),
        "text": told(entry),
        "who": "" if entry.action in SENT_TEXT else entry.name,
    }
