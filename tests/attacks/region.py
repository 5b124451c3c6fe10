"""A region whose parts are the product's own: what a partner really sends, and what ingest and the linker make of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from vangnet_contract.policy import Epoch, Keys, PartnerKey, Policy, SealKey, load_policy
from vangnet_contract.stamp import Stamp
from vangnet_ingest.domain.admission import Admitted, Verdict
from vangnet_ingest.domain.reading import judge
from vangnet_linker.adapters.opening import Opened, Opener
from vangnet_linker.evaluator.answering import Question, answer
from vangnet_partner.compute import Keys as LoadedKeys
from vangnet_partner.compute import SealingPlan, Tokens, blinded, finished, load_keys, sealed_and_signed
from vangnet_partner.drafting import OwnNames, carries_identity, drafted
from vangnet_partner.lines.line import Line, read_line
from vangnet_pseudonym import keys, sealing, shares, split
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.scheme import V2, token_inputs
from vangnet_simulator.bsn import invented_bsns

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALWAYS = {"valid_from": datetime(2000, 1, 1, tzinfo=UTC), "valid_to": datetime(2100, 1, 1, tzinfo=UTC)}
INCIDENT = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
CARE = "nl.oggz-signalen.ggz.ambulante-zorg.v1"
ERASURE = "nl.oggz-signalen.beheer.wissing.v1"

SHIPPED = load_policy(Path(__file__).parents[2] / "deploy" / "policy" / "demo")
SOURCES = {partner.name: partner.sources[0] for partner in SHIPPED.partners}
SIGNING = {name: keys.new_signing_key() for name in SOURCES}
HALVES = shares.split(1, "s1")
PINNED = shares.pinned_key(*HALVES)
SEAL = keys.new_seal_key()
PEPPER = secrets.token_bytes(32)
NUMBERS = list(islice(invented_bsns(), 10, 210))
"""Citizen numbers that an attacker tries: those of everyone here are among them."""


def policy() -> Policy:
    """The shipped demo policy with the public keys of this region."""
    partners = {
        name: [PartnerKey(key_id=f"{name}-1", public_key=keys.verifying_key_text(key), **ALWAYS)]
        for name, key in SIGNING.items()
    }
    seal = SealKey(key_id="seal-1", public_key=keys.to_text(keys.seal_public_key(SEAL)), **ALWAYS)
    public = Keys(partners=partners, seal=[seal], epochs=[Epoch(epoch=1, public_key=keys.to_text(PINNED))])
    return SHIPPED.model_copy(update={"keys": public})


POLICY = policy()
LINKER = Opener(POLICY, {"seal-1": SEAL}, PEPPER)


def person(number: int = 0, **fields: Any) -> dict[str, Any]:
    """Somebody of whom everything is known; equal numbers are one person."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return {
        "bsn": NUMBERS[number],
        "givenNames": "Anna Maria",
        "surname": f"Zonnebloem{letters}",
        "birthDate": "1980-05-17",
        "clientNumber": f"C-{10_000 + number}",
        "postcode": "1315AB",
        "houseNumber": 12 + number,
    } | fields


def line(event_id: str, about: Mapping[str, Any] | None, **fields: Any) -> dict[str, Any]:
    """One line of a partner's input."""
    return {
        "id": event_id,
        "type": INCIDENT,
        "registeredAt": "2026-03-01T02:10:00+01:00",
        "occurredAt": "2026-03-01T01:40:00+01:00",
        "municipality": "GM0034",
        "details": {},
        "person": about,
    } | fields


def answers(
    points: Sequence[bytes], halves: Sequence[shares.Share] = HALVES, named: Sequence[str] = "ab"
) -> list[split.Answer]:
    """What the evaluators give back for these points."""
    found = [
        answer(name, Question(half, list(points)), split.random_scalar)
        for name, half in zip(named, halves, strict=True)
    ]
    return [
        split.Answer(
            a.share_id, keys.from_text(a.public_key), [*map(keys.from_text, a.points)], keys.from_text(a.proof)
        )
        for a in found
    ]


def evaluated(texts: Sequence[bytes], halves: Sequence[shares.Share] = HALVES, pinned: bytes = PINNED) -> list[bytes]:
    """Tokens as a partner gets them. Raises Untrue."""
    request = blinded(texts, V2.points)
    a, b = answers(request.points, halves)
    return finished(request, a, b, pinned)


def tokens(about: Mapping[str, Any], partner: str = "politie") -> Tokens:
    """The tokens of a person by the scheme."""
    inputs = token_inputs(msgspec.convert(about, Person), partner)
    return {1: list(zip([kind for kind, _ in inputs], evaluated([text for _, text in inputs]), strict=True))}


def sending(partner: str) -> LoadedKeys:
    """What that partner seals and signs with."""
    plan = SealingPlan(
        region=POLICY.region.name,
        source=SOURCES[partner],
        scheme="v2",
        epoch=1,
        seal_key_id="seal-1",
        seal_key=keys.seal_public_key(SEAL),
        signing_key_id=f"{partner}-1",
        signing_key=keys.signing_key_pem(SIGNING[partner]),
    )
    return load_keys(plan)


def sent(written: Mapping[str, Any], partner: str = "politie") -> bytes:
    """The event as that partner sends it."""
    read = read_line(msgspec.json.encode(written))
    assert isinstance(read, Line), read
    about = msgspec.to_builtins(read.person) if carries_identity(read) else None
    found = tokens(about, partner) if about else {}
    (event,) = sealed_and_signed(sending(partner), [(drafted(read, OwnNames(), bool(found)), found)])
    return event.body


def verdict(raw: bytes, partner: str = "politie") -> Verdict:
    """What ingest says of it."""
    found = POLICY.partner(partner)
    assert found is not None
    return judge(raw, found, POLICY, NOW).verdict


def admitted(raw: bytes, partner: str = "politie") -> bool:
    """Whether ingest lets it in."""
    return isinstance(verdict(raw, partner), Admitted)


def stamp(partner: str = "politie", at: datetime = NOW) -> Stamp:
    """What ingest adds."""
    return Stamp(partner=partner, basis="demo", policy_version=POLICY.version, received_at=at)


def opened(raw: bytes, partner: str = "politie", offset: int = 0) -> Opened | None:
    """What the linker makes of it, were it admitted."""
    return LINKER.open(offset, raw, stamp(partner))


def identity(raw: bytes) -> dict[str, Any]:
    """`data.identity` as everybody on the way can read it."""
    found: dict[str, Any] = msgspec.json.decode(raw)["data"]["identity"]
    return found


def unsealed(raw: bytes) -> sealing.Contents:
    """What the linker's process sees inside."""
    blob = keys.from_text(identity(raw)["sealed"])
    return sealing.unseal(keys.load_seal_private_key(SEAL), _binding(raw), blob)


def sealed(raw: bytes, contents: sealing.Contents) -> str:
    """A seal that fits this event."""
    return keys.to_text(sealing.seal(keys.load_seal_public_key(keys.seal_public_key(SEAL)), _binding(raw), contents))


def _binding(raw: bytes) -> sealing.Binding:
    event = msgspec.json.decode(raw)
    occurred_at = event["data"]["occurredAt"]
    return sealing.Binding(
        POLICY.region.name, "seal-1", "v2", 1, event["source"], event["id"], event["type"], occurred_at
    )
