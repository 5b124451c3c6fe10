"""What waits for a second person: whoever asked something that needs four eyes cannot approve it himself."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from vangnet_notifier.web import views
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.pages import user_of
from vangnet_notifier.web.render import Pages

MOST = 100
"""Alerts on the page: more come when these are answered."""


def second_router(desk: WebDesk, pages: Pages) -> APIRouter:
    """/vier-ogen, for whoever may see such an alert."""
    router = APIRouter(include_in_schema=False)

    @router.get("/vier-ogen")
    async def awaiting(request: Request) -> Response:
        known, actor = desk.who(request)
        now = await desk.inbox.now()
        found = await desk.inbox.awaiting(actor, MOST)
        cards = [views.card(alert, desk, actor, now) for alert in found]
        return pages.render("second.html", user_of(known, actor), cards=cards)

    return router
