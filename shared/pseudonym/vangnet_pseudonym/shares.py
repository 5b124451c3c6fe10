"""Key shares: making, refreshing, keeping on file, backing up. k = k₁ + k₂ exists nowhere, not even when the halves are made."""

import os
from collections.abc import Callable
from hashlib import scrypt

import msgspec
import rbcl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vangnet_pseudonym import keys, voprf
from vangnet_pseudonym.split import random_scalar

LOG2_COST = 17
"""scrypt's N as a power of two (r = 8, p = 1): 128 MiB and about half a second for each guess of a passphrase."""
_COSTS = range(10, 21)


class BackupRefused(ValueError):
    """A backup that cannot be opened: wrong passphrase, or not a backup."""


class Share(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
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


class _Backup(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    format: str
    log2_cost: int
    salt: str
    nonce: str
    sealed: str


FORMAT = "vangnet-share-backup-1"


def make(epoch: int, share_id: str, random: Callable[[], bytes] = random_scalar) -> Share:
    """One new random half: each organisation makes its own, and tells only its public key."""
    return Share(epoch=epoch, share_id=share_id, scalar=keys.to_text(random()))


def split(epoch: int, share_id: str, random: Callable[[], bytes] = random_scalar) -> tuple[Share, Share]:
    """Two new random halves for an epoch."""
    return make(epoch, share_id, random), make(epoch, share_id, random)


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
    """The shares in a file. Raises ValueError that names the field, never a value."""
    try:
        shares = msgspec.json.decode(text, type=list[Share])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"not a share file: {_complaint(error)}") from None
    if not shares:
        raise ValueError("not a share file: holds no share")
    for number, share in enumerate(shares):
        if not _usable(share):
            raise ValueError(
                f"not a share file: {number}.scalar must be a ristretto255 scalar of 32 bytes in base64url"
            )
    if len({(share.epoch, share.share_id) for share in shares}) != len(shares):
        raise ValueError("not a share file: holds two shares with one epoch and shareId")
    return shares


def backup(
    shares: list[Share], passphrase: str, random: Callable[[int], bytes] = os.urandom, log2_cost: int = LOG2_COST
) -> bytes:
    """The shares encrypted with a passphrase (scrypt, AES-256-GCM), in JSON that says how. Raises ValueError without a
    passphrase, and for what could not be restored."""
    if not passphrase or log2_cost not in _COSTS:
        raise ValueError("a backup needs a passphrase, and a cost from 10 to 20")
    plaintext = dump_shares(shares)
    load_shares(plaintext)
    salt, nonce = random(16), random(12)
    sealed = AESGCM(_key(passphrase, salt, log2_cost)).encrypt(nonce, plaintext, _bound(log2_cost))
    return msgspec.json.encode(
        _Backup(
            format=FORMAT,
            log2_cost=log2_cost,
            salt=keys.to_text(salt),
            nonce=keys.to_text(nonce),
            sealed=keys.to_text(sealed),
        )
    )


def restore(text: bytes, passphrase: str) -> list[Share]:
    """The shares of a backup. Raises BackupRefused."""
    try:
        stored = msgspec.json.decode(text, type=_Backup)
        if stored.format != FORMAT or stored.log2_cost not in _COSTS:
            raise BackupRefused(f"is not a {FORMAT}, or of an unknown cost")
        key = _key(passphrase, keys.from_text(stored.salt), stored.log2_cost)
        nonce, sealed = keys.from_text(stored.nonce), keys.from_text(stored.sealed)
        return load_shares(AESGCM(key).decrypt(nonce, sealed, _bound(stored.log2_cost)))
    except InvalidTag:
        raise BackupRefused("wrong passphrase, or the backup was altered") from None
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BackupRefused(f"is not a {FORMAT}: {_complaint(error)}") from None
    except BackupRefused:
        raise
    except ValueError as error:
        raise BackupRefused(str(error)) from None


def _key(passphrase: str, salt: bytes, log2_cost: int) -> bytes:
    cost = 2**log2_cost
    return scrypt(passphrase.encode(), salt=salt, n=cost, r=8, p=1, maxmem=2 * 128 * 8 * cost, dklen=32)


def _bound(log2_cost: int) -> bytes:
    return f"{FORMAT}|{log2_cost}".encode()


def _usable(share: Share) -> bool:
    try:
        return voprf.valid_scalar(share.private) and 0 < share.epoch < 2**16
    except ValueError:
        return False


def _complaint(error: Exception) -> str:
    return str(error) if isinstance(error, msgspec.ValidationError) else "is not JSON"
