"""The form of a sealed identity. Nobody here can open it: whether it opens, and what is in it, is the linker's to say."""

from collections.abc import Iterator
from string import ascii_letters, digits

from vangnet_contract.event import SealedIdentity
from vangnet_contract.reasons import Problem, Reason
from vangnet_pseudonym.sealing import SEALED_BYTES

from vangnet_ingest.domain.case import Case

BASE64URL = f"{ascii_letters}{digits}-_".encode()
SEALED_CHARACTERS = -(-SEALED_BYTES * 4 // 3)
"""Length of the sealed bytes in base64url without padding."""


def seal_has_form(case: Case) -> Iterator[Problem]:
    """Key, scheme and epoch are of the policy; the blob has its one length."""
    identity = case.event.data.identity
    if identity is None:
        return
    yield from _key(identity, case)
    if identity.scheme not in case.policy.region.token_schemes:
        rule = f"must be one of {', '.join(case.policy.region.token_schemes)}"
        yield Problem(Reason.SCHEME_UNKNOWN, "data.identity.scheme", rule)
    if identity.epoch not in case.policy.epoch_numbers:
        yield Problem(Reason.EPOCH_UNKNOWN, "data.identity.epoch", "is not an epoch of this region")
    yield from _blob(identity.sealed)


def _key(identity: SealedIdentity, case: Case) -> Iterator[Problem]:
    key = case.policy.seal_key(identity.key_id)
    if key is None:
        yield Problem(Reason.SEAL_KEY_UNKNOWN, "data.identity.keyId", "is not a seal key of this region")
    elif not key.valid_at(case.now):
        yield Problem(Reason.SEAL_KEY_UNKNOWN, "data.identity.keyId", "is a seal key that is not valid now")


def _blob(sealed: str) -> Iterator[Problem]:
    rule = f"must be exactly {SEALED_CHARACTERS} characters of base64url without padding"
    if len(sealed) < SEALED_CHARACTERS:
        yield Problem(Reason.SEAL_TRUNCATED, "data.identity.sealed", rule)
    elif len(sealed) > SEALED_CHARACTERS:
        yield Problem(Reason.SEAL_OVERSIZED, "data.identity.sealed", rule)
    elif not sealed.isascii() or sealed.encode().translate(None, BASE64URL):
        yield Problem(Reason.WRONG_VALUE, "data.identity.sealed", rule)
