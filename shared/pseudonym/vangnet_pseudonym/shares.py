"""Key shares: splitting, refreshing, keeping on file, backing up. k = k₁ + k₂ exists nowhere but in the moment of splitting."""

import os
from collections.abc import Callable
from hashlib import scrypt

import msgspec
import rbcl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vangnet_pseudonym import keys, voprf
from vangnet_pseudonym.split import random_scalar

SCRYPT = {"n": 2**15, "r": 8, "p": 1}


class BackupRefused(ValueError):
    """A backup that cannot be opened: wrong passphrase, or not a backup."""


class Share(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One evaluator's half for an epoch. `scalar` is secret (base64url); a refresh makes a new `share_id`."""

    epoch: int
    share_id: str
    scalar: str

    @property
    def private(self) -> bytes:
        """The scalar, 32 bytes."""
        return keys.from_text(self.scalar)

    @property
    def public(self) -> bytes:
        """K_j = k_j·G."""
        return voprf.public_key(self.private)

    def __repr__(self) -> str:
        return f"Share(epoch={self.epoch}, share_id={self.share_id!r})"


class _Backup(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    format: str
    salt: str
    nonce: str
    sealed: str


FORMAT = "vangnet-share-backup-1"


def split(epoch: int, share_id: str, random: Callable[[], bytes] = random_scalar) -> tuple[Share, Share]:
    """Two new random halves for an epoch."""
    first, second = (Share(epoch=epoch, share_id=share_id, scalar=keys.to_text(random())) for _ in range(2))
    return first, second


def pinned_key(a: Share, b: Share) -> bytes:
    """K = K₁ + K₂, which every partner pins for the epoch."""
    return voprf.add(a.public, b.public)


def refresh(share: Share, delta: bytes, share_id: str, *, subtract: bool) -> Share:
    """The half after a refresh: one evaluator adds delta, the other subtracts it. K and all pseudonyms stay."""
    change = rbcl.crypto_core_ristretto255_scalar_sub if subtract else rbcl.crypto_core_ristretto255_scalar_add
    return Share(epoch=share.epoch, share_id=share_id, scalar=keys.to_text(bytes(change(share.private, delta))))


def dump_shares(shares: list[Share]) -> bytes:
    """An evaluator's share file (JSON): the newest of an epoch last; older ones are kept while partners may ask for them."""
    return msgspec.json.format(msgspec.json.encode(shares), indent=2)


def load_shares(text: bytes) -> list[Share]:
    """The shares in a file. Raises ValueError that names the field."""
    try:
        shares = msgspec.json.decode(text, type=list[Share])
    except msgspec.ValidationError as error:
        raise ValueError(f"not a share file: {error}") from None
    if not shares or any(len(share.private) != voprf.SCALAR_BYTES for share in shares):
        raise ValueError("not a share file: each share needs a scalar of 32 bytes")
    return shares


def backup(shares: list[Share], passphrase: str, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The shares encrypted with a passphrase (scrypt, AES-256-GCM), in JSON that says what it is."""
    salt, nonce = random(16), random(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, dump_shares(shares), FORMAT.encode())
    return msgspec.json.encode(
        _Backup(format=FORMAT, salt=keys.to_text(salt), nonce=keys.to_text(nonce), sealed=keys.to_text(sealed))
    )


def restore(text: bytes, passphrase: str) -> list[Share]:
    """The shares of a backup. Raises BackupRefused."""
    try:
        stored = msgspec.json.decode(text, type=_Backup)
        if stored.format != FORMAT:
            raise BackupRefused(f"not a {FORMAT}")
        key = _key(passphrase, keys.from_text(stored.salt))
        return load_shares(
            AESGCM(key).decrypt(keys.from_text(stored.nonce), keys.from_text(stored.sealed), FORMAT.encode())
        )
    except InvalidTag:
        raise BackupRefused("wrong passphrase, or the backup was altered") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise BackupRefused(str(error)) from None


def _key(passphrase: str, salt: bytes) -> bytes:
    return scrypt(passphrase.encode(), salt=salt, maxmem=128 * 1024 * 1024, dklen=32, **SCRYPT)
