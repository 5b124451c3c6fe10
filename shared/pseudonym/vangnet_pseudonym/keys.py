"""Making, writing and reading keys. Public keys travel in base64url; private ones in PEM or as raw bytes in secrets."""

import base64

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)


def new_signing_key() -> ec.EllipticCurvePrivateKey:
    """A partner's signing key: ECDSA P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def signing_key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """PKCS #8 in PEM, not encrypted: for a file of mode 0600."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_signing_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The key in a PEM file. Raises ValueError."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it wants a password
        raise ValueError("is not an unencrypted private key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("is not an ECDSA P-256 key")
    return key


def verifying_key_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half for the policy: SubjectPublicKeyInfo in base64."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def load_verifying_key(text: str) -> ec.EllipticCurvePublicKey:
    """The key of SubjectPublicKeyInfo in base64. Raises ValueError."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("is not SubjectPublicKeyInfo in base64") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("is not an ECDSA P-256 key")
    return key


def new_seal_key() -> bytes:
    """The linker's HPKE private key: X25519, 32 raw bytes."""
    return X25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def load_seal_private_key(raw: bytes) -> X25519PrivateKey:
    """From 32 raw bytes. Raises ValueError."""
    return X25519PrivateKey.from_private_bytes(raw)


def seal_public_key(raw: bytes) -> bytes:
    """The public half of 32 raw private bytes."""
    return load_seal_private_key(raw).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def load_seal_public_key(raw: bytes) -> X25519PublicKey:
    """From 32 raw bytes. Raises ValueError."""
    return X25519PublicKey.from_public_bytes(raw)


def to_text(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
