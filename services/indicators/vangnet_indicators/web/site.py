"""The whole site: JSON, pages, files."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from vangnet_runtime.house import add_files
from vangnet_runtime.problem import problem_response

from vangnet_indicators.publication import Publication
from vangnet_indicators.trial_question import Trials
from vangnet_indicators.web.analysts import Tokens
from vangnet_indicators.web.api import api_router
from vangnet_indicators.web.pages import Pages, wants_page
from vangnet_indicators.web.trial_api import trial_router


def furnish(app: FastAPI, publication: Publication, tokens: Tokens | None, trials: Trials) -> None:
    """Puts the site into a service's application. `tokens` None: nobody is an analyst here."""
    app.state.tokens = tokens
    pages = Pages(publication.policy.region)
    app.include_router(api_router(publication, pages))
    app.include_router(trial_router(publication, pages, trials))
    add_files(app)

    @app.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/v1/rapport", status_code=303)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, fault: HTTPException) -> Response:
        if fault.status_code == 404 and wants_page(request):
            return pages.not_found()
        detail = "Dit bestaat niet." if fault.status_code == 404 else "Dit kan hier niet."
        return problem_response(fault.status_code, detail, headers=fault.headers)
