"""What the region tells one partner alone: HPKE as in `sealing`, bound to what it answers, padded so that its size says little.

Plaintext: length u32 (big-endian), content, zeros up to a multiple of BLOCK. `sealed` = enc (32) ‖ ciphertext ‖ tag (16).
"""

from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from vangnet_pseudonym.sealing import SUITE, CannotOpen

BLOCK = 16 * 1024
_LENGTH_BYTES = 4


class AnswerBinding(NamedTuple):
    """What an answer belongs to: the request (`source`, `id`), who answers, and which part of how many."""

    region: str
    key_id: str
    source: str
    id: str
    holder: str
    part: int
    parts: int

    @property
    def info(self) -> bytes:
        """HPKE's info: SHA-256 of the label and of each field, one after the other."""
        return b"".join(sha256(value.encode()).digest() for value in ("vangnet-answer-v1", *map(str, self)))


def seal_answer(public_key: X25519PublicKey, binding: AnswerBinding, content: bytes) -> bytes:
    """Only the holder of the private half opens it."""
    plaintext = len(content).to_bytes(_LENGTH_BYTES) + content
    return SUITE.encrypt(plaintext.ljust(-(-len(plaintext) // BLOCK) * BLOCK, b"\0"), public_key, info=binding.info)


def open_answer(private_key: X25519PrivateKey, binding: AnswerBinding, sealed: bytes) -> bytes:
    """What was sealed. Raises CannotOpen."""
    try:
        plaintext = SUITE.decrypt(sealed, private_key, info=binding.info)
    except (InvalidTag, ValueError):
        raise CannotOpen("was sealed for another key or answers another request") from None
    return plaintext[_LENGTH_BYTES : _LENGTH_BYTES + int.from_bytes(plaintext[:_LENGTH_BYTES])]
