"""Asking an evaluator: the messages of POST /v1/evaluaties, and the partner's signature over a request.

The signature is ECDSA P-256 (r‖s, base64) over the lines `vangnet-evaluation-2`, name of the evaluator that is asked, method,
path, SHA-256 of the body (hex), key id, timestamp (RFC 3339) and nonce, joined by newlines. It travels in the headers HEADERS.
A nonce is at most 64 characters. The name keeps one evaluator, or who listens there, from asking the other one with it: that
would use up the partner's quota there.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

PATH = "/v1/evaluaties"
MAX_POINTS = 1000
MAX_AGE = timedelta(minutes=5)
MOST_NONCE = 64
_SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979
_VERIFYING = ec.ECDSA(hashes.SHA256())
KEY_ID, TIMESTAMP, NONCE, SIGNATURE = HEADERS = (
    "vangnet-key-id",
    "vangnet-timestamp",
    "vangnet-nonce",
    "vangnet-signature",
)


class EvaluationRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Blinded points in base64url. Without `share_id` the evaluator takes its newest share of the epoch."""

    partner: str
    epoch: int
    points: list[str]
    share_id: str | None = None


class EvaluationAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Evaluated points in the same order, and one proof for all of them against `public_key`."""

    evaluator: str
    epoch: int
    share_id: str
    public_key: str
    points: list[str]
    proof: str


class RequestProblem(StrEnum):
    """Why a request is not believed."""

    MISSING = "signature-missing"
    KEY_UNKNOWN = "key-unknown"
    STALE = "timestamp-not-now"
    INVALID = "signature-invalid"


def sign_request(
    body: bytes, private_key: ec.EllipticCurvePrivateKey, key_id: str, *, evaluator: str, now: datetime, nonce: str
) -> dict[str, str]:
    """The headers that sign a POST of this body to the evaluator of that name."""
    timestamp = now.isoformat()
    r, s = decode_dss_signature(private_key.sign(_signed(evaluator, body, key_id, timestamp, nonce), _SIGNING))
    signature = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
    return {KEY_ID: key_id, TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature}


def verify_request(
    body: bytes,
    headers: Mapping[str, str],
    public_keys: Mapping[str, ec.EllipticCurvePublicKey],
    *,
    evaluator: str,
    now: datetime,
) -> RequestProblem | None:
    """None when the request was signed just now, for this evaluator, with one of these keys. Whether its nonce is new is for
    the caller."""
    if any(not headers.get(name) for name in HEADERS) or len(headers[NONCE]) > MOST_NONCE:
        return RequestProblem.MISSING
    key = public_keys.get(headers[KEY_ID])
    if key is None:
        return RequestProblem.KEY_UNKNOWN
    if not _fresh(headers[TIMESTAMP], now):
        return RequestProblem.STALE
    signed = _signed(evaluator, body, headers[KEY_ID], headers[TIMESTAMP], headers[NONCE])
    return None if _holds(key, headers[SIGNATURE], signed) else RequestProblem.INVALID


def _fresh(timestamp: str, now: datetime) -> bool:
    try:
        return abs(datetime.fromisoformat(timestamp) - now) <= MAX_AGE
    except (ValueError, TypeError):
        return False


def _holds(key: ec.EllipticCurvePublicKey, signature: str, signed: bytes) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        if len(raw) != 64:
            return False
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key.verify(der, signed, _VERIFYING)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(evaluator: str, body: bytes, key_id: str, timestamp: str, nonce: str) -> bytes:
    return "\n".join(
        ("vangnet-evaluation-2", evaluator, "POST", PATH, sha256(body).hexdigest(), key_id, timestamp, nonce)
    ).encode()
