"""What a page says of a link decision: who asked what, what became of it, and which events it is about."""

from typing import Any

import msgspec
from vangnet_contract.dutch import counted, day, moment
from vangnet_contract.happening_words import GROUP_TEXT
from vangnet_contract.messages import Evidence

from vangnet_notifier.domain import story
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.apart import HOLDS, Apart, Said, Status
from vangnet_notifier.domain.release import Released
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.offers import link_forms

NOT_RELEASED = "niet vrijgegeven"
HEADINGS = {
    Status.ASKED: "Gaan de meldingen over één persoon?",
    Status.IN_FORCE: "De meldingen gaan niet over één persoon",
    Status.REFUSED: "De meldingen blijven bij elkaar",
    Status.REJOIN_ASKED: "Gaan de meldingen toch over één persoon?",
    Status.REJOINED: "De meldingen mogen weer bij elkaar",
}
EXPLAINED = {
    Status.ASKED: "Een tweede persoon moet dit bevestigen. Tot dan verandert er niets.",
    Status.IN_FORCE: "Vangnet houdt de doorgestreepte meldingen en de andere uit elkaar.",
    Status.REFUSED: "Er is niets veranderd.",
    Status.REJOIN_ASKED: "Een tweede persoon moet het terugdraaien bevestigen. Tot dan houdt Vangnet ze uit elkaar.",
    Status.REJOINED: "Het besluit is teruggedraaid. Vangnet kijkt weer zelf of de meldingen bij elkaar horen.",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `struck`: no longer of this person; `why` says so in words."""

    text: str
    struck: bool
    why: str


def markable(alert: Alert, desk: WebDesk, actor: Actor) -> dict[str, str]:
    """Handle → the event in words, for each that this reader may see."""
    named = story.by_handle(alert, desk.view(actor), desk.name_event)
    return {handle: in_words(item) for handle, _, item in named}


def section(alert: Alert, desk: WebDesk, actor: Actor) -> dict[str, Any] | None:
    """Values of _apart.html; None: there is no link decision."""
    apart = alert.apart
    if apart is None:
        return None
    sides = [_side(alert, items, desk, actor) for items in (apart.others, apart.rest)]
    hidden = sum(number for _, number in sides)
    return {
        "heading": HEADINGS[apart.status],
        "text": EXPLAINED[apart.status],
        "said": [f"{what} door {said.name}, {moment(said.at)}." for what, said in _said(apart)],
        "others": _lines(sides[0][0], apart.status in HOLDS, "gaat over iemand anders"),
        "rest": _lines(sides[1][0], False, ""),
        "hidden": f"{counted(hidden, 'gebeurtenis', 'gebeurtenissen')} mag u niet zien." if hidden else "",
        "gone": not apart.others,
        "forms": link_forms(alert, actor),
    }


def in_words(item: Released) -> str:
    """An event as far as it is released."""
    when = day(item.day) if item.day else f"datum {NOT_RELEASED}"
    group = GROUP_TEXT[item.group] if item.group else NOT_RELEASED
    own = f", uw melding {item.own}" if item.own else ""
    return f"{when}: {item.type_name or f'soort {NOT_RELEASED}'} ({group}){own}"


def _side(alert: Alert, items: tuple[Evidence, ...], desk: WebDesk, actor: Actor) -> tuple[list[str], int]:
    shown = story.in_order(alert.id, items, desk.view(actor), desk.name_event)
    return [in_words(item) for _, _, item in shown], len(items) - len(shown)


def _lines(texts: list[str], struck: bool, why: str) -> list[Line]:
    return [Line(text=text, struck=struck, why=why) for text in texts]


def _said(apart: Apart) -> list[tuple[str, Said]]:
    """Each word that was said, in order."""
    first = "Niet bevestigd" if apart.status is Status.REFUSED else "Bevestigd"
    second = "Terugdraaien bevestigd" if apart.status is Status.REJOINED else "Terugdraaien niet bevestigd"
    said = [
        ("Gevraagd", apart.asked),
        (first, apart.answered),
        ("Terugdraaien gevraagd", apart.rejoin_asked),
        (second, apart.rejoin_answered),
    ]
    return [(what, one) for what, one in said if one]
