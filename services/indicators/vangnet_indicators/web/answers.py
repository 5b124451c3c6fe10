"""What the JSON answers hold."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Resource(BaseModel):
    """Veldnamen in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Indicator(Resource):
    """Iets dat de regio telt."""

    id: str
    naam: str
    definitie: str
    eenheid: str
    vensters: list[int] = Field(description="Dagen; openbaar is alleen 365")
    openbaar: bool = Field(description="Of er openbare cijfers van zijn; de rest is alleen voor analisten")


class Indicatoren(Resource):
    """Alle indicatoren."""

    indicatoren: list[Indicator]


class Punt(Resource):
    """Cijfers over het venster dat op deze dag eindigt. null = afgeschermd of niet te berekenen."""

    datum: date
    waarden: dict[str, int | float | None]
    afgeschermd: bool = Field(description="Of er een cijfer ontbreekt")


class Breuk(Resource):
    """Vanaf deze dag wordt anders geregistreerd: cijfers van ervoor en erna zijn niet te vergelijken."""

    datum: date
    tekst: str


class Reeks(Resource):
    """Een indicator door de tijd."""

    indicator: str
    naam: str
    gebied: str = Field(description="CBS-code van de gemeente, of regio")
    gebiedsnaam: str
    venster: int
    punten: list[Punt]
    breuken: list[Breuk]
    afscherming: str


class Gemeentestand(Resource):
    """Hoe een regel in een gemeente staat."""

    code: str
    naam: str
    stand: str = Field(description="uit, schaduw of actief")
    drempel: int | None
    besluit: str | None


class Regel(Resource):
    """Een regel zoals de computer haar uitvoert."""

    id: str
    naam: str
    wat: str
    waarom: str
    let_op: str | None
    ernst: str
    ontvangers: list[str]
    grondslag: str
    sinds: date
    stand: str = Field(description="In gemeenten die niet apart genoemd zijn")
    drempel: int | None
    besluit: str | None
    gemeenten: list[Gemeentestand]


class Regels(Resource):
    """Alle regels van de regio. Het is registratie, geen diagnose."""

    regio: str
    beleid: str = Field(description="Versie van het beleid")
    uitgangspunt: str
    voorval: str
    regels: list[Regel]


class Gebied(Resource):
    """Een gemeente, of de regio."""

    code: str
    naam: str
    waarden: dict[str, int | float | None]


class Kwartaal(Resource):
    """Cijfers van de 365 dagen die met dit kwartaal eindigen."""

    kwartaal: str
    van: date
    tot: date
    gebieden: list[Gebied]


class Onderdeel(Resource):
    """Een indicator in het rapport."""

    indicator: str
    naam: str
    definitie: str
    kwartalen: list[Kwartaal]
    breuken: list[Breuk]


class StilleKetenpartner(Resource):
    """Heeft niet alles geleverd tot en met het nieuwste kwartaal: cijfers kunnen te laag zijn."""

    naam: str
    geleverd_tot: datetime | None = Field(description="UTC; null = heeft dat nog nooit laten weten")
    tekst: str


class Rapport(Resource):
    """Het kwartaalrapport: alleen hele kwartalen, alleen wat niemand herkenbaar maakt."""

    regio: str
    dag: date | None = Field(description="Dag van de regio waarop dit is gemaakt")
    geteld_sinds: date | None
    uitgangspunt: str
    afscherming: str
    stille_ketenpartners: list[StilleKetenpartner]
    andere_gemeenten: str | None = Field(None, description="Waarom oudere kwartalen er niet zijn")
    onderdelen: list[Onderdeel]
    nog_niet_beschikbaar: list[str]


class Werkdruk(Resource):
    """Signalen in een gemeente."""

    code: str
    naam: str
    per_week: float | None


class Proefuitkomst(Resource):
    """Wat de regel met deze getallen had gedaan. null = afgeschermd of niet te berekenen."""

    instelling: dict[str, int | float]
    signalen: int | None
    per_week: float | None
    gemeenten: list[Werkdruk]
    mensen: int | None
    niet_in_zorg: int | None
    in_zorg: int | None
    zorg_onbekend: int | None
    veelmelders: int | None
    veelmelders_bereikt: int | None
    dagen_voor_crisis: int | None = Field(description="Middelste waarde, van eerste signaal tot de eerste crisis erna")
    ook_andere_regel: int | None = Field(description="Signalen tijdens een signaal van een andere actieve regel")


class Proefberekening(Resource):
    """Een regel met andere getallen, over een periode die voorbij is."""

    regel: str
    naam: str
    van: date
    tot: date
    afscherming: str
    uitkomsten: list[Proefuitkomst]


class Proefformulier(BaseModel):
    """Wat er in het formulier staat."""

    regels: list[tuple[str, str]]
    regel: str
    wat: str
    van: str
    tot: str
    velden: list[tuple[str, str, str]]
