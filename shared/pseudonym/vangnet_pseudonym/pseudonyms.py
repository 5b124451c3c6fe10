"""Keyed hashes: of tokens in the linker, and the pseudonym that each recipient sees."""

import hmac
from hashlib import blake2s

HASH_BYTES = 16
KEY_BYTES = 32


class KeyedHash:
    """Keyed BLAKE2s for one purpose: other purposes under the same key give unrelated values. 16 bytes."""

    def __init__(self, key: bytes, purpose: str) -> None:
        """`key`: 32 random bytes; `purpose`: at most 8 ASCII characters. Raises ValueError."""
        _check(key)
        self._state = blake2s(key=key, digest_size=HASH_BYTES, person=purpose.encode("ascii"))

    def digest(self, value: bytes) -> bytes:
        """The keyed hash of a value."""
        state = self._state.copy()
        state.update(value)
        return state.digest()


def recipient_pseudonym(key: bytes, recipient: str, person: str) -> str:
    """What a recipient knows a person by: HMAC-SHA256(k_out, length-prefixed recipient, person id), 32 hex digits.
    `key`: 32 random bytes. Raises ValueError."""
    _check(key)
    name = recipient.encode()
    return hmac.digest(key, len(name).to_bytes(2) + name + person.encode(), "sha256")[:HASH_BYTES].hex()


def _check(key: bytes) -> None:
    """An empty key would hash as well, and protect nothing."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key must be {KEY_BYTES} bytes")
