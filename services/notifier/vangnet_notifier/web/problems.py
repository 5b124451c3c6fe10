"""What does not go, said in the language of the door: a page, or problem+json (RFC 9457)."""

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import problem_response

from vangnet_notifier.domain.words import REASON_TEXT, Reason
from vangnet_notifier.web.forms import Invalid, Wrong
from vangnet_notifier.web.render import Pages
from vangnet_notifier.web.session import Forged, NotLoggedIn

PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Ongeldige aanvraag; `errors` noemt alle fouten"},
    401: {"description": "Niet ingelogd"},
    403: {"description": "Mag niet"},
    404: {"description": "Bestaat niet, of u mag het niet zien"},
    409: {"description": "Kan nu niet; `errors` zegt waarom"},
}
FORBIDDEN = frozenset({Reason.NOT_REVIEWER, Reason.NOT_ON_DUTY, Reason.NOT_COORDINATOR})

log = get_logger()


class NotFound(Exception):
    """Nothing here, or nothing that this user may see."""


class NotPossible(Exception):
    """The domain refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def add_problems(app: FastAPI, pages: Pages) -> None:
    """Every failure, for both doors."""

    @app.exception_handler(NotLoggedIn)
    async def not_logged_in(request: Request, _fault: Exception) -> Response:
        if for_programs(request):
            return problem_response(401, "Log eerst in.")
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        way_back = f"?naar={quote(target)}" if request.method == "GET" and target != "/" else ""
        return RedirectResponse(f"/inloggen{way_back}", status_code=303)

    @app.exception_handler(Forged)
    async def forged(request: Request, _fault: Exception) -> Response:
        text = "Het kenmerk van de sessie ontbreekt of klopt niet."
        return problem_response(403, text) if for_programs(request) else pages.forged()

    @app.exception_handler(Invalid)
    async def invalid(request: Request, fault: Invalid) -> Response:
        return _invalid(request, pages, fault.problems)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, fault: RequestValidationError) -> Response:
        places = dict.fromkeys(".".join(map(str, error["loc"])) for error in fault.errors())
        return _invalid(request, pages, [Wrong(place, "heeft niet de juiste vorm") for place in places])

    @app.exception_handler(NotFound)
    async def not_found(request: Request, _fault: Exception) -> Response:
        return _not_found(request, pages)

    @app.exception_handler(NotPossible)
    async def not_possible(_request: Request, fault: NotPossible) -> Response:
        text = REASON_TEXT[fault.reason]
        why = [{"location": "path", "code": str(fault.reason), "detail": text}]
        return problem_response(403 if fault.reason in FORBIDDEN else 409, text, why)

    @app.exception_handler(HTTPException)
    async def http(request: Request, fault: HTTPException) -> Response:
        if fault.status_code == 404:
            return _not_found(request, pages)
        if fault.status_code == 400:
            return _invalid(request, pages, [Wrong("body", "is niet te lezen")])
        if for_programs(request):
            return problem_response(fault.status_code, "Dit kan hier niet.", headers=fault.headers)
        return pages.say(fault.status_code, "Dit kan hier niet", "Ga terug naar de lijst en probeer het daar.")

    @app.exception_handler(Exception)
    async def failed(request: Request, fault: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", "unknown")
        log.error("request-failed", method=request.method, route=route, fault=fault)
        text = "Er ging iets mis bij ons. Probeer het over een minuut opnieuw. Lukt het dan niet, bel uw beheerder."
        return problem_response(500, text) if for_programs(request) else pages.say(500, "Dat ging mis", text)


def for_programs(request: Request) -> bool:
    """Whether JSON is expected rather than a page."""
    return request.url.path.startswith("/v1/")


def _not_found(request: Request, pages: Pages) -> Response:
    text = "Dit bestaat niet, of u mag het niet zien."
    return problem_response(404, text) if for_programs(request) else pages.not_found()


def _invalid(request: Request, pages: Pages, problems: list[Wrong]) -> Response:
    if not for_programs(request):
        return pages.invalid(problems)
    errors = [{"location": wrong.veld, "code": "ongeldig", "detail": wrong.regel} for wrong in problems]
    return problem_response(400, "De aanvraag klopt niet; `errors` noemt alle fouten.", errors)
