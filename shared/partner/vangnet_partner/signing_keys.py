"""`vangnet-partner keys` and `answer-key`: key pairs of a partner; the public parts are what the region puts into its policy."""

import os
from pathlib import Path

from vangnet_pseudonym import keys


class KeyExists(Exception):
    """A private key is never written over."""


def make_signing_key(path: Path) -> str:
    """Writes a new ECDSA P-256 private key (PEM, 0600) and gives the public part (SubjectPublicKeyInfo, base64)."""
    key = keys.new_signing_key()
    _write(path, keys.signing_key_pem(key))
    return keys.verifying_key_text(key)


def make_answer_key(path: Path) -> str:
    """Writes a new X25519 private key (base64url, 0600) and gives the public part (base64url)."""
    raw = keys.new_seal_key()
    _write(path, keys.to_text(raw).encode() + b"\n")
    return keys.to_text(keys.seal_public_key(raw))


def _write(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyExists(f"{path} exists: move it away first, or give another name") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def policy_lines(part: str, partner: str, key_id: str, public_key: str, valid: tuple[str, str]) -> str:
    """The lines for keys.yaml of the region's policy; `part`: partners (signing keys) or answers."""
    return (
        f"{part}:\n  {partner}:\n    - keyId: {key_id}\n      publicKey: {public_key}\n"
        f'      validFrom: "{valid[0]}"\n      validTo: "{valid[1]}"\n'
    )
