"""What a page says of contact requests: what was asked about which event, by whom, and what the partner answered."""

from typing import Any

from vangnet_contract.contact import PURPOSES
from vangnet_contract.dutch import moment

from vangnet_notifier.domain import story
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.contact import Contact, reply_text
from vangnet_notifier.web.apart import in_words
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.offers import contact_forms


def contacts(alert: Alert, desk: WebDesk, actor: Actor) -> list[dict[str, Any]]:
    """Values of _contacts.html, in the order in which they were asked."""
    shown = {item.event: in_words(said) for _, item, said in story.by_handle(alert, desk.view(actor), desk.name_event)}
    grounds = {basis.code: basis.name for basis in desk.policy.grondslagen}
    return [
        {
            "purpose": PURPOSES.get(one.purpose, one.purpose),
            "ground": grounds.get(one.ground, one.ground),
            "event": shown.get(one.event, "een melding die u niet mag zien")
            if one.event
            else "de melding telt niet meer",
            "said": _said(one),
            "status": status(one),
            "forms": contact_forms(alert, one.id, actor),
        }
        for one in alert.contacts
    ]


def status(one: Contact) -> str:
    """Where it stands, in one sentence."""
    if one.ended_at:
        return "Ingetrokken." if one.sent_at else "Niet verstuurd."
    if one.answer:
        return f"Antwoord: {reply_text(one.answer)}."
    if one.sent_at is None:
        return "Wacht op een tweede persoon. Nog niet verstuurd."
    late = "Het antwoord is te laat: het moest er zijn op" if one.overdue_at else "Wacht op antwoord tot"
    return f"{late} {moment(one.answer_by)}." if one.answer_by else "Wacht op antwoord."


def _said(one: Contact) -> list[str]:
    """Each step, in order."""
    lines = [f"Gevraagd door {one.asked.name}, {moment(one.asked.at)}." + (" Dringend." if one.urgent else "")]
    if one.sent_at:
        lines.append(f"Verstuurd aan de ketenpartner, {moment(one.sent_at)}.")
    if one.second:
        lines.append(
            f"{'Bevestigd' if one.agreed else 'Niet bevestigd'} door {one.second.name}, {moment(one.second.at)}."
        )
    elif one.approve_by and one.pending:
        missed = (
            "Niet op tijd bevestigd: dat moest voor" if one.late_at else "Een tweede persoon moet dit bevestigen voor"
        )
        lines.append(f"{missed} {moment(one.approve_by)}.")
    return lines
