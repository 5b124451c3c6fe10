"""The partner's signature: CloudEvents *verifiability* (DSSE v0.1) with ECDSA P-256 and SHA-256, r‖s.

core = SHA-256 of the concatenated SHA-256 digests of the context attributes in fixed order and of the bytes of `data` as
sent, first to last byte of the JSON value; of a missing attribute SHA-256 of nothing.

Held against the extension's published vectors (tests/contract/pseudonym): of case 5, whose data bytes are given in base64,
`core` and signature reproduce byte for byte, which settles the construction; so do the signatures of case 3 and of the
walkthrough, and `ext`. Cases 1–4 and 6–7 and the walkthrough give `data` as JSON text and not as the bytes that were hashed;
no spacing of it gives their `core`. Two restrictions here: exactly one signature, and no signed extension attribute is needed.
"""

import base64
from binascii import a2b_base64
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

PAYLOAD_TYPE = "https://cloudevents.io/verifiability/dsse/v0.1"
ORDER = ("id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject", "time")
_NOT_EXTENSIONS = {*ORDER, "dssematerial"}
_SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979, as the extension's vectors
_VERIFYING = ec.ECDSA(hashes.SHA256())


class SignatureProblem(StrEnum):
    """Why a signature does not hold."""

    MALFORMED = "malformed"
    KEY_UNKNOWN = "key-unknown"
    ALTERED = "altered"


class _Signature(msgspec.Struct):
    keyid: str
    sig: str


class _Envelope(msgspec.Struct, rename="camel"):
    payload: str
    payload_type: str
    signatures: list[_Signature]


class _Payload(msgspec.Struct):
    core: str
    ext: str | None = None
    signedextattrs: list[str] | None = None


class Signed(NamedTuple):
    """An envelope with one signature."""

    envelope: _Envelope

    @property
    def key_id(self) -> str:
        """Of the key that it names."""
        return self.envelope.signatures[0].keyid

    def holds(self, key: ec.EllipticCurvePublicKey, attributes: Mapping[str, str], data: bytes) -> bool:
        """Whether it is this key's, about an event with these attributes and data bytes."""
        try:
            payload = a2b_base64(self.envelope.payload, strict_mode=True)
            raw = a2b_base64(self.envelope.signatures[0].sig, strict_mode=True)
            if len(raw) != 64 or _signed_core(payload) != core_digest(attributes, data):
                return False
            der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
            key.verify(der, _pre_authentication(payload), _VERIFYING)
        except (InvalidSignature, ValueError, msgspec.MsgspecError, RecursionError):
            return False
        return True


_envelope = msgspec.json.Decoder(_Envelope)
_payload = msgspec.json.Decoder(_Payload)


def core_digest(attributes: Mapping[str, str], data: bytes) -> bytes:
    """The digest that the signature is about. `time` is taken in UTC, whole seconds, with Z. Raises ValueError for a time
    that is none."""
    digests = b"".join(
        sha256(_utc(attributes["time"]).encode()).digest()
        if name == "time" and "time" in attributes
        else _digest(attributes.get(name, ""))
        for name in ORDER
    )
    return sha256(digests + sha256(data).digest()).digest()


def sign_event(attributes: Mapping[str, str], data: bytes, private_key: ec.EllipticCurvePrivateKey, key_id: str) -> str:
    """The value of `dssematerial` for an event with these context attributes and data bytes."""
    payload = msgspec.json.encode({"core": base64.b64encode(core_digest(attributes, data)).decode()})
    r, s = decode_dss_signature(private_key.sign(_pre_authentication(payload), _SIGNING))
    envelope = _Envelope(_b64(payload), PAYLOAD_TYPE, [_Signature(key_id, _b64(r.to_bytes(32) + s.to_bytes(32)))])
    return _b64(msgspec.json.encode(envelope))


def read_signature(dssematerial: str) -> Signed | None:
    """What `dssematerial` says, before anything is verified; None when it is no envelope with one signature."""
    try:
        envelope = _envelope.decode(a2b_base64(dssematerial, strict_mode=True))
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return Signed(envelope) if envelope.payload_type == PAYLOAD_TYPE and len(envelope.signatures) == 1 else None


def verify_event(
    attributes: Mapping[str, str], data: bytes, dssematerial: str, public_keys: Mapping[str, ec.EllipticCurvePublicKey]
) -> SignatureProblem | None:
    """None when the signature holds with one of these keys (by key id)."""
    signed = read_signature(dssematerial)
    if signed is None:
        return SignatureProblem.MALFORMED
    key = public_keys.get(signed.key_id)
    if key is None:
        return SignatureProblem.KEY_UNKNOWN
    return None if signed.holds(key, attributes, data) else SignatureProblem.ALTERED


def _signed_core(payload: bytes) -> bytes | None:
    """None when the payload breaks the extension's rules for signed extension attributes."""
    signed = _payload.decode(payload)
    names = signed.signedextattrs
    if (signed.ext is None) != (names is None):
        return None
    if names is not None and (len({*names}) != len(names) or {*names} & _NOT_EXTENSIONS):
        return None
    return a2b_base64(signed.core, strict_mode=True)


@lru_cache(maxsize=64)
def _digest(value: str) -> bytes:
    """Of what most events have in common."""
    return sha256(value.encode()).digest()


def _pre_authentication(payload: bytes) -> bytes:
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _utc(time: str) -> str:
    at = datetime.fromisoformat(time)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # refused elsewhere; never the time zone of this machine
    try:
        return f"{at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
    except OverflowError:
        raise ValueError("a time must lie in the years 1 to 9999 in UTC") from None


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()
