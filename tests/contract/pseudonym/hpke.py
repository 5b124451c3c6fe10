"""HPKE base mode written out (RFC 9180; X25519, HKDF-SHA256, AES-128-GCM), with the ephemeral key given: for vectors, and to
hold the library against the RFC."""

import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEM = b"KEM" + (0x20).to_bytes(2)
HPKE = b"HPKE" + (0x20).to_bytes(2) + (1).to_bytes(2) + (1).to_bytes(2)


def extract(suite: bytes, salt: bytes, label: bytes, value: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + value, "sha256")


def expand(suite: bytes, secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    """One block of HKDF-Expand is enough: at most 32 bytes."""
    labelled = size.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:size]


def seal_with(ephemeral: bytes, recipient: bytes, info: bytes, plaintext: bytes) -> bytes:
    """enc ‖ ciphertext ‖ tag."""
    sender = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = sender.public_key().public_bytes_raw()
    shared = sender.exchange(X25519PublicKey.from_public_bytes(recipient))
    secret = expand(KEM, extract(KEM, b"", b"eae_prk", shared), b"shared_secret", enc + recipient, 32)
    context = b"\0" + extract(HPKE, b"", b"psk_id_hash", b"") + extract(HPKE, b"", b"info_hash", info)
    scheduled = extract(HPKE, secret, b"secret", b"")
    key, nonce = expand(HPKE, scheduled, b"key", context, 16), expand(HPKE, scheduled, b"base_nonce", context, 12)
    return enc + AESGCM(key).encrypt(nonce, plaintext, b"")
