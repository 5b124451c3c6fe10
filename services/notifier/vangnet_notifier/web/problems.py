"""What does not go, said in the language of the door: a page, or problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from vangnet_notifier.domain.words import REASON_TEXT, Reason
from vangnet_notifier.web.forms import Invalid, Wrong
from vangnet_notifier.web.render import Pages
from vangnet_notifier.web.session import Forged, NotLoggedIn

MEDIA_TYPE = "application/problem+json"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Ongeldige aanvraag; `fouten` noemt ze alle"},
    401: {"description": "Niet ingelogd"},
    403: {"description": "Mag niet"},
    404: {"description": "Bestaat niet, of u mag het niet zien"},
    409: {"description": "Kan nu niet; `reden` zegt waarom"},
}
FORBIDDEN = frozenset({Reason.NOT_REVIEWER, Reason.NOT_ON_DUTY, Reason.NOT_COORDINATOR})


class NotFound(Exception):
    """Nothing here, or nothing that this user may see."""


class NotPossible(Exception):
    """The domain refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """A problem; `more` = members of its own."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


def add_problems(app: FastAPI, pages: Pages) -> None:
    """Every expected failure, for both doors."""

    @app.exception_handler(NotLoggedIn)
    async def not_logged_in(request: Request, _fault: Exception) -> Response:
        if _json(request):
            return problem(401, "Niet ingelogd", "Log eerst in.")
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        to = f"?naar={quote(target)}" if request.method == "GET" and target != "/" else ""
        return RedirectResponse(f"/inloggen{to}", status_code=303)

    @app.exception_handler(Forged)
    async def forged(request: Request, _fault: Exception) -> Response:
        return (
            problem(403, "Niet uitgevoerd", "Het kenmerk van de sessie ontbreekt of klopt niet.")
            if _json(request)
            else pages.forged()
        )

    @app.exception_handler(Invalid)
    async def invalid(request: Request, fault: Invalid) -> Response:
        return _invalid(fault.problems) if _json(request) else pages.invalid(fault.problems)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, fault: RequestValidationError) -> Response:
        problems = [
            Wrong(".".join(map(str, error["loc"][1:])) or "body", "is geen geldige JSON van de juiste vorm")
            for error in fault.errors()
        ]
        return _invalid(problems) if _json(request) else pages.invalid(problems)

    @app.exception_handler(NotFound)
    async def not_found(request: Request, _fault: Exception) -> Response:
        return _not_found(request, pages)

    @app.exception_handler(NotPossible)
    async def not_possible(_request: Request, fault: NotPossible) -> Response:
        status = 403 if fault.reason in FORBIDDEN else 409
        return problem(
            status, "Kan nu niet" if status == 409 else "Mag niet", REASON_TEXT[fault.reason], reden=fault.reason
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, fault: HTTPException) -> Response:
        if fault.status_code == 404:
            return _not_found(request, pages)
        title = "Deze methode bestaat hier niet" if fault.status_code == 405 else HTTPStatus(fault.status_code).phrase
        answer = (
            problem(fault.status_code, title, title)
            if _json(request)
            else pages.say(fault.status_code, "Dit kan hier niet", "Ga terug naar de lijst.")
        )
        answer.headers.update(fault.headers or {})
        return answer


def _json(request: Request) -> bool:
    return request.url.path.startswith("/v1/")


def _not_found(request: Request, pages: Pages) -> Response:
    return (
        problem(404, "Niet gevonden", "Dit bestaat niet, of u mag het niet zien.")
        if _json(request)
        else pages.not_found()
    )


def _invalid(problems: list[Wrong]) -> JSONResponse:
    return problem(400, "Ongeldige aanvraag", "Zie `fouten`.", fouten=msgspec.to_builtins(problems))
