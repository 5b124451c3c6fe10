"""The content of page and JSON alike: rules and report in words and figures."""

from datetime import UTC, date, timedelta

from vangnet_contract.dutch import day, moment
from vangnet_contract.indicators import RegistrationBreak, indicators
from vangnet_contract.municipalities import municipalities
from vangnet_contract.policy import Policy, Rule
from vangnet_contract.policy.rules import RECIPIENTS
from vangnet_contract.rule_words import in_words, occurrence_in_words

from vangnet_indicators.domain.disclosure.table import REGION
from vangnet_indicators.domain.disclosure.yearly import YEAR, Quarter
from vangnet_indicators.publication import PUBLIC, Publication, Published, Silent
from vangnet_indicators.web import answers

PRINCIPLE = (
    "Dit is registratie, geen diagnose. Een regel telt meldingen. Hij zegt niet wat er met iemand is, en niemand wordt "
    "anders behandeld zonder dat een mens ernaar kijkt."
)
PROTECTION = (
    "Kleine aantallen zijn niet te zien: minder dan 10 tonen we niet, de rest is afgerond op 5. Soms tonen we ook een groter "
    "aantal niet, omdat een klein aantal er anders uit te berekenen is. Een percentage of een gemiddelde tonen we alleen bij "
    "100 of meer. Bij attenderingen (I15 en I16) is dat 10 of meer: daar staat het aantal bij."
)
OTHER_REGION = (
    "De regio bestond eerder uit andere gemeenten. Daarover zijn cijfers getoond tot en met {}. Een kwartaal staat alleen in dit "
    "rapport als alle 365 dagen van daarna zijn. Anders is uit het verschil te zien hoe het in één gemeente zit."
)
MISSING = {
    "I17": "Koppelkwaliteit: hoeveel meldingen zonder bekende persoon of te laat binnenkomen (alleen voor beheerders).",
}


def catalogue() -> answers.Indicatoren:
    """Every indicator that is not for operators alone."""
    return answers.Indicatoren(
        indicatoren=[
            answers.Indicator(
                id=one.id,
                naam=one.name,
                definitie=one.definition,
                eenheid=one.unit,
                vensters=list(one.windows),
                openbaar=one.id in PUBLIC,
            )
            for one in indicators().values()
            if one.disclosure != "operators"
        ]
    )


def rules(policy: Policy) -> answers.Regels:
    """What each rule means, why it is there, since when, and where it runs by whose decision."""
    return answers.Regels(
        regio=policy.region.title,
        beleid=policy.version,
        uitgangspunt=PRINCIPLE,
        voorval=occurrence_in_words(policy.region.occurrence),
        regels=[_rule(rule, policy) for rule in policy.rules],
    )


def meaning(rule: Rule) -> str:
    """A sentence."""
    return in_words(rule, None)


async def report(publication: Publication) -> answers.Rapport:
    """Every public figure."""
    published = await publication.published()
    return answers.Rapport(
        regio=publication.policy.region.title,
        dag=published.today,
        geteld_sinds=published.since,
        uitgangspunt=PRINCIPLE,
        afscherming=PROTECTION,
        stille_ketenpartners=[_silent(one) for one in published.silent],
        andere_gemeenten=OTHER_REGION.format(day(published.told_elsewhere)) if published.told_elsewhere else None,
        onderdelen=[await _section(publication, published, indicator) for indicator in PUBLIC],
        nog_niet_beschikbaar=list(MISSING.values()),
    )


def place(area: str, policy: Policy) -> str:
    """A name for people."""
    return policy.region.title if area == REGION else municipalities()[area]


def shifts(found: list[RegistrationBreak]) -> list[answers.Breuk]:
    """As JSON."""
    return [answers.Breuk(datum=one.start, tekst=one.text) for one in found]


def first_of(quarter: Quarter) -> date:
    """The first of the 365 days."""
    return quarter.end - timedelta(days=YEAR - 1)


def _rule(rule: Rule, policy: Policy) -> answers.Regel:
    bases = {basis.code: basis.name for basis in policy.grondslagen}
    return answers.Regel(
        id=rule.id,
        naam=rule.name,
        wat=in_words(rule, None),
        waarom=rule.why,
        let_op=rule.note,
        ernst=rule.severity,
        ontvangers=[RECIPIENTS[one] for one in rule.recipients],
        grondslag=bases.get(rule.grondslag, rule.grondslag),
        sinds=rule.since,
        stand=rule.default.state,
        drempel=rule.threshold(None),
        besluit=rule.default.besluit,
        gemeenten=[
            answers.Gemeentestand(
                code=code,
                naam=municipalities()[code],
                stand=rule.setting(code).state,
                drempel=rule.threshold(code),
                besluit=rule.setting(code).besluit,
            )
            for code in policy.region.municipalities
        ],
    )


def _silent(one: Silent) -> answers.StilleKetenpartner:
    since = (
        f"levert niet sinds {moment(one.since)}" if one.since else "heeft nog niet laten weten dat alles is geleverd"
    )
    return answers.StilleKetenpartner(
        naam=one.title,
        geleverd_tot=one.since.astimezone(UTC) if one.since else None,
        tekst=f"{one.title} {since}; tellingen kunnen te laag zijn.",
    )


async def _section(publication: Publication, published: Published, indicator: str) -> answers.Onderdeel:
    known = indicators()[indicator]
    quarters = [await _quarter(publication, indicator, quarter) for quarter in published.quarters]
    around = (quarters[0].van, quarters[-1].tot) if quarters else None
    return answers.Onderdeel(
        indicator=indicator,
        naam=known.name,
        definitie=known.definition,
        kwartalen=quarters,
        breuken=shifts(publication.breaks(indicator, *around)) if around else [],
    )


async def _quarter(publication: Publication, indicator: str, quarter: Quarter) -> answers.Kwartaal:
    policy = publication.policy
    areas = [REGION, *policy.region.municipalities]
    return answers.Kwartaal(
        kwartaal=quarter.title,
        van=first_of(quarter),
        tot=quarter.end,
        gebieden=[
            answers.Gebied(
                code=area,
                naam="Hele regio" if area == REGION else place(area, policy),
                waarden=dict(await publication.values(indicator, area, quarter)),
            )
            for area in areas
        ],
    )
