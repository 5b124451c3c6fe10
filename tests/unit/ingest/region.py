"""A region with real keys, and partners that really sign and seal."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from vangnet_contract.policy import Epoch, Keys, Partner, PartnerKey, Policy, SealKey, load_policy
from vangnet_ingest.domain.reading import Judged, judge
from vangnet_pseudonym.keys import (
    load_seal_public_key,
    new_seal_key,
    new_signing_key,
    seal_public_key,
    to_text,
    verifying_key_text,
)
from vangnet_pseudonym.sealing import Binding, Contents, seal
from vangnet_pseudonym.signature import sign_event

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POLITIE = "urn:nld:oin:00000000000000000101:systeem:bvh"
GGZ = "urn:nld:oin:00000000000000000102:systeem:epd"
GEMEENTE = "urn:nld:oin:00000000000000000104:systeem:meldpunt"
CLIENT = "urn:nld:oin:00000000000000000106:systeem:loket"
SOURCES = {"politie": POLITIE, "ggz": GGZ, "gemeente": GEMEENTE, "client": CLIENT}

SIGNING = {name: new_signing_key() for name in SOURCES}
OLD_KEY, FUTURE_KEY, STRANGER = new_signing_key(), new_signing_key(), new_signing_key()
SEAL, OLD_SEAL = new_seal_key(), new_seal_key()

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
SHIPPED = Path(__file__).parents[3] / "deploy" / "policy"


def full(name: str) -> str:
    return f"nl.oggz-signalen.{name}.v1"


NUISANCE = full("veiligheid.overlast-verward-gedrag")
CRISIS_MEASURE = full("verplichte-zorg.crisismaatregel")


def partner_key(name: str, key: EllipticCurvePrivateKey, since: datetime, until: datetime) -> PartnerKey:
    return PartnerKey(key_id=name, public_key=verifying_key_text(key), valid_from=since, valid_to=until)


def keys() -> Keys:
    partners = {name: [partner_key(f"{name}-1", key, *ALWAYS)] for name, key in SIGNING.items()}
    partners["politie"] += [
        partner_key("politie-0", OLD_KEY, ALWAYS[0], NOW - timedelta(days=1)),
        partner_key("politie-2", FUTURE_KEY, NOW + timedelta(days=1), ALWAYS[1]),
    ]
    seal_keys = [
        SealKey(key_id="zegel-1", public_key=to_text(seal_public_key(SEAL)), valid_from=ALWAYS[0], valid_to=ALWAYS[1]),
        SealKey(key_id="zegel-0", public_key=to_text(seal_public_key(OLD_SEAL)), valid_from=ALWAYS[0], valid_to=NOW),
    ]
    return Keys(partners=partners, seal=seal_keys, epochs=[Epoch(epoch=1, public_key="demo")])


def policy(shipped: str, **region: Any) -> Policy:
    loaded = load_policy(SHIPPED / shipped)
    return loaded.model_copy(update={"keys": keys(), "region": loaded.region.model_copy(update=region)})


DEMO = policy("demo")
REGIO = policy("regio")


def data(**changes: Any) -> dict[str, Any]:
    """`data` of a good event; None takes a member away."""
    members = {"occurredAt": "2026-03-01T01:40:00+01:00", "municipality": "GM0034", "details": {}} | changes
    return {name: value for name, value in members.items() if value is not None}


def event(sender: str = "politie", content: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """An event without signature; None takes a member away."""
    members = {
        "specversion": "1.0",
        "id": "2026-000123",
        "source": SOURCES[sender],
        "type": NUISANCE,
        "time": "2026-03-01T02:10:00+01:00",
        "datacontenttype": "application/json",
        "data": data() if content is None else content,
    } | changes
    return {name: value for name, value in members.items() if value is not None}


def sealed(members: dict[str, Any], key: bytes = SEAL, **changes: Any) -> dict[str, Any]:
    """The event with one token in a seal for the linker; `changes` of the identity's members."""
    named = {"keyId": "zegel-1", "scheme": "v2", "epoch": 1} | {k: v for k, v in changes.items() if k != "sealed"}
    binding = Binding(
        DEMO.region.name, named["keyId"], named["scheme"], named["epoch"], members["source"], members["id"],
        members["type"], members["data"]["occurredAt"],
    )  # fmt: skip
    blob = seal(load_seal_public_key(seal_public_key(key)), binding, Contents({1: [(1, bytes(16))]}))
    identity = {**named, "sealed": changes.get("sealed", to_text(blob))}
    return members | {"data": members["data"] | {"identity": identity}}


def signed(
    members: dict[str, Any],
    sender: str = "politie",
    key: EllipticCurvePrivateKey | None = None,
    key_id: str | None = None,
) -> bytes:
    """The event as it travels, signed over its very bytes."""
    content = json.dumps(members["data"]).encode()
    attributes = {name: value for name, value in members.items() if name != "data"}
    material = sign_event(attributes, content, key or SIGNING[sender], key_id or f"{sender}-1")
    head = json.dumps(attributes | {"dssematerial": material}).encode()
    return head[:-1] + b', "data": ' + content + b"}"


def partner(name: str, of: Policy = DEMO) -> Partner:
    found = of.partner(name)
    assert found is not None
    return found


def judged(
    raw: bytes, sender: str = "politie", of: Policy = DEMO, now: datetime = NOW, event_mode: bool = False
) -> Judged:
    return judge(raw, partner(sender, of), of, now, event_mode)
