"""The partner's signature: made with a key of this partner that is valid now, over exactly this event."""

from collections.abc import Iterator
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from vangnet_contract.policy import Policy
from vangnet_contract.reasons import Problem, Reason
from vangnet_pseudonym.keys import load_verifying_key
from vangnet_pseudonym.signature import Signed, read_signature

from vangnet_ingest.domain.case import Case

FIELD = "dssematerial"

verifying_key = lru_cache(maxsize=4096)(load_verifying_key)
"""A key of the policy, read once. Raises ValueError (not on keys that `unusable_keys` has passed)."""


def unusable_keys(policy: Policy) -> Iterator[str]:
    """Ids of keys in the policy that are not ECDSA P-256 in SubjectPublicKeyInfo, base64."""
    for keys in policy.keys.partners.values():
        for key in keys:
            try:
                verifying_key(key.public_key)
            except ValueError:
                yield key.key_id


def signature_valid(case: Case) -> Iterator[Problem]:
    """The first thing that is wrong with it. What has no readable time has no digest: that is refused elsewhere."""
    material = case.event.dssematerial
    if material is None:
        yield Problem(Reason.SIGNATURE_MISSING, FIELD, "is required")
    elif (signed := read_signature(material)) is None:
        yield Problem(
            Reason.SIGNATURE_INVALID, FIELD, "is not a DSSE envelope of the verifiability extension in base64"
        )
    elif problem := _key_problem(case, signed.key_id):
        yield problem
    elif case.time is not None and not _holds(case, signed):
        yield Problem(Reason.SIGNATURE_INVALID, FIELD, "does not belong to this event and this key")


def _key_problem(case: Case, key_id: str) -> Problem | None:
    found = case.policy.partner_key(key_id)
    if found is None:
        return Problem(Reason.KEY_UNKNOWN, FIELD, "names a key that is not in the policy")
    owner, key = found
    if owner != case.partner.name:
        return Problem(Reason.KEY_OF_OTHER_PARTNER, FIELD, "names a key of another partner")
    if not key.valid_at(case.now):
        return Problem(Reason.KEY_EXPIRED, FIELD, "names a key that is not valid now")
    return None


def _holds(case: Case, signed: Signed) -> bool:
    event = case.event
    return signed.holds(_key(case.policy, signed.key_id), event.attributes, event.data_bytes)


def _key(policy: Policy, key_id: str) -> EllipticCurvePublicKey:
    found = policy.partner_key(key_id)
    assert found is not None
    return verifying_key(found[1].public_key)
