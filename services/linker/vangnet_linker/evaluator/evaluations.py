"""The evaluator's one use case: who asks, what, may it, answer. Blocking; runs in a thread, where the curve frees the interpreter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from vangnet_pseudonym import evaluation
from vangnet_pseudonym.evaluation import EvaluationAnswer, EvaluationRequest
from vangnet_pseudonym.shares import Share
from vangnet_pseudonym.split import random_scalar

from vangnet_linker.evaluator.answering import Fault, Unanswerable, answer, understood
from vangnet_linker.evaluator.metrics import POINTS
from vangnet_linker.evaluator.sender import NotBelieved, Sender, Senders
from vangnet_linker.evaluator.settings import Pinned
from vangnet_linker.evaluator.store import EVALUATED, Asked, Store

INVALID, PARTNER_DIFFERS = "invalid", "partner-differs"
_decode = msgspec.json.Decoder(EvaluationRequest).decode


class Declined(NamedTuple):
    """Understood and not answered: `partner-differs`, `nonce-reused`, `partner-quota` or `total-quota`."""

    partner: str
    reason: str


Outcome = EvaluationAnswer | NotBelieved | Unanswerable | Declined


class Evaluations:
    """Answers of one evaluator."""

    def __init__(self, name: str, shares: Sequence[Share], pinned: Pinned, store: Store) -> None:
        self._name, self._shares, self._quota, self._store = name, shares, pinned.quota, store
        self._senders = Senders(name, pinned)

    def answer(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Outcome:
        """Every request of a known sender stands in the store's log before it is answered. Raises sqlite3.Error."""
        sender = self._senders.of(body, headers, now)
        if isinstance(sender, NotBelieved):
            return sender
        request = _read(body)
        asked = _asked(sender, request, headers[evaluation.NONCE], now)
        if isinstance(request, Unanswerable):
            return self._refused(asked, request)
        if request.partner != sender.partner:
            return self._declined(asked, PARTNER_DIFFERS)
        question = understood(self._shares, request)
        if isinstance(question, Unanswerable):
            return self._refused(asked, question)
        outcome = self._store.admit(asked, self._quota)
        if outcome != EVALUATED:
            return Declined(sender.partner, outcome)
        POINTS.labels(sender.partner).inc(len(question.points))
        return answer(self._name, question, random_scalar)

    def _refused(self, asked: Asked, why: Unanswerable) -> Unanswerable:
        self._store.refuse(asked, INVALID)
        return why

    def _declined(self, asked: Asked, reason: str) -> Declined:
        self._store.refuse(asked, reason)
        return Declined(asked.partner, reason)


def _read(body: bytes) -> EvaluationRequest | Unanswerable:
    try:
        return _decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        rule = str(error) if isinstance(error, msgspec.ValidationError) else "is not JSON"
        return Unanswerable([Fault("body", rule)])


def _asked(sender: Sender, request: EvaluationRequest | Unanswerable, nonce: str, now: datetime) -> Asked:
    epoch, points = (0, 0) if isinstance(request, Unanswerable) else (request.epoch, len(request.points))
    return Asked(sender.partner, sender.key_id, min(max(epoch, 0), 2**16), points, nonce, now)
