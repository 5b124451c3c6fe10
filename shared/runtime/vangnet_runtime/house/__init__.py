"""The house style of every page: layout, style sheet, icon, security headers. No scripts, nothing inline, nothing from elsewhere."""

import os
from pathlib import Path

from fastapi import FastAPI
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, nothing inline, no scripts at all."""
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Content-Language": "nl",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Files(StaticFiles):
    """Style sheet and icon: nothing secret, so a browser may keep them for an hour."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def add_files(app: FastAPI) -> None:
    """`/static`."""
    app.mount("/static", Files(directory=os.fspath(Path(__file__).parent / "static")), name="static")


def templates(package: str) -> Environment:
    """Those of a package's folder `templates`; they may extend house.html."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("vangnet_runtime.house")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
