"""The closed lists of this service, each with the Dutch (B1) that people read. Codes go into the database and the API."""

from enum import StrEnum

from vangnet_contract.contact import ANSWERS as CONTACT_ANSWERS
from vangnet_contract.contact import PURPOSES
from vangnet_contract.outcomes import OUTCOMES


class State(StrEnum):
    """Where an alert is in its life."""

    SHADOW = "shadow"
    CANDIDATE = "candidate"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in-progress"
    MUTED = "muted"
    CLOSED = "closed"
    REOPENED = "reopened"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can happen to an alert. Those up to RAISE are the system's, the others a person's."""

    ATTACH = "attach"
    PROMOTE = "promote"
    DEMOTE = "demote"
    DROP = "drop"
    END = "end"
    WITHDRAW = "withdraw"
    TELL = "tell"
    ESCALATE = "escalate"
    CHASE = "chase"
    WAKE = "wake"
    FORGET = "forget"
    CONTACT_ANSWER = "contact-answer"
    CONTACT_LATE = "contact-late"
    CONTACT_OVERDUE = "contact-overdue"
    RAISE = "raise"
    RELEASE = "release"
    DECLINE = "decline"
    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"
    BEGIN = "begin"
    ASSIGN = "assign"
    HAND_OVER = "hand-over"
    MUTE = "mute"
    FILE = "file"
    CLOSE = "close"
    REOPEN = "reopen"
    APPROVE_LINK = "approve-link"
    REFUSE_LINK = "refuse-link"
    REJOIN = "rejoin"
    CONTACT = "contact"
    APPROVE_CONTACT = "approve-contact"
    REFUSE_CONTACT = "refuse-contact"


class Reason(StrEnum):
    """Why a command was refused."""

    NOT_REVIEWER = "not-reviewer"
    NOT_ON_DUTY = "not-on-duty"
    NOT_COORDINATOR = "not-coordinator"
    NOT_THE_SYSTEM = "not-the-system"
    SHADOW = "shadow"
    NOT_SHADOW = "not-shadow"
    NOT_RELEASED = "not-released"
    NOT_ACKNOWLEDGED = "not-acknowledged"
    NOT_MUTED = "not-muted"
    NOT_CLOSED = "not-closed"
    ALREADY_REVIEWED = "already-reviewed"
    ALREADY_TOLD = "already-told"
    ALREADY_ESCALATED = "already-escalated"
    ALREADY_CHASED = "already-chased"
    ALREADY_ACKNOWLEDGED = "already-acknowledged"
    ALREADY_IN_PROGRESS = "already-in-progress"
    ALREADY_MUTED = "already-muted"
    ALREADY_CLOSED = "already-closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CHANGED_MEANWHILE = "changed-meanwhile"
    UNKNOWN_CHOICE = "unknown-choice"
    NO_MUNICIPALITY = "no-municipality"
    SAME_MUNICIPALITY = "same-municipality"
    NOT_A_COLLEAGUE = "not-a-colleague"
    NEWER_OPEN = "newer-open"
    INTERVENTION_MISSING = "intervention-missing"
    INTERVENTION_UNASKED = "intervention-unasked"
    IMPOSSIBLE_DATE = "impossible-date"
    REFERENCE_MALFORMED = "reference-malformed"
    REFERENCE_IDENTIFIES = "reference-identifies"
    NOT_INVOLVED = "not-involved"
    SECOND_PERSON = "second-person"
    NOTHING_ASKED = "nothing-asked"
    NOT_APART = "not-apart"
    LINK_IN_FORCE = "link-in-force"
    MARK_EVENTS = "mark-events"
    MARKS_UNASKED = "marks-unasked"
    MARK_REPORTS = "mark-reports"
    TOO_MANY_PAIRS = "too-many-pairs"
    CONTACT_OPEN = "contact-open"
    CONTACT_OVER = "contact-over"


class Kind(StrEnum):
    """Why a mail is sent."""

    CANDIDATE = "candidate"
    LIST = "list"
    MANY = "many"
    DIGEST = "digest"
    ESCALATION = "escalation"
    RELEASED = "released"
    HANDED_OVER = "handed-over"
    ASSIGNED = "assigned"
    CHASED = "chased"
    RETURNED = "returned"
    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    SECOND = "second"
    ANSWERED = "answered"
    UNAPPROVED = "unapproved"
    OVERDUE = "overdue"


OVER = frozenset({State.CLOSED, State.DECLINED, State.WITHDRAWN})
OPEN = frozenset(State) - OVER
AT_WORK = (State.RELEASED, State.REOPENED, State.ACKNOWLEDGED, State.IN_PROGRESS)
"""What waits for coordinators."""
TO_DO = (State.CANDIDATE, State.RELEASED, State.REOPENED, State.ACKNOWLEDGED, State.IN_PROGRESS)
"""Open, and waiting for somebody now: not on trial, not muted."""

STATE_TEXT = {
    State.SHADOW: "schaduw",
    State.CANDIDATE: "te beoordelen",
    State.RELEASED: "vrijgegeven",
    State.ACKNOWLEDGED: "bevestigd",
    State.IN_PROGRESS: "in behandeling",
    State.MUTED: "uitgesteld",
    State.CLOSED: "gesloten",
    State.REOPENED: "heropend",
    State.DECLINED: "afgewezen",
    State.WITHDRAWN: "ingetrokken",
}

# The value of `status` in addresses and in the API
STATE_SLUG = {
    State.SHADOW: "schaduw",
    State.CANDIDATE: "kandidaat",
    State.RELEASED: "vrijgegeven",
    State.ACKNOWLEDGED: "bevestigd",
    State.IN_PROGRESS: "in-behandeling",
    State.MUTED: "uitgesteld",
    State.CLOSED: "gesloten",
    State.REOPENED: "heropend",
    State.DECLINED: "afgewezen",
    State.WITHDRAWN: "ingetrokken",
}

REASON_TEXT = {
    Reason.NOT_REVIEWER: "Alleen een beoordelaar kan dit doen.",
    Reason.NOT_ON_DUTY: "Alleen een beoordelaar die dienst heeft, kan dit doen.",
    Reason.NOT_COORDINATOR: "Alleen een coördinator van de gemeente van deze attendering kan dit doen.",
    Reason.NOT_THE_SYSTEM: "Dit doet alleen het systeem.",
    Reason.SHADOW: "Dit is een schaduwattendering. U kunt hier nog niets beslissen.",
    Reason.NOT_SHADOW: "Dit is geen schaduwattendering meer. Beslis op de gewone manier.",
    Reason.NOT_RELEASED: "Deze attendering is nog niet vrijgegeven.",
    Reason.NOT_ACKNOWLEDGED: "Bevestig eerst de ontvangst. Daarna kunt u verder.",
    Reason.NOT_MUTED: "Deze attendering is niet uitgesteld.",
    Reason.NOT_CLOSED: "Deze attendering is niet gesloten.",
    Reason.ALREADY_REVIEWED: "Deze attendering is al beoordeeld.",
    Reason.ALREADY_TOLD: "De beoordelaars hebben al bericht gekregen.",
    Reason.ALREADY_ESCALATED: "De achterwacht heeft al bericht gekregen.",
    Reason.ALREADY_CHASED: "De coördinatoren hebben al een herinnering gekregen.",
    Reason.ALREADY_ACKNOWLEDGED: "De ontvangst van deze attendering is al bevestigd.",
    Reason.ALREADY_IN_PROGRESS: "Deze attendering is al in behandeling.",
    Reason.ALREADY_MUTED: "Deze attendering is uitgesteld. Neem haar eerst weer in behandeling.",
    Reason.ALREADY_CLOSED: "Deze attendering is al gesloten.",
    Reason.DECLINED: "Deze attendering is afgewezen.",
    Reason.WITHDRAWN: "Deze attendering is ingetrokken. Gebruik haar niet meer.",
    Reason.CHANGED_MEANWHILE: "De attendering is veranderd sinds u de pagina opende. Bekijk haar opnieuw en beslis dan.",
    Reason.UNKNOWN_CHOICE: "Kies een van de mogelijkheden uit de lijst.",
    Reason.NO_MUNICIPALITY: "Er is geen gemeente bekend waar deze attendering heen kan.",
    Reason.SAME_MUNICIPALITY: "Deze attendering is al van die gemeente.",
    Reason.NOT_A_COLLEAGUE: "Deze persoon is geen coördinator van de gemeente van deze attendering.",
    Reason.NEWER_OPEN: "Er is al een nieuwere attendering over deze persoon met deze regel. Ga daar verder.",
    Reason.INTERVENTION_MISSING: "Kies welke zorg of hulp er is gestart en vanaf welke dag.",
    Reason.INTERVENTION_UNASKED: "Bij deze uitkomst hoort geen zorg of hulp met een begindatum.",
    Reason.IMPOSSIBLE_DATE: "De begindatum moet tussen een jaar geleden en twee maanden vooruit liggen.",
    Reason.REFERENCE_MALFORMED: "Een dossiernummer bestaat uit hoogstens 64 letters, cijfers en . _ : / - zonder spaties.",
    Reason.REFERENCE_IDENTIFIES: "Dit lijkt een nummer, datum of adres van een persoon. Gebruik alleen uw eigen dossiernummer.",
    Reason.NOT_INVOLVED: "Alleen een beoordelaar of een coördinator van de gemeente van deze attendering kan dit doen.",
    Reason.SECOND_PERSON: "U vroeg dit zelf. Iemand anders moet het bevestigen.",
    Reason.NOTHING_ASKED: "Er wacht hier niets op een tweede persoon.",
    Reason.NOT_APART: "Er geldt geen koppelbesluit dat u kunt laten terugdraaien.",
    Reason.LINK_IN_FORCE: "Er is al een koppelbesluit over deze meldingen. Laat dat eerst terugdraaien.",
    Reason.MARK_EVENTS: "Kruis aan welke gebeurtenissen over iemand anders gaan: ten minste één, en niet allemaal.",
    Reason.MARKS_UNASKED: "U kruiste gebeurtenissen aan. Dat hoort alleen bij: een melding klopt niet, of gaat over iemand anders.",
    Reason.MARK_REPORTS: "Kruis aan welke meldingen niet kloppen. De ketenpartner krijgt dan bericht.",
    Reason.CONTACT_OPEN: "Er loopt al een contactverzoek over deze melding.",
    Reason.CONTACT_OVER: "Dit contactverzoek geldt niet meer.",
    Reason.TOO_MANY_PAIRS: "Dit zijn te veel gebeurtenissen voor één besluit. Vraag uw beheerder om hulp.",
}

ACTION_TEXT = {
    Action.RAISE: "Attendering ontstaan",
    Action.ATTACH: "Nieuwe gebeurtenis toegevoegd",
    Action.PROMOTE: "Van schaduw naar beoordeling",
    Action.DEMOTE: "Terug naar schaduw: de regel draait op proef waar de nieuwste gebeurtenis was",
    Action.DROP: "Gebeurtenis ingetrokken of gewijzigd",
    Action.END: "Afgelopen: er kwam geen nieuwe gebeurtenis bij",
    Action.WITHDRAW: "Ingetrokken: de meldingen erachter kloppen niet meer",
    Action.TELL: "Aan de beoordelaars gemeld",
    Action.ESCALATE: "Niet op tijd beoordeeld: achterwacht ingelicht",
    Action.CHASE: "Niet op tijd bevestigd: herinnering gestuurd",
    Action.WAKE: "Uitstel voorbij",
    Action.FORGET: "Meldingen achter het koppelbesluit gewist; het kan niet meer worden teruggedraaid",
    Action.CONTACT_ANSWER: "Antwoord van een ketenpartner op een contactverzoek",
    Action.CONTACT_LATE: "Dringend contactverzoek niet op tijd bevestigd: achterwacht ingelicht",
    Action.CONTACT_OVERDUE: "Ketenpartner heeft niet op tijd geantwoord op een contactverzoek",
    Action.RELEASE: "Vrijgegeven",
    Action.DECLINE: "Afgewezen",
    Action.ANSWER: "Proef beantwoord",
    Action.ACKNOWLEDGE: "Ontvangst bevestigd",
    Action.BEGIN: "In behandeling genomen",
    Action.ASSIGN: "Toegewezen",
    Action.HAND_OVER: "Overgedragen",
    Action.MUTE: "Uitgesteld",
    Action.FILE: "Eigen dossiernummer ingevuld",
    Action.CLOSE: "Gesloten",
    Action.REOPEN: "Heropend",
    Action.APPROVE_LINK: "Koppelbesluit bevestigd",
    Action.REFUSE_LINK: "Koppelbesluit niet bevestigd",
    Action.REJOIN: "Gevraagd om het koppelbesluit terug te draaien",
    Action.CONTACT: "Contactverzoek gedaan",
    Action.APPROVE_CONTACT: "Contactverzoek bevestigd",
    Action.REFUSE_CONTACT: "Contactverzoek niet bevestigd",
}

DECLINE_REASONS = {
    "al-bekend": "De situatie is al bekend bij het netwerk",
    "weinig-aanleiding": "De meldingen geven te weinig aanleiding",
    "melding-onjuist": "Een van de meldingen klopt niet",
    "verkeerde-persoon": "De meldingen gaan niet over één persoon",
    "bezwaar-ketenpartner": "Een ketenpartner maakt bezwaar tegen vrijgave",
}

ANSWERS = {
    "ja": "Ja, dit had geholpen",
    "al-bekend": "Nee, dit was al bekend",
    "nee": "Nee, dit had niet geholpen",
}
"""To the question of a rule on trial: would this have helped?"""

LINK_CHOICES = {
    "in-force": "de meldingen gaan niet over één persoon",
    "refused": "er verandert niets",
    "rejoined": "de meldingen mogen weer bij elkaar",
}

MUTE_DAYS = {1: "1 dag", 3: "3 dagen", 7: "1 week", 28: "4 weken"}

CHOICES: dict[str, dict[str, str]] = {
    Action.DECLINE: DECLINE_REASONS,
    Action.ANSWER: ANSWERS,
    Action.CLOSE: OUTCOMES,
    Action.CONTACT: PURPOSES,
    Action.CONTACT_ANSWER: CONTACT_ANSWERS,
    Action.APPROVE_LINK: LINK_CHOICES,
    Action.REFUSE_LINK: LINK_CHOICES,
}
"""The text of what stands in the trail as `choice`, for each action that has one."""
