"""The closed lists of this service, each with the Dutch (B1) that people read. Codes go into the database and the API."""

from enum import StrEnum


class State(StrEnum):
    """Where an alert is in its life."""

    SHADOW = "shadow"
    CANDIDATE = "candidate"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can happen to an alert. The first eight are the system's, the last four a person's."""

    ATTACH = "attach"
    PROMOTE = "promote"
    DEMOTE = "demote"
    DROP = "drop"
    END = "end"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    RAISE = "raise"
    RELEASE = "release"
    DECLINE = "decline"
    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"


class Reason(StrEnum):
    """Why a command was refused."""

    NOT_REVIEWER = "not-reviewer"
    NOT_ON_DUTY = "not-on-duty"
    NOT_COORDINATOR = "not-coordinator"
    NOT_THE_SYSTEM = "not-the-system"
    SHADOW = "shadow"
    NOT_RELEASED = "not-released"
    NOT_ACKNOWLEDGED = "not-acknowledged"
    ALREADY_REVIEWED = "already-reviewed"
    ALREADY_ESCALATED = "already-escalated"
    ALREADY_ACKNOWLEDGED = "already-acknowledged"
    ALREADY_CLOSED = "already-closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CHANGED_MEANWHILE = "changed-meanwhile"
    UNKNOWN_CHOICE = "unknown-choice"
    NO_MUNICIPALITY = "no-municipality"


class Kind(StrEnum):
    """Why a mail is sent."""

    CANDIDATE = "candidate"
    ESCALATION = "escalation"
    RELEASED = "released"
    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.SHADOW, State.CANDIDATE, State.RELEASED, State.ACKNOWLEDGED})

STATE_TEXT = {
    State.SHADOW: "schaduw",
    State.CANDIDATE: "te beoordelen",
    State.RELEASED: "vrijgegeven",
    State.ACKNOWLEDGED: "bevestigd",
    State.CLOSED: "gesloten",
    State.DECLINED: "afgewezen",
    State.WITHDRAWN: "ingetrokken",
}

# The value of `status` in addresses and in the API
STATE_SLUG = {
    State.SHADOW: "schaduw",
    State.CANDIDATE: "kandidaat",
    State.RELEASED: "vrijgegeven",
    State.ACKNOWLEDGED: "bevestigd",
    State.CLOSED: "gesloten",
    State.DECLINED: "afgewezen",
    State.WITHDRAWN: "ingetrokken",
}

REASON_TEXT = {
    Reason.NOT_REVIEWER: "Alleen een beoordelaar kan dit doen.",
    Reason.NOT_ON_DUTY: "Alleen een beoordelaar die dienst heeft, kan dit doen.",
    Reason.NOT_COORDINATOR: "Alleen een coördinator van de gemeente van deze attendering kan dit doen.",
    Reason.NOT_THE_SYSTEM: "Dit doet alleen het systeem.",
    Reason.SHADOW: "Dit is een schaduwattendering. U kunt hier nog niets beslissen.",
    Reason.NOT_RELEASED: "Deze attendering is nog niet vrijgegeven.",
    Reason.NOT_ACKNOWLEDGED: "Bevestig eerst de ontvangst. Daarna kunt u de attendering sluiten.",
    Reason.ALREADY_REVIEWED: "Deze attendering is al beoordeeld.",
    Reason.ALREADY_ESCALATED: "De achterwacht heeft al bericht gekregen.",
    Reason.ALREADY_ACKNOWLEDGED: "De ontvangst van deze attendering is al bevestigd.",
    Reason.ALREADY_CLOSED: "Deze attendering is al gesloten.",
    Reason.DECLINED: "Deze attendering is afgewezen.",
    Reason.WITHDRAWN: "Deze attendering is ingetrokken. Gebruik haar niet meer.",
    Reason.CHANGED_MEANWHILE: "De attendering is veranderd sinds u de pagina opende. Bekijk haar opnieuw en beslis dan.",
    Reason.UNKNOWN_CHOICE: "Kies een van de redenen uit de lijst.",
    Reason.NO_MUNICIPALITY: "Er is geen gemeente bekend waar deze attendering heen kan.",
}

ACTION_TEXT = {
    Action.RAISE: "Attendering ontstaan",
    Action.ATTACH: "Nieuwe gebeurtenis toegevoegd",
    Action.PROMOTE: "Van schaduw naar beoordeling",
    Action.DEMOTE: "Terug naar schaduw: de regel draait op proef waar de nieuwste gebeurtenis was",
    Action.DROP: "Gebeurtenis ingetrokken of gewijzigd",
    Action.END: "Afgelopen: er kwam geen nieuwe gebeurtenis bij",
    Action.WITHDRAW: "Ingetrokken: de meldingen erachter kloppen niet meer",
    Action.ESCALATE: "Niet op tijd beoordeeld: achterwacht ingelicht",
    Action.RELEASE: "Vrijgegeven",
    Action.DECLINE: "Afgewezen",
    Action.ACKNOWLEDGE: "Ontvangst bevestigd",
    Action.CLOSE: "Gesloten",
}

DECLINE_REASONS = {
    "al-bekend": "De situatie is al bekend bij het netwerk",
    "weinig-aanleiding": "De meldingen geven te weinig aanleiding",
    "melding-onjuist": "Een van de meldingen klopt niet",
    "verkeerde-persoon": "De meldingen gaan niet over één persoon",
}

CLOSING_REASONS = {
    "contact-gelegd": "Er is contact gelegd",
    "zorg-gestart": "Er is zorg of hulp gestart",
    "al-in-zorg": "Er was al zorg of hulp",
    "niet-bereikt": "Het lukte niet om contact te krijgen",
    "niets-nodig": "Er is nu niets nodig",
    "niet-nuttig": "De attendering hielp niet",
    "verkeerde-persoon": "De meldingen gaan niet over één persoon",
}
