"""The sealed identity: HPKE base mode (RFC 9180; X25519, HKDF-SHA256, AES-128-GCM), bound to its event, of fixed size.

Plaintext, always 1,024 bytes: version u8, rarity u8, n u8, n × (epoch u16, count u8, count × (kind u8, token 16 bytes)),
details length u16, details (JSON, S3 and S4 only), zeros. Integers are big-endian. `sealed` = enc (32) ‖ ciphertext ‖ tag (16).
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

VERSION = 1
PLAINTEXT_BYTES = 1024
SEALED_BYTES = 32 + PLAINTEXT_BYTES + 16
TOKEN_BYTES = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class SealError(ValueError):
    """A sealed identity that cannot be used."""


class Truncated(SealError):
    """Shorter than a sealed identity is."""


class Oversized(SealError):
    """Longer than a sealed identity is."""


class CannotOpen(SealError):
    """Sealed for another key, or bound to another event: HPKE does not tell these apart."""


class BadLayout(SealError):
    """Opened, but the plaintext is not laid out as it should be."""


class NoTokens(SealError):
    """Opened, and no token in it."""


class Binding(NamedTuple):
    """What a seal belongs to. `occurred_at` exactly as it stands in `data`."""

    region: str
    key_id: str
    scheme: str
    epoch: int
    source: str
    id: str
    type: str
    occurred_at: str

    @property
    def info(self) -> bytes:
        """HPKE's info: SHA-256 of the label and of each field, one after the other."""
        return b"".join(sha256(value.encode()).digest() for value in ("vangnet-seal-v1", *map(str, self)))


class Contents(NamedTuple):
    """What is sealed. `tokens`: epoch → (kind, 16 bytes); `details`: JSON of the sealed details, or None."""

    tokens: Mapping[int, Sequence[tuple[int, bytes]]]
    details: bytes | None = None
    rarity: int = 0
    version: int = VERSION


def seal(public_key: X25519PublicKey, binding: Binding, contents: Contents) -> bytes:
    """The sealed identity. Raises BadLayout when it does not fit."""
    return _SUITE.encrypt(pack(contents), public_key, info=binding.info)


def unseal(private_key: X25519PrivateKey, binding: Binding, blob: bytes) -> Contents:
    """What is in a sealed identity. Raises SealError."""
    if len(blob) < SEALED_BYTES:
        raise Truncated(f"is {len(blob)} bytes, must be {SEALED_BYTES}")
    if len(blob) > SEALED_BYTES:
        raise Oversized(f"is {len(blob)} bytes, must be {SEALED_BYTES}")
    try:
        plaintext = _SUITE.decrypt(blob, private_key, info=binding.info)
    except (InvalidTag, ValueError):
        raise CannotOpen("was sealed for another key or another event") from None
    return unpack(plaintext)


def pack(contents: Contents) -> bytes:
    """The plaintext. Raises BadLayout."""
    parts = [bytes([contents.version, contents.rarity, len(contents.tokens)])]
    for epoch, tokens in sorted(contents.tokens.items()):
        parts.append(epoch.to_bytes(2) + bytes([len(tokens)]))
        parts += [bytes([kind]) + token for kind, token in sorted(tokens)]
    details = contents.details or b""
    packed = b"".join((*parts, len(details).to_bytes(2), details))
    if len(packed) > PLAINTEXT_BYTES:
        raise BadLayout(f"needs {len(packed)} bytes, at most {PLAINTEXT_BYTES}")
    return packed.ljust(PLAINTEXT_BYTES, b"\0")


def unpack(plaintext: bytes) -> Contents:
    """What pack packed. Raises BadLayout, NoTokens."""
    version, rarity, epochs = plaintext[0], plaintext[1], plaintext[2]
    if version != VERSION:
        raise BadLayout("has a version that is not known")
    at, tokens = 3, {}
    for _ in range(epochs):
        epoch, count = int.from_bytes(plaintext[at : at + 2]), plaintext[at + 2] if at + 2 < len(plaintext) else 0
        end = at + 3 + count * (1 + TOKEN_BYTES)
        if end > len(plaintext) - 2 or epoch in tokens:
            raise BadLayout("is not laid out as a sealed identity")
        tokens[epoch] = [
            (plaintext[i], plaintext[i + 1 : i + 1 + TOKEN_BYTES]) for i in range(at + 3, end, 1 + TOKEN_BYTES)
        ]
        at = end
    length = int.from_bytes(plaintext[at : at + 2])
    details, rest = plaintext[at + 2 : at + 2 + length], plaintext[at + 2 + length :]
    if len(details) != length or rest.strip(b"\0"):
        raise BadLayout("is not laid out as a sealed identity")
    if not any(tokens.values()):
        raise NoTokens("holds no token")
    return Contents(tokens, details or None, rarity, version)
