"""The same as JSON, by the API Design Rules: Dutch resources, camelCase, times in UTC, problem+json."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from vangnet_contract.rule_words import IN_CARE

from vangnet_notifier.app import SEVERITIES
from vangnet_notifier.domain import story
from vangnet_notifier.domain.access import may_see, own_reference
from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.alert import Alert
from vangnet_notifier.domain.apart import Apart
from vangnet_notifier.domain.contact import Contact
from vangnet_notifier.domain.lifecycle import Refused
from vangnet_notifier.domain.trail import Entry, told
from vangnet_notifier.domain.words import STATE_SLUG
from vangnet_notifier.inbox import Seen
from vangnet_notifier.web import forms
from vangnet_notifier.web.decisions import DOORS, Door, read_decision
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.offers import open_to
from vangnet_notifier.web.pages import count
from vangnet_notifier.web.problems import PROBLEMS, NotFound, NotPossible
from vangnet_notifier.web.session import check_token

CSRF_HEADER = "X-CSRF-Token"


class Resource(BaseModel):
    """Field names in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Gebeurtenis(Resource):
    """Een gebeurtenis, voor zover vrijgegeven; een veld dat ontbreekt is niet vrijgegeven."""

    nummer: str = Field(description="Alleen om deze gebeurtenis in een besluit aan te wijzen")
    groep: str | None
    soort: str | None
    datum: date | None = Field(description="Kalenderdag in Europe/Amsterdam")
    uw_melding: str | None = Field(description="Kenmerk, alleen van een melding van uw eigen organisatie")


class Koppelbesluit(Resource):
    """Een besluit dat de meldingen niet over één persoon gaan."""

    status: str
    meldingen_van_iemand_anders: int
    andere_meldingen: int
    gevraagd_door: str
    gevraagd_op: datetime


class Contactverzoek(Resource):
    """Een verzoek aan de ketenpartner achter een van de meldingen."""

    id: str
    doel: str
    grondslag: str
    dringend: bool
    gevraagd_door: str
    gevraagd_op: datetime
    wacht_op_tweede_persoon: bool
    verstuurd_op: datetime | None
    antwoord_voor: datetime | None
    antwoord: str | None
    reden: str | None
    vervallen_op: datetime | None


class Stap(Resource):
    """Een regel uit het verloop."""

    op: datetime
    door: str
    tekst: str


class Attendering(Resource):
    """Een attendering in het kort."""

    id: str
    versie: int = Field(description="Stuur deze mee met een besluit: u beslist over wat u zag")
    kenmerk: str = Field(description="De persoon, zoals alleen uw organisatie die kent")
    regel: str
    regel_naam: str
    ernst: str
    status: str
    gemeente: str | None
    opgekomen_op: datetime
    afgelopen_op: datetime | None
    startlijst: bool = Field(description="Het was al zo toen de regel hier actief werd: geen mail, geen termijn")
    voorvallen: int
    meldingen: int
    in_zorg: str
    waarom: str
    behandelaar: str | None = Field(description="Wie haar heeft")
    dossiernummer: str | None = Field(description="Uw eigen dossiernummer")
    uitgesteld_tot: datetime | None
    uitkomst: str | None
    nieuw: str | None
    interventie: str | None
    begonnen_op: date | None
    proefantwoord: str | None


class AttenderingVolledig(Attendering):
    """Een attendering met haar gebeurtenissen en verloop."""

    gebeurtenissen: list[Gebeurtenis]
    alleen_geteld: int = Field(description="Gebeurtenissen die meetellen en niet zijn vrijgegeven")
    koppelbesluit: Koppelbesluit | None
    contactverzoeken: list[Contactverzoek]
    opvolger: str | None
    besluiten: list[str] = Field(description="Wat u nu kunt doen")
    verloop: list[Stap]


class Weg(Resource):
    """Een attendering die door uw besluit niet meer van uw gemeente is."""

    id: str
    status: str
    gemeente: str | None


class Attenderingen(Resource):
    """Een bladzijde van de lijst."""

    attenderingen: list[Attendering]
    totaal: int
    pagina: int
    mededelingen: list[str] = Field(description="Wat nu geldt voor ketenpartners en gemeenten, zoals op de pagina")


class Sessie(Resource):
    """Wie is ingelogd."""

    gebruiker: str
    naam: str
    beoordelaar: bool
    dienst: bool
    gemeenten: list[str]
    csrf: str = Field(description=f"Stuur dit mee als {CSRF_HEADER} bij elk besluit")


class Asked(BaseModel):
    """Waarmee de lijst kan worden versmald."""

    status: str | None = Field(None, description=", ".join(forms.STATUSES))
    regel: str | None = None
    gemeente: str | None = Field(None, description="CBS-code, GMxxxx")
    ernst: str | None = Field(None, description="zeer-hoog, hoog, middel, dossier, informatief")
    pagina: str | None = None
    aantal: str | None = Field(None, description=f"hoogstens {forms.MOST}")


