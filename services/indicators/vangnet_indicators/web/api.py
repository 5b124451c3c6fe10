"""The JSON routes, and pages at the same addresses for who asks for HTML."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response
from vangnet_contract.indicators import indicators
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import Problem

from vangnet_indicators.domain.disclosure.table import REGION
from vangnet_indicators.figures import UnknownSeries
from vangnet_indicators.publication import Publication
from vangnet_indicators.web import answers, content
from vangnet_indicators.web.analysts import Credentials, require_analyst
from vangnet_indicators.web.pages import Pages, wants_page
from vangnet_indicators.web.question import LONGEST, Asked, Question, read_question

PROBLEMS: dict[int | str, dict[str, str]] = {
    400: {"description": "De aanvraag klopt niet; `errors` noemt alle fouten"},
    401: {"description": "Een ander venster of een andere dag, zonder (goed) access token"},
    403: {"description": "Het access token heeft de rol analyst niet"},
    404: {"description": "Deze indicator bestaat niet"},
}
BOTH: dict[int | str, dict[str, object]] = {
    200: {"description": "JSON; of een pagina, met `Accept: text/html`", "content": {"text/html": {}}}
}
log = get_logger()


def api_router(publication: Publication, pages: Pages) -> APIRouter:
    """All routes under /v1."""
    router = APIRouter(prefix="/v1")
    region = publication.policy.region

    @router.get("/indicatoren", tags=["cijfers"], summary="Wat de regio telt")
    async def get_indicatoren() -> answers.Indicatoren:
        return content.catalogue()

    @router.get(
        "/indicatoren/{id}/reeksen",
        tags=["cijfers"],
        summary="Een indicator door de tijd",
        description="Openbaar: de 365 dagen tot het einde van elk heel kwartaal. Andere vensters en dagen: rol analyst.",
        responses=PROBLEMS,
    )
    async def get_reeksen(
        request: Request,
        credentials: Credentials,
        id: Annotated[str, Path(description="Bijvoorbeeld I01a")],
        asked: Annotated[Asked, Query()],
    ) -> answers.Reeks:
        question = read_question(id, asked, region)
        if question.public:
            return await _public(publication, question)
        client = await require_analyst(request, credentials)
        log.info("analyst-answered", client=client, indicator=id, area=question.area, window=question.window)
        return await _for_analyst(publication, question)

    @router.get("/regels", tags=["regels"], summary="De regels", response_model=answers.Regels, responses=BOTH)
    async def get_regels(request: Request) -> Response:
        told = content.rules(publication.policy)
        return pages.rules(told) if wants_page(request) else pages.json(told)

    @router.get("/rapport", tags=["cijfers"], summary="Kwartaalrapport", response_model=answers.Rapport, responses=BOTH)
    async def get_rapport(request: Request) -> Response:
        told = await content.report(publication)
        return pages.report(told) if wants_page(request) else pages.json(told)

    return router


async def _public(publication: Publication, question: Question) -> answers.Reeks:
    """The quarters that end between the days asked for."""
    published = await publication.published()
    first, last = question.first or date.min, question.last or date.max
    quarters = [quarter for quarter in published.quarters if first <= quarter.end <= last]
    points = [
        _point(quarter.end, dict(await publication.values(question.indicator.id, question.area, quarter)))
        for quarter in quarters
    ]
    return _series(publication, question, points)


async def _for_analyst(publication: Publication, question: Question) -> answers.Reeks:
    """Every day asked for; both ends must be named."""
    if question.first is None or question.last is None:
        rule = f"is nodig bij een ander venster of een andere dag (hoogstens {LONGEST} dagen)"
        missing = [name for name, day in (("van", question.first), ("tot", question.last)) if day is None]
        errors = [{"location": f"query.{name}", "code": "ontbreekt", "detail": rule} for name in missing]
        raise Problem(400, "De aanvraag klopt niet; `errors` noemt alle fouten.", errors)
    try:
        days = await publication.for_analyst(
            question.indicator.id, question.area, question.window, question.first, question.last
        )
    except UnknownSeries as unknown:
        raise Problem(404, str(unknown)) from None
    first = question.first.toordinal()
    points = [_point(date.fromordinal(first + place), day.values) for place, day in enumerate(days)]
    return _series(publication, question, points)


def _point(day: date, values: dict[str, int | float | None]) -> answers.Punt:
    return answers.Punt(datum=day, waarden=values, afgeschermd=None in values.values())


def _series(publication: Publication, question: Question, points: list[answers.Punt]) -> answers.Reeks:
    policy, one = publication.policy, question.indicator
    around = (points[0].datum, points[-1].datum) if points else None
    return answers.Reeks(
        indicator=one.id,
        naam=indicators()[one.id].name,
        gebied=question.area if question.area != REGION else REGION,
        gebiedsnaam=content.place(question.area, policy),
        venster=question.window,
        punten=points,
        breuken=content.shifts(publication.breaks(one.id, *around)) if around else [],
        afscherming=content.PROTECTION,
    )
