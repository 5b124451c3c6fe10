"""The key that never leaves the partner's machine: event ids, content marks and the spool depend on it."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

KEY_BYTES = 32
FILE = "local.key"
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


class LocalKeyInvalid(Exception):
    """The key file exists and is not a key."""


class LocalKey:
    """Derives from one secret. Whoever loses it can no longer correct or retract what was sent: back it up."""

    def __init__(self, secret: bytes) -> None:
        self._ids = _derived(secret, "event ids")
        self._contents = _derived(secret, "contents")
        self.spool = _derived(secret, "spool")

    def event_id(self, own_id: str) -> str:
        """32 letters a–p (128 bits) that say nothing, the same for the same own id."""
        return _keyed(self._ids, "id", own_id).hex().translate(_LETTERS)

    def incident(self, own_reference: str) -> str:
        """An own incident number, made meaningless in the same way."""
        return _keyed(self._ids, "incident", own_reference).hex().translate(_LETTERS)

    def content(self, canonical: bytes) -> bytes:
        """16 bytes that mark the content of a line, useless without the key."""
        return hashlib.blake2b(canonical, key=self._contents, digest_size=16).digest()


def open_local_key(folder: Path, secret: bytes | None = None) -> LocalKey:
    """The key in the folder; made (0600) when there is none yet. `secret` for a new one, else random."""
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return LocalKey(_read(path))
    with os.fdopen(handle, "w") as file:
        file.write((secret or secrets.token_bytes(KEY_BYTES)).hex() + "\n")
    return LocalKey(_read(path))


def _read(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise LocalKeyInvalid(f"{path} must hold {KEY_BYTES} bytes in hexadecimal: put the file back from its backup")
    return secret


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, b"vangnet-partner v1 " + purpose.encode(), "sha256")


def _keyed(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256")[:16]
