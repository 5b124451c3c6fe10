"""(V)OPRF with ristretto255 and SHA-512: RFC 9497, modes 0 and 1. Elements and scalars are 32 bytes.

Everything random is a parameter. Section numbers are the RFC's.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha512

import rbcl

OPRF, VOPRF = 0, 1
ELEMENT_BYTES = SCALAR_BYTES = 32
PROOF_BYTES = 64
SUITE = b"ristretto255-SHA512"
IDENTITY = bytes(32)
ORDER = 2**252 + 27742317777372353535851937790883648493


class InvalidElement(ValueError):
    """Bytes that are not a group element, or the identity element."""


class ProofFailed(ValueError):
    """The evaluation was not made with the key that the evaluator shows."""


def hash_to_group(message: bytes, mode: int = VOPRF) -> bytes:
    """H(x): a group element whose logarithm nobody knows."""
    return bytes(rbcl.crypto_core_ristretto255_from_hash(_expand(message, b"HashToGroup-" + _context(mode))))


def hash_to_scalar(message: bytes, dst: bytes) -> bytes:
    """A scalar from a message, under a domain separation tag."""
    return bytes(rbcl.crypto_core_ristretto255_scalar_reduce(_expand(message, dst)))


def derive_key(seed: bytes, info: bytes, mode: int = VOPRF) -> bytes:
    """DeriveKeyPair (3.2.1): a private scalar from a 32-byte seed."""
    for counter in range(256):
        key = hash_to_scalar(seed + _sized(info) + bytes([counter]), b"DeriveKeyPair" + _context(mode))
        if key != bytes(32):
            return key
    raise ValueError("no key from this seed")


def public_key(private: bytes) -> bytes:
    """k·G."""
    return bytes(rbcl.crypto_scalarmult_ristretto255_base(private))


def blind(message: bytes, blinding: bytes, mode: int = VOPRF) -> bytes:
    """r·H(x): says nothing about x, whoever looks at it."""
    return multiply(blinding, hash_to_group(message, mode))


def evaluate(private: bytes, blinded: bytes) -> bytes:
    """k·B. Raises InvalidElement."""
    return multiply(private, blinded)


def unblind(blinding: bytes, evaluated: bytes) -> bytes:
    """r⁻¹·E."""
    return multiply(bytes(rbcl.crypto_core_ristretto255_scalar_invert(blinding)), evaluated)


def finalize(message: bytes, element: bytes) -> bytes:
    """The 64-byte output for an input and its unblinded element N (3.3.1)."""
    return sha512(_sized(message) + _sized(element) + b"Finalize").digest()


def prove(private: bytes, public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], nonce: bytes) -> bytes:
    """One proof for all evaluations (GenerateProof, 2.2.1); `nonce` = a random scalar, never used twice."""
    m = _sum(_weights(public, blinded, evaluated), blinded)
    z = multiply(private, m)
    t2, t3 = public_key(nonce), multiply(nonce, m)
    c = _challenge(public, m, z, t2, t3)
    s = rbcl.crypto_core_ristretto255_scalar_sub(nonce, rbcl.crypto_core_ristretto255_scalar_mul(c, private))
    return c + bytes(s)


def verify(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes) -> None:
    """VerifyProof (2.2.2). Raises ProofFailed, InvalidElement."""
    if not valid_element(public):
        raise InvalidElement("the public key is not a group element")
    if len(proof) != PROOF_BYTES or len(blinded) != len(evaluated) or not blinded:
        raise ProofFailed("the proof does not fit the points")
    c, s = proof[:SCALAR_BYTES], proof[SCALAR_BYTES:]
    if int.from_bytes(s, "little") >= ORDER:
        raise ProofFailed("the proof is not in canonical form")
    weights = _weights(public, blinded, evaluated)
    m, z = _sum(weights, blinded), _sum(weights, evaluated)
    t2 = _add(_times_base(s), _multiply(c, public))
    t3 = _add(_multiply(s, m), _multiply(c, z))
    if _challenge(public, m, z, t2, t3) != c:
        raise ProofFailed("the evaluation was made with another key")


def add(a: bytes, b: bytes) -> bytes:
    """a + b. Raises InvalidElement."""
    if not (valid_element(a) and valid_element(b)):
        raise InvalidElement("not a group element")
    return _add(a, b)


def multiply(scalar: bytes, element: bytes) -> bytes:
    """scalar·element; neither may be zero. Raises InvalidElement."""
    try:
        return bytes(rbcl.crypto_scalarmult_ristretto255(scalar, element))
    except (RuntimeError, ValueError, TypeError) as error:
        raise InvalidElement("not a group element") from error


def valid_element(element: bytes) -> bool:
    """Whether these bytes are a group element other than the identity."""
    return (
        len(element) == ELEMENT_BYTES
        and element != IDENTITY
        and bool(rbcl.crypto_core_ristretto255_is_valid_point(element))
    )


def valid_scalar(scalar: bytes) -> bool:
    """Whether these bytes are a scalar other than zero, below the group's order."""
    return len(scalar) == SCALAR_BYTES and 0 < int.from_bytes(scalar, "little") < ORDER


def _add(a: bytes, b: bytes) -> bytes:
    """Of valid elements or the identity: libsodium gives the identity for anything else and says nothing."""
    return bytes(rbcl.crypto_core_ristretto255_add(a, b))


def _multiply(scalar: bytes, element: bytes) -> bytes:
    """As _add; scalar and element may be zero."""
    return bytes(rbcl.crypto_scalarmult_ristretto255_allow_scalar_zero(scalar, element))


def _times_base(scalar: bytes) -> bytes:
    return bytes(rbcl.crypto_scalarmult_ristretto255_base_allow_scalar_zero(scalar))


def _weights(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes]) -> list[bytes]:
    context = _context(VOPRF)
    seed = sha512(_sized(public) + _sized(b"Seed-" + context)).digest()
    dst = b"HashToScalar-" + context
    return [
        hash_to_scalar(_sized(seed) + number.to_bytes(2) + _sized(c) + _sized(d) + b"Composite", dst)
        for number, (c, d) in enumerate(zip(blinded, evaluated, strict=True))
    ]


def _sum(weights: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    total = IDENTITY
    for weight, element in zip(weights, elements, strict=True):
        total = _add(total, multiply(weight, element))
    return total


def _challenge(*elements: bytes) -> bytes:
    return hash_to_scalar(b"".join(map(_sized, elements)) + b"Challenge", b"HashToScalar-" + _context(VOPRF))


@cache
def _context(mode: int) -> bytes:
    return b"OPRFV1-" + bytes([mode]) + b"-" + SUITE


def _expand(message: bytes, dst: bytes) -> bytes:
    """expand_message_xmd of RFC 9380 with SHA-512, 64 bytes: one block is enough."""
    tag = dst + bytes([len(dst)])
    first = sha512(bytes(128) + message + (64).to_bytes(2) + b"\0" + tag).digest()
    return sha512(first + b"\x01" + tag).digest()


def _sized(value: bytes) -> bytes:
    return len(value).to_bytes(2) + value
