"""Who has duty as a reviewer, now and in the coming weeks."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from vangnet_contract.dutch import listed, moment
from vangnet_contract.policy.people import OnDuty
from vangnet_contract.policy.rota import Rota

from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.pages import user_of
from vangnet_notifier.web.render import Pages

DAYS = 42
"""So far the page looks ahead."""


def rota_router(desk: WebDesk, pages: Pages) -> APIRouter:
    """/rooster, for reviewers."""
    router = APIRouter(include_in_schema=False)

    @router.get("/rooster")
    async def rota(request: Request) -> Response:
        known, actor = desk.who(request)
        if not actor.reviewer:
            return pages.not_found()
        on_duty = desk.policy.people.on_duty
        turns = turns_of(on_duty, on_duty.rota, desk.clock.now()) if on_duty.rota else []
        return pages.render(
            "rota.html",
            user_of(known, actor),
            turns=turns,
            always=listed([person.name for person in on_duty.reviewers]),
            escalation=listed([person.name for person in on_duty.escalation]),
        )

    return router


def turns_of(on_duty: OnDuty, rota: Rota, now: datetime) -> list[dict[str, Any]]:
    """Since when who has duty: rows of the page, the present one first."""
    names = {person.user: person.name for person in on_duty.reviewers}
    return [
        {"iso": since.isoformat(), "since": moment(since), "names": listed([names[user] for user in users])}
        for since, users in rota.ahead(now, DAYS)
    ]
