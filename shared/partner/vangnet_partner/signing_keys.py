"""`vangnet-partner keys`: a signing key pair; the public part is what the region puts into its policy."""

import os
from pathlib import Path

from vangnet_pseudonym import keys


class KeyExists(Exception):
    """A private key is never written over."""


def make_signing_key(path: Path) -> str:
    """Writes a new ECDSA P-256 private key (PEM, 0600) and gives the public part (SubjectPublicKeyInfo, base64)."""
    key = keys.new_signing_key()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyExists(f"{path} exists: move it away first, or give another name") from None
    with os.fdopen(handle, "wb") as file:
        file.write(keys.signing_key_pem(key))
    return keys.verifying_key_text(key)


def policy_lines(partner: str, key_id: str, public_key: str, valid_from: str, valid_to: str) -> str:
    """The lines for keys.yaml of the region's policy."""
    return (
        f"partners:\n  {partner}:\n    - keyId: {key_id}\n      publicKey: {public_key}\n"
        f'      validFrom: "{valid_from}"\n      validTo: "{valid_to}"\n'
    )
