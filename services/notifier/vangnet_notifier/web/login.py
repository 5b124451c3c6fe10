"""Logging in at the organisation's own provider: OpenID Connect, authorization code with PKCE."""

from typing import Any

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vangnet_notifier.web import session
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.render import Pages

CALLBACK = "/inloggen/terug"
TARGET = "naar"
DISCOVERY = "/.well-known/openid-configuration"


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """The login provider and what it knows this service by."""

    issuer: str
    client_id: str
    client_secret: str

    def client(self) -> Any:
        """A client that reads the provider's metadata and keys anew: they may have changed since the last login."""
        return OAuth().register(
            "oidc",
            server_metadata_url=self.issuer.rstrip("/") + DISCOVERY,
            client_id=self.client_id,
            client_secret=self.client_secret,
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 10},
        )


def login_router(desk: WebDesk, pages: Pages, provider: Provider) -> APIRouter:
    """/inloggen, its way back, /uitloggen."""
    router = APIRouter(include_in_schema=False)

    @router.get("/inloggen")
    async def log_in(request: Request, naar: str = "/") -> Response:
        request.session[TARGET] = local_path(naar)
        try:
            redirect: Response = await provider.client().authorize_redirect(request, desk.base_url + CALLBACK)
        except (AuthlibBaseError, httpx2.HTTPError, ValueError):
            return pages.login_away()
        return redirect

    @router.get(CALLBACK)
    async def come_back(request: Request) -> Response:
        target = local_path(str(request.session.get(TARGET, "/")))
        try:
            token = await provider.client().authorize_access_token(
                request, claims_options={"iss": {"essential": True, "values": [provider.issuer]}}
            )
        except httpx2.HTTPError:
            return pages.login_away()
        except (AuthlibBaseError, JoseError, ValueError):
            return pages.login_refused()
        known = session.session_of(token.get("userinfo") or {}, desk.new_token(), desk.clock.now())
        if known is None:
            return pages.login_refused()
        session.begin(request, known)
        return RedirectResponse(target, status_code=303)

    @router.post("/uitloggen")
    async def log_out(request: Request) -> Response:
        form = await request.form()
        session.check_token(session.current(request, desk.clock.now()), form.get("csrf"))
        request.session.clear()
        return pages.logged_out()

    return router


def local_path(target: str) -> str:
    """The address within this site, or the list: a login never sends anyone elsewhere."""
    inside = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if inside else "/"
