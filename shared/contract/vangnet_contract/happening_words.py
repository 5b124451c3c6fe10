"""What can happen to a person, as a Dutch sentence names it."""

from vangnet_contract.dutch import listed
from vangnet_contract.policy.rules import AnEvent, EventPattern, Happening
from vangnet_contract.taxonomy import EventClass, Group, event_types, full_type

GROUP_TEXT: dict[Group, str] = {"politie": "Politie", "zorg": "Zorg", "sociaal": "Sociaal domein", "wonen": "Wonen"}
CLASS_NOUNS: dict[EventClass, str] = {
    "incident": "een voorval",
    "request": "een hulpvraag",
    "care": "zorg",
    "legal": "een beslissing over verplichte zorg",
    "context": "een gebeurtenis in iemands omgeving",
    "admin": "een bericht",
}
NOUNS = {
    "veiligheid.overlast-verward-gedrag": "een politiemelding E33 (verward gedrag)",
    "veiligheid.zelfdoding-poging-dreiging": "een poging tot of dreiging met zelfdoding",
    "veiligheid.overlast-dakloze": "overlast door iemand die dakloos is",
    "veiligheid.zorgmelding": "een zorgmelding van de politie",
    "acute-zorg.crisisbeoordeling": "een crisisbeoordeling",
    "acute-zorg.crisiszorg-beeindigd": "het einde van crisiszorg",
    "verplichte-zorg.crisismaatregel": "een crisismaatregel",
    "verplichte-zorg.zorgmachtiging": "een zorgmachtiging",
    "ggz.opname": "een opname in de ggz",
    "ggz.ontslag": "ontslag uit een ggz-instelling",
    "ggz.ambulante-zorg": "ambulante zorg",
    "ggz.zorguitval": "uitval uit de zorg",
    "sociaal-domein.oggz-melding": "een OGGz-melding",
    "sociaal-domein.bemoeizorg": "bemoeizorg",
    "sociaal-domein.beschermd-wonen": "beschermd wonen",
    "sociaal-domein.opvang": "opvang",
    "wonen.huisuitzetting": "een huisuitzetting",
}
"""How a sentence names a type; another type goes by its name in the taxonomy."""


def happening(what: Happening) -> str:
    """As a subject: een voorval, ontslag uit een ggz-instelling of een opname."""
    if isinstance(what, AnEvent):
        return listed(_names(what), "of")
    if what.with_type:
        return f"een voorval met {type_noun(what.with_type)}"
    return "een voorval" + (f" met de groep {what.with_group}" if what.with_group else "")


def bare(awaited: AnEvent) -> str:
    """After `geen`."""
    return listed([name.removeprefix("een ") for name in _names(awaited)], "of")


def _names(happening: AnEvent) -> list[str]:
    return [name for pattern in happening.like for name in _pattern(pattern)]


def _pattern(pattern: EventPattern) -> list[str]:
    details = ", ".join(listed(values, "of") for values in pattern.details.values())
    names = [*map(type_noun, pattern.types), *(CLASS_NOUNS[name] for name in pattern.classes)]
    return [f"{name} ({details})" if details else name for name in names]


def type_noun(name: str) -> str:
    """Of a type without its prefix and version."""
    return NOUNS.get(name) or f"‘{event_types()[full_type(name)].name}’"
