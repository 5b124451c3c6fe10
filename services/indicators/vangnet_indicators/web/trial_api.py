"""Move a threshold, see the workload: for analysts, by name and on the record; JSON, and a page for who asks for HTML."""

from collections.abc import Mapping
from datetime import date, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import Problem

from vangnet_indicators.domain.disclosure.workload import Workload, workload
from vangnet_indicators.domain.variants import settable
from vangnet_indicators.publication import Publication
from vangnet_indicators.trial_question import TrialBusy, TrialFailed, Trials
from vangnet_indicators.web import answers, content
from vangnet_indicators.web.analysts import Credentials, require_analyst
from vangnet_indicators.web.pages import Pages, wants_page
from vangnet_indicators.web.trial import TrialAsked, field_name, read_trial, rules_to_try

BUSY = "Er loopt al een proefberekening. Probeer het zo opnieuw."
FAILED = "De proefberekening duurde te lang of is mislukt. Kies een kortere periode of minder getallen."
log = get_logger()


def trial_router(publication: Publication, pages: Pages, trials: Trials) -> APIRouter:
    """One route."""
    router = APIRouter(prefix="/v1")

    @router.get(
        "/proefberekeningen",
        tags=["regels"],
        summary="Wat een andere drempel zou betekenen (rol analyst)",
        description="`regel`, `van` en `tot` (maanden), en de getallen van de regel, bijvoorbeeld `count=3..6&days=30,90`.",
        response_model=answers.Proefberekening,
    )
    async def get_proefberekeningen(request: Request, credentials: Credentials) -> Response:
        page, asked = wants_page(request), dict(request.query_params)
        try:
            client = await require_analyst(request, credentials)
            told = await _tried(publication, trials, asked, client) if "van" in asked or not page else None
        except Problem as problem:
            if not page:
                raise
            if problem.status in (401, 403):
                return pages.refused(problem)
            return pages.trial(await _form(publication, asked), None, problem)
        if told is None or page:
            return pages.trial(await _form(publication, asked), told, None)
        return pages.json(told)

    return router


async def _tried(
    publication: Publication, trials: Trials, given: Mapping[str, str], client: str
) -> answers.Proefberekening:
    policy = publication.policy
    asked = read_trial(policy, given)
    log.info("trial-answered", client=client, rule=asked.rule.id)
    try:
        found = await trials.try_rule(policy.version, asked.rule.id, asked.choices, asked.period)
    except TrialBusy:
        raise Problem(503, BUSY, headers={"Retry-After": "10"}) from None
    except TrialFailed as failed:
        log.warning("trial-failed", reason=str(failed))
        raise Problem(503, FAILED, headers={"Retry-After": "60"}) from None
    ranks = {place: rank for rank, place in enumerate(publication.municipalities)}
    return _told(publication, asked, [workload(one, asked.weeks, ranks) for one in found])


def _told(publication: Publication, asked: TrialAsked, found: list[Workload]) -> answers.Proefberekening:
    return answers.Proefberekening(
        regel=asked.rule.id,
        naam=asked.rule.name,
        van=asked.first,
        tot=asked.last,
        afscherming=content.PROTECTION,
        uitkomsten=[_outcome(publication, one) for one in found],
    )


def _outcome(publication: Publication, one: Workload) -> answers.Proefuitkomst:
    return answers.Proefuitkomst(
        instelling=one.settings,
        signalen=one.alerts,
        per_week=one.weekly,
        gemeenten=[
            answers.Werkdruk(code=place, naam=content.place(place, publication.policy), per_week=one.places[place])
            for place in publication.policy.region.municipalities
        ],
        mensen=one.persons,
        niet_in_zorg=one.in_care["no"],
        in_zorg=one.in_care["yes"],
        zorg_onbekend=one.in_care["unknown"],
        veelmelders=one.heavy,
        veelmelders_bereikt=one.caught,
        dagen_voor_crisis=one.days_before_crisis,
        ook_andere_regel=one.overlapping,
    )


async def _form(publication: Publication, asked: Mapping[str, str]) -> answers.Proefformulier:
    """As it was filled in; else the first rule as it is, over the last twelve whole months."""
    rules = rules_to_try(publication.policy)
    rule = next((one for one in rules if one.id == asked.get("regel")), rules[0])
    today = (await publication.published()).today
    last = (today or date(2026, 1, 1)).replace(day=1) - timedelta(days=1)
    own = settable(rule.condition)
    return answers.Proefformulier(
        regels=[(one.id, one.name) for one in rules],
        regel=rule.id,
        wat=content.meaning(rule),
        van=asked.get("van") or f"{last.replace(day=1) - timedelta(days=330):%Y-%m}",
        tot=asked.get("tot") or f"{last:%Y-%m}",
        velden=[(name, field_name(name), asked.get(name) or f"{value:g}") for name, value in own.items()],
    )
