"""An access request (article 15 of the GDPR): which alerts are about somebody, and whom they went to."""

from collections.abc import Iterable, Mapping

import msgspec
from vangnet_contract.messages import AccessAsked, HeldAlert, HeldAsked, HeldTold

from vangnet_notifier.domain.actors import SYSTEM
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.trail import EXPORT, Entry

ACCESS = "inzage"


class Passed(msgspec.Struct, frozen=True):
    """Whom an alert went to: what was sent, and how many officials opened its page."""

    told: tuple[HeldTold, ...] = ()
    opened_by: int = 0


NOBODY = Passed()


def about(person: str | None, alerts: Iterable[Alert], of_signal: Mapping[str, str]) -> list[Alert]:
    """The alerts about a person, also those that one of them took the place of: then it was known by another name.
    `of_signal`: signal → alert."""
    every = {alert.id: alert for alert in alerts}
    found: set[str] = set()
    more = {alert.id for alert in every.values() if alert.person == person}
    while more:
        found |= more
        before = (a for a in every.values() if a.successor and of_signal.get(a.successor) in found)
        more = {alert.id for alert in before} - found
    return sorted((every[name] for name in found), key=lambda alert: (alert.raised_at, alert.id))


def held(alert: Alert, passed: Passed) -> HeldAlert:
    """What the desk holds of one alert."""
    return HeldAlert(
        alert=alert.id,
        rule=alert.rule,
        state=str(alert.state),
        raised_at=alert.raised_at,
        municipality=alert.municipality,
        outcome=alert.closing.outcome if alert.closing else None,
        events=[item.event for item in alert.evidence],
        told=list(passed.told),
        opened_by=passed.opened_by,
        asked=[
            HeldAsked(at=contact.sent_at, partner=contact.partner, purpose=contact.purpose)
            for contact in alert.contacts
            if contact.sent_at
        ],
    )


def exported(alert: Alert, asked: AccessAsked) -> Entry:
    """The line in the trail: it was told to the desk that asked."""
    return Entry(
        alert=alert.id,
        at=asked.at,
        user=SYSTEM.user,
        name=SYSTEM.name,
        action=EXPORT,
        choice=ACCESS,
        recipient=asked.partner,
    )