def api_router(desk: WebDesk) -> APIRouter:
    """/v1."""
    router = APIRouter(prefix="/v1", tags=["attenderingen"], responses=PROBLEMS)

    @router.get("/sessie", summary="Wie ben ik")
    async def session(request: Request) -> Sessie:
        known, actor = desk.who(request)
        return Sessie(
            gebruiker=actor.user,
            naam=actor.name,
            beoordelaar=actor.reviewer,
            dienst=actor.on_duty,
            gemeenten=sorted(actor.municipalities),
            csrf=known.csrf,
        )

    @router.get("/attenderingen", summary="Attenderingen die u mag zien")
    async def find(request: Request, _asked: Annotated[Asked, Query()]) -> Attenderingen:
        _, actor = desk.who(request)
        wanted = forms.read_filter(request.query_params, desk.policy)
        listing = await desk.inbox.listing(wanted, actor)
        found = [Attendering(**_short(alert, desk, actor)) for alert in listing.alerts]
        said = await desk.banner(actor, await desk.inbox.now())
        return Attenderingen(attenderingen=found, totaal=listing.total, pagina=wanted.page, mededelingen=said)

    @router.get("/attenderingen/{id}", summary="Eén attendering")
    async def one(request: Request, alert_id: Annotated[str, Path(alias="id")]) -> AttenderingVolledig:
        _, actor = desk.who(request)
        return await _look(desk, alert_id, actor)

    for sub, door in DOORS.items():
        _add_door(router, desk, sub, door)
    return router


def _add_door(router: APIRouter, desk: WebDesk, sub: str, door: Door) -> None:
    asked = ", ".join(("versie", *door.fields))

    @router.post(
        f"/attenderingen/{{id}}/{sub}",
        summary=door.summary,
        description=f"Velden: {asked}.",
        operation_id=sub,
        status_code=201,
    )
    async def decide(
        request: Request, alert_id: Annotated[str, Path(alias="id")], body: Annotated[dict[str, Any], Body()]
    ) -> AttenderingVolledig | Weg:
        return await _decide(desk, request, alert_id, sub, body)


async def _decide(
    desk: WebDesk, request: Request, alert_id: str, sub: str, body: dict[str, Any]
) -> AttenderingVolledig | Weg:
    known, actor = desk.who(request)
    check_token(known, request.headers.get(CSRF_HEADER))
    command = read_decision(sub, body)
    outcome = await desk.inbox.decide(alert_id, command, actor)
    count(command, outcome)
    if isinstance(outcome, Refused):
        raise NotPossible(outcome.reason)
    if outcome is not None and not may_see(outcome, actor):
        return Weg(id=outcome.id, status=STATE_SLUG[outcome.state], gemeente=outcome.owner)
    return await _look(desk, alert_id, actor)


async def _look(desk: WebDesk, alert_id: str, actor: Actor) -> AttenderingVolledig:
    seen = await desk.inbox.look(alert_id, actor)
    if seen is None:
        raise NotFound
    return full(seen, desk, actor)


def _short(alert: Alert, desk: WebDesk, actor: Actor) -> dict[str, Any]:
    rule, episode, closing = desk.rule(alert), alert.newest, alert.closing
    return {
        "id": alert.id,
        "versie": alert.version,
        "kenmerk": desk.reference(alert, actor),
        "regel": alert.rule,
        "regel_naam": rule.name if rule else alert.rule,
        "ernst": SEVERITIES[alert.severity] if alert.severity < len(SEVERITIES) else "onbekend",
        "status": STATE_SLUG[alert.state],
        "gemeente": alert.municipality,
        "opgekomen_op": alert.raised_at,
        "afgelopen_op": alert.ended_at,
        "startlijst": alert.start_list,
        "voorvallen": episode.occurrences if episode else 0,
        "meldingen": episode.events if episode else 0,
        "in_zorg": IN_CARE[episode.in_care] if episode else "onbekend",
        "waarom": story.why(alert, rule, desk.view(actor)),
        "behandelaar": alert.holder.name if alert.holder else None,
        "dossiernummer": own_reference(alert, actor),
        "uitgesteld_tot": alert.muted_until,
        "uitkomst": closing.outcome if closing else None,
        "nieuw": closing.novelty if closing else None,
        "interventie": closing.intervention if closing else None,
        "begonnen_op": closing.started_on if closing else None,
        "proefantwoord": alert.answer,
    }


def full(seen: Seen, desk: WebDesk, actor: Actor) -> AttenderingVolledig:
    """Everything that this reader may know of it."""
    named = story.by_handle(seen.alert, desk.view(actor), desk.name_event)
    return AttenderingVolledig(
        **_short(seen.alert, desk, actor),
        gebeurtenissen=[
            Gebeurtenis(nummer=n, groep=e.group, soort=e.type_name, datum=e.day, uw_melding=e.own) for n, _, e in named
        ],
        alleen_geteld=len(seen.alert.evidence) - len(named),
        koppelbesluit=_apart(seen.alert.apart),
        contactverzoeken=[_contact(one) for one in seen.alert.contacts],
        opvolger=seen.successor,
        besluiten=open_to(seen.alert, actor),
        verloop=[_step(entry) for entry in seen.history],
    )


def _contact(one: Contact) -> Contactverzoek:
    return Contactverzoek(
        id=one.id,
        doel=one.purpose,
        grondslag=one.ground,
        dringend=one.urgent,
        gevraagd_door=one.asked.name,
        gevraagd_op=one.asked.at,
        wacht_op_tweede_persoon=one.pending,
        verstuurd_op=one.sent_at,
        antwoord_voor=one.answer_by,
        antwoord=one.answer.answer if one.answer else None,
        reden=one.answer.ground if one.answer else None,
        vervallen_op=one.ended_at,
    )


def _apart(apart: Apart | None) -> Koppelbesluit | None:
    if apart is None:
        return None
    return Koppelbesluit(
        status=apart.status,
        meldingen_van_iemand_anders=len(apart.others),
        andere_meldingen=len(apart.rest),
        gevraagd_door=apart.asked.name,
        gevraagd_op=apart.asked.at,
    )


def _step(entry: Entry) -> Stap:
    return Stap(op=entry.at, door=entry.name, tekst=told(entry))
