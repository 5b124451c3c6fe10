"""/logboek: the trail, for the privacy officer alone. Who did what and when; never what an alert or an event says."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from vangnet_contract.dutch import LOCAL

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.trail import KIND_TEXT, Entry, reason_of
from vangnet_notifier.domain.words import STATE_TEXT
from vangnet_notifier.oversight import Oversight, TrailFilter, TrailLine, TrailPage
from vangnet_notifier.web.api import Resource
from vangnet_notifier.web.desk import WebDesk, municipality_name
from vangnet_notifier.web.forms import LAST_PAGE, Invalid, Wrong, number_in
from vangnet_notifier.web.pages import user_of
from vangnet_notifier.web.problems import PROBLEMS, NotFound
from vangnet_notifier.web.render import Pages

ERASED = "inhoud gewist"
FIELDS = ("dag", "wie", "soort", "pagina")


class Regel(Resource):
    """Een regel uit het logboek. Van een gewiste regel blijven alleen nummer, dag en tijdstip."""

    nummer: int
    dag: date = Field(description="Kalenderdag in Europe/Amsterdam")
    volgnummer: int = Field(description="Binnen de dag, vanaf 1")
    op: datetime
    gewist: bool
    wie: str | None
    naam: str | None
    soort: str | None
    attendering: str | None
    van: str | None
    naar: str | None
    keuze: str | None
    aan: str | None
    erbij: int
    eraf: int


class Logboek(Resource):
    """Een bladzijde, de nieuwste regel eerst."""

    regels: list[Regel]
    pagina: int
    meer: bool


def logbook_router(desk: WebDesk, pages: Pages, oversight: Oversight) -> APIRouter:
    """The page and the same as JSON."""
    router = APIRouter()

    async def read(request: Request, actor: Actor) -> tuple[TrailFilter, TrailPage]:
        if not actor.officer:
            raise NotFound
        wanted = read_filter(request.query_params)
        return wanted, await oversight.trail(wanted, actor)

    @router.get("/logboek", include_in_schema=False)
    async def page(request: Request) -> Response:
        known, actor = desk.who(request)
        wanted, found = await read(request, actor)
        return pages.render(
            "logbook.html",
            user_of(known, actor),
            lines=[shown(line) for line in found.lines],
            kinds=KIND_TEXT,
            chosen={name: request.query_params.get(name, "") for name in FIELDS},
            **_around(wanted, found, dict(request.query_params)),
        )

    @router.get("/v1/logboek", tags=["logboek"], responses=PROBLEMS, summary="Het logboek, voor de privacyfunctionaris")
    async def listed(
        request: Request,
        dag: str | None = None,
        wie: str | None = None,
        soort: str | None = None,
        pagina: str | None = None,
    ) -> Logboek:
        _, actor = desk.who(request)
        wanted, found = await read(request, actor)
        return Logboek(regels=[_resource(line) for line in found.lines], pagina=wanted.page, meer=found.more)

    return router


def read_filter(query: Mapping[str, str]) -> TrailFilter:
    """Raises Invalid with every problem."""
    wanted = {name: value.strip() for name, value in query.items() if value.strip()}
    problems = [Wrong(name, f"bestaat niet; kies uit {', '.join(FIELDS)}") for name in wanted if name not in FIELDS]
    day = None
    try:
        day = date.fromisoformat(wanted["dag"]) if "dag" in wanted else None
    except ValueError:
        problems.append(Wrong("dag", "geef een datum als jjjj-mm-dd"))
    if wanted.get("soort", "view") not in KIND_TEXT:
        problems.append(Wrong("soort", f"kies uit {', '.join(KIND_TEXT)}"))
    page = number_in(wanted.get("pagina", "1"), "pagina", LAST_PAGE, problems)
    if problems:
        raise Invalid(problems)
    return TrailFilter(day=day, who=wanted.get("wie"), kind=wanted.get("soort"), page=page)


def shown(line: TrailLine) -> dict[str, object]:
    """A row of the page."""
    at = line.recorded_at.astimezone(LOCAL)
    said = line.said
    return {
        "number": line.id,
        "iso": line.recorded_at.isoformat(),
        "at": f"{at:%d-%m-%Y %H:%M:%S}",
        "who": f"{said.name} ({said.user})" if said else ERASED,
        "what": in_words(said) if said else "",
        "alert": said.alert or "" if said else "",
    }


def in_words(said: Entry) -> str:
    """What was done, in Dutch. Commands and users are written as they were given."""
    text = KIND_TEXT[said.action]
    if reason := reason_of(said):
        text += f": {reason}"
    if said.recipient:
        text += f", {said.recipient if said.recipient[:2] != 'GM' else municipality_name(said.recipient)}"
    if said.before and said.after and said.before != said.after:
        text += f" ({STATE_TEXT[said.before]} → {STATE_TEXT[said.after]})"
    return text


def _around(wanted: TrailFilter, found: TrailPage, query: dict[str, str]) -> dict[str, Any]:
    def address(number: int) -> str:
        return f"/logboek?{urlencode({**query, 'pagina': str(number)})}"

    return {
        "number": wanted.page,
        "previous": address(wanted.page - 1) if wanted.page > 1 else None,
        "next": address(wanted.page + 1) if found.more else None,
    }


def _resource(line: TrailLine) -> Regel:
    said = line.said
    return Regel(
        nummer=line.id,
        dag=line.day,
        volgnummer=line.place,
        op=line.recorded_at,
        gewist=said is None,
        wie=said.user if said else None,
        naam=said.name if said else None,
        soort=said.action if said else None,
        attendering=said.alert if said else None,
        van=STATE_TEXT[said.before] if said and said.before else None,
        naar=STATE_TEXT[said.after] if said and said.after else None,
        keuze=said.choice if said else None,
        aan=said.recipient if said else None,
        erbij=said.added if said else 0,
        eraf=said.removed if said else 0,
    )
