"""/beheer: what was delivered, what failed and what waits, for the operator. Nothing of an alert and nobody's name."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from vangnet_contract.dutch import LOCAL

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.oversight import Oversight, Works
from vangnet_notifier.web.api import Resource
from vangnet_notifier.web.desk import WebDesk
from vangnet_notifier.web.pages import user_of
from vangnet_notifier.web.problems import PROBLEMS, NotFound
from vangnet_notifier.web.render import Pages

PARTS = {
    "delivery-queued": "Mails die wachten",
    "delivery-sending": "Mails die nu worden verstuurd",
    "delivery-sent": "Mails die zijn verstuurd",
    "delivery-failed": "Mails die niet zijn aangekomen",
    "delivery-cancelled": "Mails die niet meer nodig waren",
    "parked": "Berichten die zijn geparkeerd",
    "dead-letter": "Berichten die niet te lezen zijn",
    "outbox": "Berichten die nog naar Kafka moeten",
}


class Mislukt(Resource):
    """Een mail die is opgegeven of terugkwam."""

    id: str
    pogingen: int
    sinds: datetime
    antwoord: str | None = Field(description="Wat de mailserver het laatst zei")


class Onderdeel(Resource):
    """Een onderdeel en hoeveel er is."""

    code: str
    omschrijving: str
    aantal: int


class Beheer(Resource):
    """Hoe het er nu voor staat."""

    onderdelen: list[Onderdeel]
    mislukte_mails: list[Mislukt]


def works_router(desk: WebDesk, pages: Pages, oversight: Oversight) -> APIRouter:
    """The page and the same as JSON."""
    router = APIRouter()

    async def read(actor: Actor) -> Works:
        if not actor.operator:
            raise NotFound
        return await oversight.works(actor)

    @router.get("/beheer", include_in_schema=False)
    async def page(request: Request) -> Response:
        known, actor = desk.who(request)
        found = await read(actor)
        failures = [
            {
                "id": failure.id,
                "attempts": failure.attempts,
                "since": f"{failure.failed_at.astimezone(LOCAL):%d-%m-%Y %H:%M}",
                "why": failure.why or "",
            }
            for failure in found.failures
        ]
        parts = [(text, found.numbers.get(code, 0)) for code, text in PARTS.items()]
        return pages.render("works.html", user_of(known, actor), parts=parts, failures=failures)

    @router.get("/v1/beheer", tags=["beheer"], responses=PROBLEMS, summary="Bezorging en wachtrijen, voor de beheerder")
    async def now(request: Request) -> Beheer:
        _, actor = desk.who(request)
        found = await read(actor)
        return Beheer(
            onderdelen=[
                Onderdeel(code=code, omschrijving=text, aantal=found.numbers.get(code, 0))
                for code, text in PARTS.items()
            ],
            mislukte_mails=[
                Mislukt(id=item.id, pogingen=item.attempts, sinds=item.failed_at, antwoord=item.why)
                for item in found.failures
            ],
        )

    return router
