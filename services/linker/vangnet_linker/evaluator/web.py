"""POST /v1/evaluaties: who asks, whether it may, and the answer. Points are never logged."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from fastapi import APIRouter, Request, Response
from prometheus_client import Counter
from vangnet_contract.policy import PartnerKey
from vangnet_pseudonym import evaluation, keys
from vangnet_pseudonym.evaluation import EvaluationRequest
from vangnet_pseudonym.shares import Share
from vangnet_pseudonym.split import random_scalar
from vangnet_runtime.clock import Clock
from vangnet_runtime.metrics import REGISTRY
from vangnet_runtime.problem import Problem

from vangnet_linker.evaluator.answering import Refused, answer, choose_share, points_of
from vangnet_linker.evaluator.settings import Pinned
from vangnet_linker.evaluator.store import Asked, Store

POINTS = Counter("vangnet_evaluator_points_total", "Points evaluated.", ["partner"], registry=REGISTRY)
REFUSED = Counter("vangnet_evaluator_refused_total", "Requests refused, by reason.", ["reason"], registry=REGISTRY)
_request = msgspec.json.Decoder(EvaluationRequest)


class Evaluations:
    """Answers for one evaluator."""

    def __init__(self, name: str, shares: Sequence[Share], pinned: Pinned, store: Store, clock: Clock) -> None:
        self._name, self._shares, self._pinned, self._store, self._clock = name, shares, pinned, store, clock
        self._keys = {
            key.key_id: (partner, key, keys.load_verifying_key(key.public_key))
            for partner, found in pinned.partners.items()
            for key in found
        }

    async def evaluate(self, request: Request) -> Response:
        """Evaluates blinded points: at most 1,000, in a request that a pinned partner signed just now."""
        body, now = await request.body(), self._clock.now()
        partner, key_id = self._sender(body, request, now)
        asked = _read(body)
        if asked.partner != partner:
            raise _problem(403, "partner-differs", "the request names another partner than its signature")
        try:
            share, points = choose_share(self._shares, asked), points_of(asked, evaluation.MAX_POINTS)
        except Refused as refused:
            raise _invalid(refused) from None
        self._take(Asked(partner, key_id, asked.epoch, len(points), request.headers[evaluation.NONCE], now))
        result = await asyncio.to_thread(answer, self._name, share, points, random_scalar)
        POINTS.labels(partner).inc(len(points))
        return Response(msgspec.json.encode(result), media_type="application/json")

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter()
        router.add_api_route(evaluation.PATH, self.evaluate, methods=["POST"], summary="Geblindeerde punten evalueren")
        return router

    def _sender(self, body: bytes, request: Request, now: datetime) -> tuple[str, str]:
        key_id = request.headers.get(evaluation.KEY_ID, "")
        usable = {name: public for name, (_, key, public) in self._keys.items() if _valid(key, now)}
        if key_id in self._keys and key_id not in usable:
            raise _problem(401, "key-expired", "the key is not valid now")
        if problem := evaluation.verify_request(body, request.headers, usable, now=now):
            raise _problem(401, problem.value, f"the request is not believed: {problem.value}")
        return self._keys[key_id][0], key_id

    def _take(self, asked: Asked) -> None:
        outcome = self._store.admit(asked, self._pinned.quota)
        if outcome == "nonce-reused":
            raise _problem(409, outcome, "this request was made before")
        if outcome != "evaluated":
            wait = str(int(_midnight_after(asked.at).total_seconds()) + secrets.randbelow(60))
            raise _problem(429, outcome, "the quota of today is used up", {"Retry-After": wait})


def _read(body: bytes) -> EvaluationRequest:
    try:
        return _request.decode(body)
    except msgspec.MsgspecError as error:
        rule = str(error) if isinstance(error, msgspec.ValidationError) else "is not JSON"
        raise _invalid(Refused("body", rule)) from None


def _valid(key: PartnerKey, now: datetime) -> bool:
    return key.valid_at(now)


def _invalid(refused: Refused) -> Problem:
    REFUSED.labels("invalid").inc()
    error = {"location": refused.location, "code": "invalid", "detail": refused.rule}
    return Problem(400, f"{refused.location} {refused.rule}", [error])


def _problem(status: int, reason: str, detail: str, headers: dict[str, str] | None = None) -> Problem:
    REFUSED.labels(reason).inc()
    return Problem(status, detail, [{"location": "", "code": reason, "detail": detail}], headers)


def _midnight_after(now: datetime) -> timedelta:
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now
