"""Reason codes: every way in which an event can be refused, at which door, and what the sender is told.

A problem names the field and the rule, never the value: a value may be an identifier.
"""

from enum import StrEnum
from typing import Literal, NamedTuple

Door = Literal["ingest", "linker"]


class Reason(StrEnum):
    """Named as they stand in feedback, metrics and problem+json."""

    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    DUPLICATE_MEMBER = "duplicate-member"
    UNKNOWN_MEMBER = "unknown-member"
    MISSING_MEMBER = "missing-member"
    WRONG_VALUE = "wrong-value"
    UNKNOWN_TYPE = "unknown-type"
    TYPE_NOT_ALLOWED = "type-not-allowed"
    RIGHTS_DESK_ONLY = "rights-desk-only"
    NO_ANSWER_KEY = "no-answer-key"
    NO_BASIS = "no-basis"
    SOURCE_NOT_YOURS = "source-not-yours"
    IDENTITY_NOT_ALLOWED = "identity-not-allowed"
    TIME_INVALID = "time-invalid"
    TIME_IN_FUTURE = "time-in-future"
    BEFORE_HORIZON = "before-horizon"
    UNKNOWN_MUNICIPALITY = "unknown-municipality"
    DISTRICT_INVALID = "district-invalid"
    DETAILS_INVALID = "details-invalid"
    IDENTIFIER_IN_CLEAR = "identifier-in-clear"
    CORRECTION_INVALID = "correction-invalid"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_INVALID = "signature-invalid"
    KEY_UNKNOWN = "key-unknown"
    KEY_EXPIRED = "key-expired"
    KEY_OF_OTHER_PARTNER = "key-of-other-partner"
    SEAL_KEY_UNKNOWN = "seal-key-unknown"
    SEAL_TRUNCATED = "seal-truncated"
    SEAL_OVERSIZED = "seal-oversized"
    SCHEME_UNKNOWN = "scheme-unknown"
    EPOCH_UNKNOWN = "epoch-unknown"
    SEAL_NOT_OPENABLE = "seal-not-openable"
    SEAL_LAYOUT = "seal-layout"
    TOKENS_EMPTY = "tokens-empty"
    ID_REUSED = "id-reused"
    ROOT_MISSING = "root-missing"
    ALREADY_RETRACTED = "already-retracted"
    TYPE_OF_ROOT_DIFFERS = "type-of-root-differs"
    CANNOT_BE_PROCESSED = "cannot-be-processed"


class Problem(NamedTuple):
    """One rule that an event breaks: `field` is a path such as `data.municipality`, "" for the event itself."""

    reason: Reason
    field: str
    rule: str


# What people at the partner read (Dutch, B1). One sentence: what is wrong and what to do.
EXPLANATIONS: dict[Reason, str] = {
    Reason.TOO_LARGE: "De melding is groter dan 64 KiB.",
    Reason.NOT_JSON: "De melding is geen geldige JSON in UTF-8.",
    Reason.DUPLICATE_MEMBER: "Een veld staat er twee keer in. Stuur elk veld één keer.",
    Reason.UNKNOWN_MEMBER: "Dit veld kennen we niet. Laat het weg.",
    Reason.MISSING_MEMBER: "Een verplicht veld ontbreekt.",
    Reason.WRONG_VALUE: "De waarde van dit veld heeft niet de juiste vorm.",
    Reason.UNKNOWN_TYPE: "Dit soort melding bestaat niet.",
    Reason.TYPE_NOT_ALLOWED: "U mag dit soort melding niet sturen volgens de afspraken van de regio.",
    Reason.RIGHTS_DESK_ONLY: "Alleen een loket voor rechten van betrokkenen mag dit soort melding sturen.",
    Reason.NO_ANSWER_KEY: "De regio heeft geen geldige sleutel om u het antwoord versleuteld te sturen. Geef een sleutel door aan de beheerder.",
    Reason.NO_BASIS: "Voor deze melding is geen geldige grondslag opgegeven.",
    Reason.SOURCE_NOT_YOURS: "Deze bron hoort niet bij uw organisatie.",
    Reason.IDENTITY_NOT_ALLOWED: "Bij dit soort melding mag u geen persoon meesturen.",
    Reason.TIME_INVALID: "Dit is geen datum en tijd met tijdzone (RFC 3339).",
    Reason.TIME_IN_FUTURE: "Het tijdstip ligt in de toekomst.",
    Reason.BEFORE_HORIZON: "De gebeurtenis is te lang geleden.",
    Reason.UNKNOWN_MUNICIPALITY: "Deze gemeentecode bestaat niet of ontbreekt.",
    Reason.DISTRICT_INVALID: "De wijk hoort niet bij de gemeente, of mag bij dit soort melding niet mee.",
    Reason.DETAILS_INVALID: "Een detail ontbreekt, of heeft een waarde die niet op de lijst staat.",
    Reason.IDENTIFIER_IN_CLEAR: "In dit veld staat iets dat op een persoonsgegeven lijkt. Dat mag niet leesbaar worden verstuurd.",
    Reason.CORRECTION_INVALID: "De correctie of intrekking is niet goed opgebouwd.",
    Reason.SIGNATURE_MISSING: "De handtekening ontbreekt.",
    Reason.SIGNATURE_INVALID: "De handtekening klopt niet: de melding is na het ondertekenen veranderd of met een andere sleutel getekend.",
    Reason.KEY_UNKNOWN: "De sleutel van de handtekening is niet bekend.",
    Reason.KEY_EXPIRED: "De sleutel van de handtekening is niet (meer) geldig.",
    Reason.KEY_OF_OTHER_PARTNER: "De sleutel van de handtekening is van een andere organisatie.",
    Reason.SEAL_KEY_UNKNOWN: "De persoon is versleuteld voor een onbekende sleutel. Haal de huidige sleutel op.",
    Reason.SEAL_TRUNCATED: "De versleutelde persoon is te kort.",
    Reason.SEAL_OVERSIZED: "De versleutelde persoon is te lang.",
    Reason.SCHEME_UNKNOWN: "Dit tokenschema kennen we niet.",
    Reason.EPOCH_UNKNOWN: "Deze sleutelperiode kennen we niet.",
    Reason.SEAL_NOT_OPENABLE: "De versleutelde persoon hoort niet bij deze melding, of is voor een andere sleutel versleuteld.",
    Reason.SEAL_LAYOUT: "De inhoud van de versleutelde persoon is niet goed opgebouwd.",
    Reason.TOKENS_EMPTY: "De versleutelde persoon bevat geen enkel bruikbaar gegeven. Stuur de melding dan zonder persoon.",
    Reason.ID_REUSED: "Dit kenmerk is al gebruikt voor een andere melding.",
    Reason.ROOT_MISSING: "De melding die u corrigeert of intrekt is niet gekomen.",
    Reason.ALREADY_RETRACTED: "Deze melding is al ingetrokken. Een intrekking is definitief.",
    Reason.TYPE_OF_ROOT_DIFFERS: "Een intrekking houdt het soort van de oorspronkelijke melding.",
    Reason.CANNOT_BE_PROCESSED: "De melding kon door een fout bij ons niet worden verwerkt. De beheerder is gewaarschuwd.",
}
