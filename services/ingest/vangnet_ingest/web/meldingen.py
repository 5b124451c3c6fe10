"""POST /v1/meldingen: one CloudEvent, or a batch. 202 = received and durable; the final word is on the feedback topic."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from vangnet_contract.event import BATCH_CONTENT_TYPE, CONTENT_TYPE
from vangnet_contract.messages import explained
from vangnet_contract.policy import Partner
from vangnet_contract.reasons import Problem as Breach
from vangnet_runtime.problem import Problem

from vangnet_ingest import metrics
from vangnet_ingest.app import Arrival, Decided, KafkaAway, Publisher, Reception, outgoing
from vangnet_ingest.domain.admission import Refused
from vangnet_ingest.web.callers import Caller

DOOR = "http"
MOST_ITEMS = 1_000
MOST_BYTES = 16 * 1024 * 1024
"""Of a request's body."""
RETRY_AFTER = "5"

_items = msgspec.json.Decoder(list[msgspec.Raw])

router = APIRouter(prefix="/v1", tags=["meldingen"])


class Fout(BaseModel):
    """Een regel waaraan de melding niet voldoet. Nooit een waarde."""

    location: str = Field(description="Veld, bijvoorbeeld data.municipality; leeg: de melding zelf")
    code: str = Field(description="Reden, zoals ook op het feedback-topic")
    detail: str = Field(description="De regel")
    explanation: str = Field(description="Uitleg voor mensen")


class Resultaat(BaseModel):
    """Wat er met een melding is gebeurd. `source` en `id` zijn leeg als herhalen ervan onveilig is."""

    source: str
    id: str
    status: Literal["ontvangen", "geweigerd"]
    errors: list[Fout] = []


class Ontvangst(BaseModel):
    """Een resultaat voor elke melding, in de volgorde van de aanvraag."""

    resultaten: list[Resultaat]


BODY = {
    "requestBody": {
        "required": True,
        "description": f"Eén CloudEvent, of een lijst van hoogstens {MOST_ITEMS}; samen hoogstens {MOST_BYTES} bytes",
        "content": {
            CONTENT_TYPE: {"schema": {"type": "object"}},
            BATCH_CONTENT_TYPE: {"schema": {"type": "array", "maxItems": MOST_ITEMS, "items": {"type": "object"}}},
        },
    }
}
ANSWERS: dict[int | str, dict[str, str]] = {
    400: {"description": "De melding is geweigerd (alle fouten staan erbij), of de aanvraag is geen JSON"},
    401: {"description": "Geen geldig access token"},
    403: {"description": "Deze client is geen ketenpartner van de regio"},
    413: {"description": "De aanvraag is te groot"},
    415: {"description": "Ander Content-Type dan CloudEvents in JSON"},
    503: {"description": "Kafka is niet bereikbaar; niets is zeker bewaard. Stuur alles later opnieuw (Retry-After)"},
}


@router.post(
    "/meldingen",
    status_code=202,
    summary="Meldingen insturen",
    description="202: ontvangen en bewaard. Van een lijst krijgt elke melding een eigen resultaat.",
    response_model=Ontvangst,
    responses=ANSWERS,
    openapi_extra=BODY,
)
async def post_meldingen(request: Request, partner: Caller) -> JSONResponse:
    """One or many: decided alike."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (CONTENT_TYPE, BATCH_CONTENT_TYPE):
        raise Problem(415, f"Content-Type must be {CONTENT_TYPE} or {BATCH_CONTENT_TYPE}")
    body = await request.body()
    batch = kind == BATCH_CONTENT_TYPE
    decided = await _decide(request, partner, _split(body) if batch else [body])
    if not batch and isinstance(verdict := decided[0].judged.verdict, Refused):
        raise Problem(400, "the event was refused", [_error(problem) for problem in verdict.problems])
    return JSONResponse({"resultaten": [_result(one) for one in decided]}, 202)


async def _decide(request: Request, partner: Partner, bodies: Sequence[bytes]) -> list[Decided]:
    """Everything that follows from them is durable when this returns."""
    reception: Reception = request.app.state.reception
    publisher: Publisher = request.app.state.publisher
    arrivals = [Arrival(body, partner, DOOR, 0, place) for place, body in enumerate(bodies)]
    decided = await reception.decide_all(arrivals)
    try:
        await publisher.publish(outgoing(decided))
    except KafkaAway:
        metrics.RETRIES.labels(DOOR).inc()
        detail = "Kafka is away: it is not certain that anything was kept; send all of it again later"
        raise Problem(503, detail, headers={"Retry-After": RETRY_AFTER}) from None
    metrics.count(DOOR, [one.judged.verdict for one in decided])
    return decided


def _split(body: bytes) -> list[bytes]:
    """The bytes of each event, as they stand in the array."""
    try:
        items = [bytes(item) for item in _items.decode(body)]
    except msgspec.MsgspecError:
        raise Problem(400, "the body is not a JSON array in UTF-8") from None
    if not 1 <= len(items) <= MOST_ITEMS:
        raise Problem(400, f"a batch holds 1 to {MOST_ITEMS} events; this one holds {len(items)}")
    return items


def _result(one: Decided) -> dict[str, object]:
    named: dict[str, object] = {"source": one.judged.source, "id": one.judged.id}
    if isinstance(one.judged.verdict, Refused):
        errors = [_error(problem) for problem in one.judged.verdict.problems]
        return named | {"status": "geweigerd", "errors": errors}
    return named | {"status": "ontvangen"}


def _error(problem: Breach) -> dict[str, str]:
    told = explained(problem)
    return {"location": told.field, "code": told.reason, "detail": told.rule, "explanation": told.explanation}
