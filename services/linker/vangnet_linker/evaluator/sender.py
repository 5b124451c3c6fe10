"""Who asks: the partner whose pinned key signed the request just now."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from vangnet_contract.policy import PartnerKey
from vangnet_pseudonym import evaluation, keys

from vangnet_linker.evaluator.settings import Pinned

KEY_EXPIRED = "key-expired"


class Sender(NamedTuple):
    """A partner, and the key that it signed with."""

    partner: str
    key_id: str


class NotBelieved(NamedTuple):
    """Why a request is not answered: one of evaluation.RequestProblem, or `key-expired`."""

    reason: str


class _Known(NamedTuple):
    partner: str
    validity: PartnerKey
    key: EllipticCurvePublicKey


class Senders:
    """The pinned keys, read once. `name`: of the evaluator that is asked; requests are signed for it."""

    def __init__(self, name: str, pinned: Pinned) -> None:
        self._name = name
        self._known = {
            pin.key_id: _Known(partner, pin, keys.load_verifying_key(pin.public_key))
            for partner, pins in pinned.partners.items()
            for pin in pins
        }

    def of(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sender | NotBelieved:
        """Who signed this request."""
        key_id = headers.get(evaluation.KEY_ID, "")
        known = self._known.get(key_id)
        if known and not known.validity.valid_at(now):
            return NotBelieved(KEY_EXPIRED)
        usable = {key_id: known.key} if known else {}
        problem = evaluation.verify_request(body, headers, usable, evaluator=self._name, now=now)
        if problem or not known:
            return NotBelieved(problem.value if problem else evaluation.RequestProblem.KEY_UNKNOWN.value)
        return Sender(known.partner, key_id)
