"""The whole site: pages, JSON, login, files."""

from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware
from vangnet_runtime.house import add_files

from vangnet_notifier.oversight import Oversight
from vangnet_notifier.web.api import api_router
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.logbook import logbook_router
from vangnet_notifier.web.login import Provider, login_router
from vangnet_notifier.web.pages import pages_router
from vangnet_notifier.web.problems import add_problems
from vangnet_notifier.web.render import Pages
from vangnet_notifier.web.rota import rota_router
from vangnet_notifier.web.second import second_router
from vangnet_notifier.web.session import LASTS
from vangnet_notifier.web.throttle import Rates, Throttle
from vangnet_notifier.web.trials import trials_router
from vangnet_notifier.web.works import works_router


def furnish(
    app: FastAPI, desk: WebDesk, oversight: Oversight, provider: Provider, *, session_key: str, rates: Rates
) -> None:
    """Puts the site into a service's application."""
    pages = Pages(desk.policy.region)
    secure = desk.base_url.startswith("https://")
    app.add_middleware(Throttle, rates=rates, pages=pages)  # inside the session, which is added after it
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_key,
        session_cookie="__Host-vangnet" if secure else "vangnet",
        max_age=int(LASTS.total_seconds()),
        same_site="lax",  # the way back from the login provider is a link from elsewhere
        https_only=secure,
    )
    add_problems(app, pages)
    for router in (
        pages_router(desk, pages),
        trials_router(desk, pages),
        second_router(desk, pages),
        rota_router(desk, pages),
        api_router(desk),
        logbook_router(desk, pages, oversight),
        works_router(desk, pages, oversight),
        login_router(desk, pages, provider),
    ):
        app.include_router(router)
    add_files(app)
