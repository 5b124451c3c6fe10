"""What a contact request can ask, what can be answered, and what is said of a report that is not right: closed lists, code → Dutch (B1). Codes of answers and grounds are
those of the type `contactantwoord` (event_types.csv)."""

from vangnet_contract.taxonomy import full_type

CONTACT_ANSWER = full_type("beheer.contactantwoord")
RELEASE_OBJECTION = full_type("beheer.vrijgavebezwaar")
REPLIES = {CONTACT_ANSWER: "verzoek", RELEASE_OBJECTION: "melding"}
"""Types by which a partner answers the region, with the detail that says what it is about."""

DOUBTS = {
    "melding-onjuist": "Een beoordelaar denkt dat deze melding niet klopt. Kijk haar na en corrigeer haar of trek haar in.",
    "verkeerde-persoon": "Twee mensen van het netwerk zeggen dat deze melding over iemand anders gaat dan de koppeling dacht. "
    "Kijk de persoonsgegevens in uw melding na.",
}
"""What is said about an event to the partner that sent it."""

PURPOSES = {
    "contact-opnemen": "Neem contact op met de persoon van deze melding",
    "zorg-nagaan": "Ga na of de persoon zorg of hulp nodig heeft",
    "coordinator-bellen": "Bel de coördinator van de gemeente over deze melding",
}
ANSWERS = {
    "opgepakt": "Opgepakt",
    "geweigerd": "Geweigerd",
    "al-in-beeld": "De persoon was al in beeld",
    "verkeerde-persoon": "De melding gaat over iemand anders",
}
GROUNDS = {
    "geheimhouding": "Geheimhouding",
    "toestemming-ontbreekt": "Er is geen toestemming",
    "onderzoeksbelang": "Belang van een onderzoek",
    "niet-nodig": "Geen bijzonderheden",
    "anders": "Een andere reden",
}
