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
_HEADER_BYTES, _EPOCH_BYTES, _ENTRY_BYTES = 3, 3, 1 + TOKEN_BYTES
_LAST_LENGTH = PLAINTEXT_BYTES - 2  # where the length of the details can stand at the latest
_NOT_SO = "is not laid out as a sealed identity"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


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
    return SUITE.encrypt(pack(contents), public_key, info=binding.info)


def unseal(private_key: X25519PrivateKey, binding: Binding, blob: bytes) -> Contents:
    """What is in a sealed identity. Raises SealError."""
    if len(blob) < SEALED_BYTES:
        raise Truncated(f"is {len(blob)} bytes, must be {SEALED_BYTES}")
    if len(blob) > SEALED_BYTES:
        raise Oversized(f"is {len(blob)} bytes, must be {SEALED_BYTES}")
    try:
        plaintext = SUITE.decrypt(blob, private_key, info=binding.info)
    except (InvalidTag, ValueError):
        raise CannotOpen("was sealed for another key or another event") from None
    return unpack(plaintext)


def pack(contents: Contents) -> bytes:
    """The plaintext. Raises BadLayout."""
    details = contents.details or b""
    parts = [_header(contents), *(_epoch(epoch, tokens) for epoch, tokens in sorted(contents.tokens.items()))]
    size = sum(map(len, parts)) + 2 + len(details)
    if size > PLAINTEXT_BYTES:
        raise BadLayout(f"needs {size} bytes, at most {PLAINTEXT_BYTES}")
    return b"".join((*parts, len(details).to_bytes(2), details)).ljust(PLAINTEXT_BYTES, b"\0")


def _header(contents: Contents) -> bytes:
    if contents.version != VERSION or not 0 <= contents.rarity < 256 or len(contents.tokens) > 255:
        raise BadLayout(f"the version must be {VERSION}, rarity and the number of epochs below 256")
    return bytes((contents.version, contents.rarity, len(contents.tokens)))


def _epoch(epoch: int, tokens: Sequence[tuple[int, bytes]]) -> bytes:
    kinds = {kind for kind, _ in tokens}
    if not 0 < epoch < 2**16 or len(kinds) != len(tokens) or not all(0 < kind < 256 for kind in kinds):
        raise BadLayout("an epoch is a number below 65,536 with one token for each kind below 256")
    if any(len(token) != TOKEN_BYTES for _, token in tokens):
        raise BadLayout(f"a token must be {TOKEN_BYTES} bytes")
    return (
        epoch.to_bytes(2) + bytes((len(tokens),)) + b"".join(bytes((kind,)) + token for kind, token in sorted(tokens))
    )


def unpack(plaintext: bytes) -> Contents:
    """What pack packed. Raises BadLayout, NoTokens."""
    if len(plaintext) != PLAINTEXT_BYTES or plaintext[0] != VERSION:
        raise BadLayout("has a version or a size that is not known")
    at, tokens = _HEADER_BYTES, {}
    for _ in range(plaintext[2]):
        epoch, count = _read_epoch(plaintext, at)
        end = at + _EPOCH_BYTES + count * _ENTRY_BYTES
        if end > _LAST_LENGTH or epoch in tokens:
            raise BadLayout(_NOT_SO)
        tokens[epoch] = _read_tokens(plaintext, at + _EPOCH_BYTES, end)
        at = end
    end = at + 2 + int.from_bytes(plaintext[at : at + 2])
    if end > PLAINTEXT_BYTES or plaintext.count(0, end) != PLAINTEXT_BYTES - end:
        raise BadLayout(_NOT_SO)
    if not any(tokens.values()):
        raise NoTokens("holds no token")
    return Contents(tokens, plaintext[at + 2 : end] or None, plaintext[1])


def _read_epoch(plaintext: bytes, at: int) -> tuple[int, int]:
    if at + _EPOCH_BYTES > _LAST_LENGTH:
        raise BadLayout(_NOT_SO)
    return plaintext[at] << 8 | plaintext[at + 1], plaintext[at + 2]


def _read_tokens(plaintext: bytes, start: int, end: int) -> list[tuple[int, bytes]]:
    tokens = [(plaintext[i], plaintext[i + 1 : i + _ENTRY_BYTES]) for i in range(start, end, _ENTRY_BYTES)]
    if len({kind for kind, _ in tokens}) != len(tokens):
        raise BadLayout("holds two tokens of one kind")
    return tokens
