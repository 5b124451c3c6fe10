"""Fills the templates."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from vangnet_contract.dutch import day, number
from vangnet_contract.outcomes import OUTCOMES
from vangnet_contract.policy import Region
from vangnet_runtime.house import HEADERS, templates
from vangnet_runtime.problem import Problem

from vangnet_indicators.domain.alerts.figures import name_of
from vangnet_indicators.web import answers
from vangnet_indicators.web.charts import chart
from vangnet_indicators.web.trial import field_name

VARY = {"Vary": "Accept"}
STATES = {"uit": "Uit", "schaduw": "Op proef (schaduw)", "actief": "Actief"}
HEADS = {
    "meldingen": "Meldingen",
    "crisismaatregelen": "Crisismaatregelen",
    "per1000": "Per 1.000 inwoners",
    "personen": "Personen",
    "perPersoon": "Meldingen per persoon",
    "herhaald": "Procent herhaald",
    "concentratie": "Procent van de meldingen",
    "zelfdeDag": "Procent van de mensen",
    "buitenKantooruren": "Procent van de meldingen",
    "totVrijgaveMediaan": "Uren tot vrijgave: mediaan",
    "totVrijgaveP90": "Uren tot vrijgave: negen van de tien hoogstens (p90)",
    "wachtOpVrijgave": "Wacht nog op vrijgave",
    "totBevestigingMediaan": "Uren van vrijgave tot bevestiging: mediaan",
    "totBevestigingP90": "Uren van vrijgave tot bevestiging: negen van de tien hoogstens (p90)",
    "wachtOpBevestiging": "Wacht nog op bevestiging",
    "vrijgegeven": "Vrijgegeven attenderingen",
    "bevestigd": "Bevestigde attenderingen",
    "nieuwVoorOns": "Procent dat nieuws was voor de gemeente",
    "beantwoord": "Attenderingen waarbij dit is gevraagd",
    "gesloten": "Gesloten attenderingen",
    "open": "Nog open",
    **{name_of(code): f"{title} (procent)" for code, title in OUTCOMES.items()},
}
MOST_COLUMNS = 8


def wants_page(request: Request) -> bool:
    """Whether HTML is asked for before JSON: browsers do, programs do not."""
    for kind in request.headers.get("accept", "").split(","):
        name = kind.partition(";")[0].strip().lower()
        if name in ("text/html", "application/xhtml+xml"):
            return True
        if name in ("application/json", "*/*"):
            return False
    return False


class Pages:
    """Of one region."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._templates = templates("vangnet_indicators.web")
        self._templates.filters.update(day=day, number=number)

    def json(self, told: BaseModel) -> JSONResponse:
        """The same content for programs."""
        return JSONResponse(told.model_dump(mode="json", by_alias=True), headers=VARY)

    def rules(self, told: answers.Regels) -> HTMLResponse:
        """The public page of rules."""
        everywhere = {rule.id for rule in told.regels if len({_setting(one) for one in rule.gemeenten}) == 1}
        return self._page("regels.html", told=told, states=STATES, everywhere=everywhere)

    def report(self, told: answers.Rapport) -> HTMLResponse:
        """The quarterly report."""
        return self._page("rapport.html", told=told, sections=[_section(one) for one in told.onderdelen])

    def trial(
        self, form: answers.Proefformulier, told: answers.Proefberekening | None, problem: Problem | None
    ) -> HTMLResponse:
        """The form, and what came of it."""
        labels = [_setting_words(one.instelling) for one in told.uitkomsten] if told else []
        weekly = [one.per_week for one in told.uitkomsten] if told else []
        drawn = chart(list(zip(labels, weekly, strict=True)), "Signalen per week in de hele regio") if told else None
        status = problem.status if problem else 200
        return self._page(
            "proef.html", status, form=form, told=told, problem=_problem(problem), labels=labels, chart=drawn
        )

    def refused(self, problem: Problem) -> HTMLResponse:
        """Not for this visitor."""
        return self._page("geen-toegang.html", problem.status, detail=problem.detail)

    def not_found(self) -> HTMLResponse:
        """Nothing here."""
        return self._page("niet-gevonden.html", 404)

    def _page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        page = self._templates.get_template(template).render(site=self._region, **values)
        return HTMLResponse(page, status, HEADERS | VARY)


def _problem(problem: Problem | None) -> dict[str, Any] | None:
    """With the fields as the form names them."""
    if problem is None:
        return None
    fields = {"regel": "Regel", "van": "Eerste maand", "tot": "Laatste maand"}
    errors = [(error["location"].removeprefix("query."), error["detail"]) for error in problem.errors]
    named = [{"name": fields.get(name) or field_name(name), "detail": detail} for name, detail in errors]
    return {"detail": problem.detail, "errors": named}


def _setting_words(settings: Mapping[str, int | float]) -> str:
    """4 · 90: in the order of the form."""
    return " · ".join(number(value) for value in settings.values()) or "zoals nu"


def _setting(one: answers.Gemeentestand) -> tuple[str, int | None, str | None]:
    return one.stand, one.drempel, one.besluit


def _section(one: answers.Onderdeel) -> dict[str, Any]:
    """Chart of the region and a table for each figure: newest quarter first, the region before the municipalities."""
    tables = [_table(one, name) for name in _names(one) if _any(one, name)]
    return {"one": one, "chart": _chart(one), "tables": tables, "empty": not tables}


def _names(one: answers.Onderdeel) -> list[str]:
    return list(one.kwartalen[-1].gebieden[0].waarden) if one.kwartalen else []


def _any(one: answers.Onderdeel, name: str) -> bool:
    return any(area.waarden[name] is not None for quarter in one.kwartalen for area in quarter.gebieden)


def _table(one: answers.Onderdeel, name: str) -> dict[str, Any]:
    return {
        "head": HEADS.get(name, name),
        "areas": [area.naam for area in one.kwartalen[-1].gebieden],
        "rows": [
            {"title": quarter.kwartaal, "values": [area.waarden[name] for area in quarter.gebieden]}
            for quarter in reversed(one.kwartalen)
        ],
    }


def _chart(one: answers.Onderdeel) -> Any:
    names = _names(one)
    if not names:
        return None
    shown = one.kwartalen[-MOST_COLUMNS:]
    points = [(_short(quarter.kwartaal), quarter.gebieden[0].waarden[names[0]]) for quarter in shown]
    return chart(points, f"{HEADS.get(names[0], names[0])} in de hele regio")


def _short(title: str) -> str:
    """2026-1."""
    number_, _, year = title.split(" ")
    return f"{year} k{number_.removesuffix('e')}"
