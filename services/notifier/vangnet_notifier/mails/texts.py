"""Subject and sentences of each kind of mail: Dutch, B1, the same for every alert."""

import msgspec

from vangnet_notifier.domain.words import Kind


class Text(msgspec.Struct, frozen=True):
    """What a kind of mail says."""

    subject: str
    news: str
    request: str
    counted: str = "Aantal dat nu wacht op beoordeling"


TEXTS: dict[Kind, Text] = {
    Kind.CANDIDATE: Text(
        "Nieuwe attendering om te beoordelen",
        "Er is een nieuwe attendering. U heeft dienst als beoordelaar.",
        "Bekijk de attendering en beslis: vrijgeven of afwijzen.",
    ),
    Kind.LIST: Text(
        "Attenderingen om te beoordelen",
        "Buiten kantoortijd zijn er attenderingen bij gekomen. U heeft dienst als beoordelaar.",
        "Bekijk de lijst en beslis over elke attendering: vrijgeven of afwijzen.",
    ),
    Kind.MANY: Text(
        "Veel attenderingen wachten op beoordeling",
        "Er kwamen vandaag zo veel attenderingen voor één gemeente dat wij er niet meer voor elke een mail sturen.",
        "Bekijk de lijst. Is de drempel van een regel te laag? Bespreek dat met uw beheerder.",
    ),
    Kind.DIGEST: Text(
        "Attenderingen die op uw gemeente wachten",
        "Dit is het overzicht van vandaag: attenderingen van uw gemeente die nog niet zijn gesloten.",
        "Bekijk de lijst: bevestig wat nieuw is, en sluit wat klaar is.",
        "Aantal dat op uw gemeente wacht",
    ),
    Kind.ESCALATION: Text(
        "Attendering niet op tijd beoordeeld",
        "Een attendering is niet op tijd beoordeeld. U bent de achterwacht.",
        "Neem contact op met de beoordelaar die dienst heeft, of beoordeel de attendering zelf.",
    ),
    Kind.RELEASED: Text(
        "Nieuwe attendering voor uw gemeente",
        "Een beoordelaar heeft een attendering vrijgegeven voor uw gemeente.",
        "Bekijk de attendering en bevestig dat u haar heeft ontvangen.",
    ),
    Kind.HANDED_OVER: Text(
        "Attendering aan uw gemeente overgedragen",
        "Een andere gemeente heeft een attendering aan uw gemeente overgedragen.",
        "Bekijk de attendering en bevestig dat u haar heeft ontvangen.",
    ),
    Kind.ASSIGNED: Text(
        "Attendering aan u toegewezen",
        "Een collega heeft een attendering aan u toegewezen.",
        "Bekijk de attendering en pak haar op.",
    ),
    Kind.CHASED: Text(
        "Attendering nog niet bevestigd",
        "Niemand heeft de ontvangst van een attendering op tijd bevestigd.",
        "Bekijk de attendering en bevestig dat u haar heeft ontvangen.",
    ),
    Kind.RETURNED: Text(
        "Uitgestelde attendering is terug",
        "Het uitstel van een attendering is voorbij.",
        "Bekijk de attendering opnieuw en ga verder, of sluit haar.",
    ),
    Kind.ADDED: Text(
        "Nieuwe gebeurtenis toegevoegd aan een attendering",
        "Aan een attendering van uw gemeente is een nieuwe gebeurtenis toegevoegd.",
        "Bekijk de attendering opnieuw.",
    ),
    Kind.CHANGED: Text(
        "Attendering gewijzigd",
        "Een melding achter een attendering is ingetrokken of gewijzigd.",
        "Gebruik niet meer wat u eerder zag. Bekijk de attendering opnieuw.",
    ),
    Kind.SECOND: Text(
        "Iemand vraagt om uw bevestiging",
        "Een collega vraagt iets waar een tweede persoon mee akkoord moet gaan.",
        "Bekijk de attendering en beslis: bevestigen of niet.",
    ),
    Kind.ANSWERED: Text(
        "Antwoord op een contactverzoek",
        "Een ketenpartner heeft geantwoord op een contactverzoek van uw gemeente.",
        "Bekijk het antwoord bij de attendering.",
    ),
    Kind.OVERDUE: Text(
        "Nog geen antwoord op een contactverzoek",
        "Een ketenpartner heeft niet op tijd geantwoord op een contactverzoek van uw gemeente.",
        "Bekijk de attendering. Neem zo nodig zelf contact op met de ketenpartner.",
    ),
    Kind.UNAPPROVED: Text(
        "Dringend contactverzoek niet op tijd bevestigd",
        "Een dringend contactverzoek is verstuurd en een tweede persoon heeft er niet op tijd naar gekeken. U bent de achterwacht.",
        "Bekijk het verzoek en beslis: bevestigen of niet.",
    ),
    Kind.WITHDRAWN: Text(
        "Attendering ingetrokken, niet meer gebruiken",
        "Een attendering waarover u bericht kreeg of die u heeft bekeken, is ingetrokken.",
        "Gebruik haar niet meer. Heeft u er iets mee gedaan? Kijk wat u moet herstellen.",
    ),
}
ABOUT_LISTS = frozenset({Kind.LIST, Kind.MANY, Kind.DIGEST})
"""They lead to the list: nothing in them is about one alert."""
NO_EMERGENCY = "Geen noodkanaal: bij direct gevaar 112 of de crisisdienst."
