"""What may come of an alert: closed lists, code → Dutch (B1). Codes go onto `vangnet.alerts` and into the API (decision 0010)."""

from typing import Literal

OUTCOMES = {
    "zorg-gestart": "Er is zorg of hulp gestart",
    "contact-gelegd": "Er is contact gelegd",
    "al-in-zorg": "Er was al zorg of hulp",
    "niet-bereikt": "Het lukte niet om contact te krijgen",
    "niets-nodig": "Er is nu niets nodig",
    "niet-nuttig": "De attendering hielp niet",
    "verkeerde-persoon": "De meldingen gaan niet over één persoon",
}
"""Exactly one is asked when an alert is closed."""

INTERVENTIONS = {
    "bemoeizorg": "Bemoeizorg",
    "ambulante-ggz": "Ambulante GGZ (zoals FACT)",
    "crisiszorg": "Crisiszorg GGZ",
    "opname": "Opname GGZ",
    "verslavingszorg": "Verslavingszorg",
    "begeleiding-wmo": "Begeleiding vanuit de Wmo",
    "beschermd-wonen": "Beschermd wonen",
    "opvang": "Maatschappelijke opvang",
    "schuldhulp": "Schuldhulp",
    "huisarts": "Huisarts of praktijkondersteuner",
    "verkennend-onderzoek": "Verkennend onderzoek (Wvggz)",
    "casusoverleg": "Casusoverleg of zorg- en veiligheidshuis",
    "anders": "Iets anders",
}
"""What was begun. Asked with its first day when care started; may be told when contact was made; never asked otherwise."""

NOVELTY = {"ja": "Ja, dit wisten wij nog niet", "nee": "Nee, dit was al bekend"}
"""Whether the alert was news for those who got it (I16)."""

Demand = Literal["required", "optional", "none"]


def intervention_demand(outcome: str) -> Demand:
    """Whether an outcome comes with an intervention."""
    if outcome == "zorg-gestart":
        return "required"
    return "optional" if outcome == "contact-gelegd" else "none"
