"""POST /v1/evaluaties over HTTP. Points are never logged."""

import asyncio
import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from vangnet_pseudonym import evaluation
from vangnet_pseudonym.evaluation import EvaluationAnswer, EvaluationRequest
from vangnet_runtime.clock import Clock
from vangnet_runtime.logging import get_logger
from vangnet_runtime.problem import Problem

from vangnet_linker.evaluator.answering import Fault, Unanswerable
from vangnet_linker.evaluator.evaluations import PARTNER_DIFFERS, Declined, Evaluations, Outcome
from vangnet_linker.evaluator.metrics import REFUSED
from vangnet_linker.evaluator.sender import NotBelieved
from vangnet_linker.evaluator.store import NONCE_REUSED

MOST_BYTES = 128 * 1024
"""A request of 1,000 points is 47 KB."""
AT_ONCE = 32
"""Requests that are being answered or wait for it; more are asked to come back."""
DETAILS = {
    PARTNER_DIFFERS: (403, "the request names another partner than its signature"),
    NONCE_REUSED: (409, "this request was made before"),
}

log = get_logger()


class Door:
    """The HTTP side of one evaluator."""

    def __init__(self, evaluations: Evaluations, clock: Clock) -> None:
        self._evaluations, self._clock = evaluations, clock
        self._inside = 0

    async def evaluate(self, request: Request) -> Response:
        """Evaluates blinded points: at most 1,000, in a request that a pinned partner signed just now."""
        if self._inside >= AT_ONCE:
            raise _problem(503, "busy", "too many requests at once", {"Retry-After": "1"})
        self._inside += 1
        try:
            body, now = await request.body(), self._clock.now()
            outcome = await asyncio.to_thread(self._evaluations.answer, body, request.headers, now)
        except sqlite3.Error as fault:
            log.error("evaluator-store-failed", fault=fault)
            raise _problem(503, "store-away", "the log cannot be written", {"Retry-After": "30"}) from None
        finally:
            self._inside -= 1
        return _response(outcome, now)

    def router(self) -> APIRouter:
        """The route, and what the API's description says of it."""
        router = APIRouter()
        router.add_api_route(
            evaluation.PATH,
            self.evaluate,
            methods=["POST"],
            summary="Geblindeerde punten evalueren",
            description="Hoogstens 1.000 punten, in een verzoek dat een bekende ketenpartner zojuist heeft ondertekend.",
            openapi_extra=_described(),
            responses={code: {"description": text} for code, text in _ANSWERS.items()},
        )
        return router


_ANSWERS: dict[int | str, str] = {
    400: "Het verzoek klopt niet; alle fouten staan erin",
    401: "De ondertekening wordt niet geloofd",
    403: "Het verzoek noemt een andere ketenpartner dan de ondertekening",
    409: "Dit verzoek is al eens gedaan",
    413: "Het verzoek is te groot",
    429: "Het quotum van vandaag is op",
    503: "Nu niet; probeer het later opnieuw",
}


def _response(outcome: Outcome, now: datetime) -> Response:
    match outcome:
        case EvaluationAnswer():
            return Response(msgspec.json.encode(outcome), media_type="application/json")
        case NotBelieved(reason):
            raise _problem(401, reason, f"the request is not believed: {reason}")
        case Unanswerable(faults):
            raise _invalid(faults)
        case Declined(_, reason) if reason in DETAILS:
            raise _problem(DETAILS[reason][0], reason, DETAILS[reason][1])
        case Declined(partner, reason):
            log.warning("quota-reached", partner=partner, reason=reason)
            raise _problem(429, reason, "the quota of today is used up", {"Retry-After": _until_tomorrow(now)})


def _invalid(faults: list[Fault]) -> Problem:
    REFUSED.labels("invalid").inc()
    errors = [{"location": location, "code": "invalid", "detail": rule} for location, rule in faults]
    return Problem(400, f"the request has {len(faults)} error(s)", errors)


def _problem(status: int, reason: str, detail: str, headers: dict[str, str] | None = None) -> Problem:
    REFUSED.labels(reason).inc()
    return Problem(status, detail, [{"location": "", "code": reason, "detail": detail}], headers)


def _until_tomorrow(now: datetime) -> str:
    """Seconds until the next day in UTC begins, and up to a minute more, so that not all come at once."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return str(int((tomorrow - now).total_seconds()) + 1 + secrets.randbelow(60))


def _described() -> dict[str, Any]:
    (asked, given), parts = msgspec.json.schema_components(
        [EvaluationRequest, EvaluationAnswer], ref_template="#/components/schemas/{name}"
    )
    asked, given = (parts[part["$ref"].rpartition("/")[2]] for part in (asked, given))
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in evaluation.HEADERS
    ]
    return {
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": given}}}},
    }
