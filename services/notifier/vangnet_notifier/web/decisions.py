"""What people decide, read from a form or JSON: a command, or every problem at once. One table of sub-resources for both doors."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec
from vangnet_contract.contact import PURPOSES
from vangnet_contract.outcomes import INTERVENTIONS, NOVELTY, OUTCOMES

from vangnet_notifier.domain.commands import (
    Acknowledge,
    AnswerTrial,
    ApproveContact,
    ApproveLink,
    AskContact,
    Assign,
    Begin,
    Close,
    Decision,
    Decline,
    FileUnder,
    HandOver,
    Mute,
    RefuseContact,
    RefuseLink,
    Rejoin,
    Release,
    Reopen,
)
from vangnet_notifier.domain.words import ANSWERS, DECLINE_REASONS, MUTE_DAYS
from vangnet_notifier.web.forms import Invalid, Wrong, number_in

RELEASE, DECLINE = "vrijgeven", "afwijzen"
APPROVE, REFUSE, REJOIN = "bevestigen", "niet-bevestigen", "terugdraaien"
LINKS: dict[str, type[Decision]] = {APPROVE: ApproveLink, REFUSE: RefuseLink, REJOIN: Rejoin}
MARKS = "anderePersoon"
URGENCY = {"nee": "Nee: eerst bevestigt een tweede persoon", "ja": "Ja: nu versturen, achteraf bevestigen"}
REVIEWS = {RELEASE: "Vrijgeven", DECLINE: "Afwijzen"}
MOST_MARKS = 2000
LONGEST = 200  # characters of a field


class Sent:
    """The fields of one form; `problems` grows while they are read."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.problems: list[Wrong] = []
        self.seen = number_in(fields.get("versie"), "versie", 1_000_000_000, self.problems)

    def choice(self, name: str, offered: Mapping[str, str], optional: bool = False) -> str:
        """One of the codes; an optional one may be empty or absent."""
        value = self._fields.get(name)
        if optional and value in (None, ""):
            return ""
        if not isinstance(value, str) or value not in offered:
            self.problems.append(Wrong(name, f"kies uit {', '.join(offered)}"))
            return ""
        return value

    def text(self, name: str) -> str:
        """A short text; what it must look like is for the domain."""
        value = self._fields.get(name, "")
        if not isinstance(value, str) or len(value) > LONGEST:
            self.problems.append(Wrong(name, "is geen korte tekst"))
            return ""
        return value.strip()

    def marks(self) -> tuple[str, ...]:
        """The events that are about somebody else, by handle."""
        value = self._fields.get(MARKS, [])
        marks = value if isinstance(value, list) else [value]
        if len(marks) > MOST_MARKS or not all(isinstance(mark, str) and len(mark) <= LONGEST for mark in marks):
            self.problems.append(Wrong(MARKS, "is geen lijst van gebeurtenissen"))
            return ()
        return tuple(dict.fromkeys(mark for mark in marks if mark))

    def day(self, name: str) -> date | None:
        """A date as jjjj-mm-dd, or nothing."""
        value = self._fields.get(name)
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(value)
        except (ValueError, TypeError):
            self.problems.append(Wrong(name, "geef een datum als jjjj-mm-dd"))
            return None


def _review(sent: Sent) -> Decision:
    decision = sent.choice("besluit", REVIEWS)
    if decision != DECLINE:
        return Release(seen=sent.seen)
    return Decline(seen=sent.seen, choice=sent.choice("reden", DECLINE_REASONS), marked=sent.marks())


def _closing(sent: Sent) -> Decision:
    return Close(
        seen=sent.seen,
        outcome=sent.choice("uitkomst", OUTCOMES),
        novelty=sent.choice("nieuw", NOVELTY),
        intervention=sent.choice("interventie", INTERVENTIONS, optional=True) or None,
        started_on=sent.day("begonnenOp"),
        marked=sent.marks(),
    )


def _link(sent: Sent) -> Decision:
    decision = sent.choice("besluit", dict.fromkeys(LINKS, ""))
    return LINKS.get(decision, RefuseLink)(seen=sent.seen)


def _contact(sent: Sent) -> Decision:
    return AskContact(
        seen=sent.seen,
        event=sent.text("gebeurtenis"),
        purpose=sent.choice("doel", PURPOSES),
        ground=sent.text("grondslag"),
        urgent=sent.choice("dringend", URGENCY) == "ja",
    )


def _contact_decision(sent: Sent) -> Decision:
    kind = ApproveContact if sent.choice("besluit", dict.fromkeys((APPROVE, REFUSE), "")) == APPROVE else RefuseContact
    return kind(seen=sent.seen, request=sent.text("verzoek"))


class Door(msgspec.Struct, frozen=True):
    """One sub-resource of an alert: what it is called in the API, how it is read, which fields it has beside `versie`."""

    summary: str
    read: Callable[[Sent], Decision]
    fields: tuple[str, ...] = ()


DOORS: dict[str, Door] = {
    "beoordelingen": Door("Vrijgeven of afwijzen", _review, ("besluit", "reden", MARKS)),
    "proefantwoorden": Door(
        "Had deze schaduwattendering geholpen?",
        lambda sent: AnswerTrial(seen=sent.seen, choice=sent.choice("antwoord", ANSWERS)),
        ("antwoord",),
    ),
    "bevestigingen": Door("Ontvangst bevestigen", lambda sent: Acknowledge(seen=sent.seen)),
    "behandelingen": Door("In behandeling nemen, ook na uitstel", lambda sent: Begin(seen=sent.seen)),
    "toewijzingen": Door(
        "Toewijzen aan een coördinator van de gemeente",
        lambda sent: Assign(seen=sent.seen, to=sent.text("aan")),
        ("aan",),
    ),
    "overdrachten": Door(
        "Overdragen aan een andere gemeente",
        lambda sent: HandOver(seen=sent.seen, to=sent.text("gemeente")),
        ("gemeente",),
    ),
    "uitstellen": Door(
        "Uitstellen",
        lambda sent: Mute(
            seen=sent.seen, days=int(sent.choice("dagen", {str(d): t for d, t in MUTE_DAYS.items()}) or 0)
        ),
        ("dagen",),
    ),
    "dossiernummers": Door(
        "Eigen dossiernummer invullen",
        lambda sent: FileUnder(seen=sent.seen, reference=sent.text("dossiernummer")),
        ("dossiernummer",),
    ),
    "sluitingen": Door("Sluiten", _closing, ("uitkomst", "nieuw", "interventie", "begonnenOp", MARKS)),
    "koppelbesluiten": Door("Een koppelbesluit bevestigen, niet bevestigen of laten terugdraaien", _link, ("besluit",)),
    "contactverzoeken": Door(
        "Een ketenpartner vragen om contact op te nemen", _contact, ("gebeurtenis", "doel", "grondslag", "dringend")
    ),
    "contactbesluiten": Door("Een contactverzoek bevestigen of niet", _contact_decision, ("besluit", "verzoek")),
    "heropeningen": Door("Heropenen", lambda sent: Reopen(seen=sent.seen)),
}


def read_decision(sub: str, fields: Mapping[str, Any]) -> Decision:
    """The command that was sent to this sub-resource. Raises Invalid with every problem."""
    sent = Sent(fields)
    command = DOORS[sub].read(sent)
    if sent.problems:
        raise Invalid(sent.problems)
    return command
