"""Encryption of what waits on the disk: AES-256-GCM, 12 random bytes in front, bound to the event id."""

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Undecipherable(Exception):
    """It was made with another local key, or changed."""


class Cipher:
    """`random(n)` gives n random bytes."""

    def __init__(self, key: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        self._aes = AESGCM(key)
        self._random = random

    def encrypt(self, clear: bytes, event_id: str) -> bytes:
        """nonce ‖ ciphertext ‖ tag."""
        nonce = self._random(NONCE_BYTES)
        return nonce + self._aes.encrypt(nonce, clear, event_id.encode())

    def decrypt(self, blob: bytes, event_id: str) -> bytes:
        """Raises Undecipherable."""
        try:
            return self._aes.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], event_id.encode())
        except (InvalidTag, ValueError):
            raise Undecipherable(
                "what waits in the spool was encrypted with another local key: put the local.key of that time back"
            ) from None
