"""From a line to bytes on the wire: what is in clear, what is sealed, and that signature and seal hold."""

import json

import pytest
from vangnet_contract.event import Event, read_event
from vangnet_partner.compute import Keys, SealingPlan, load_keys, sealed_and_signed
from vangnet_partner.drafting import OwnNames, drafted
from vangnet_partner.lines.line import Line, read_line
from vangnet_partner.state.local_key import LocalKey
from vangnet_pseudonym import keys, sealing, signature

from tests.unit.partner.lines import AMBULATORY, CRISIS, E33, GONE, HEARTBEAT, RELEASE_OBJECTION, changed

SOURCE = "urn:nld:oin:00000000000000000101:systeem:bvh"
SEAL = keys.new_seal_key()
SIGNING = keys.new_signing_key()
PLAN = SealingPlan(
    "demo", SOURCE, "v2", 1, "seal-1", keys.seal_public_key(SEAL), "politie-1", keys.signing_key_pem(SIGNING)
)
TOKENS = {1: [(1, bytes(range(16))), (4, bytes(16))]}
LOCAL = LocalKey(bytes(32))


@pytest.fixture(scope="module")
def loaded() -> Keys:
    return load_keys(PLAN)


def line(**changes: object) -> Line:
    read = read_line(changed(**changes))
    assert isinstance(read, Line)
    return read


def event(loaded: Keys, read: Line, tokens: dict[int, list[tuple[int, bytes]]] | None = None) -> Event:
    tokens = TOKENS if tokens is None else tokens
    (outgoing,) = sealed_and_signed(loaded, [(drafted(read, OwnNames(), bool(tokens)), tokens)])
    read_back = read_event(outgoing.body)
    assert isinstance(read_back, Event), read_back
    return read_back


def opened(sent: Event) -> sealing.Contents:
    identity = sent.data.identity
    assert identity is not None
    binding = sealing.Binding(
        "demo", identity.key_id, identity.scheme, identity.epoch, sent.source, sent.id, sent.type, sent.data.occurred_at
    )
    return sealing.unseal(keys.load_seal_private_key(SEAL), binding, keys.from_text(identity.sealed))


def test_the_signature_covers_the_bytes_of_data_as_sent(loaded: Keys) -> None:
    sent = event(loaded, line())
    public = {"politie-1": keys.load_verifying_key(keys.verifying_key_text(SIGNING))}
    assert signature.verify_event(sent.attributes, sent.data_bytes, sent.dssematerial or "", public) is None
    altered = sent.data_bytes.replace(b"GM0034", b"GM0995")
    assert signature.verify_event(sent.attributes, altered, sent.dssematerial or "", public) is not None


def test_data_is_one_canonical_json_value(loaded: Keys) -> None:
    data = event(loaded, line()).data_bytes
    assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_context_is_the_lines(loaded: Keys) -> None:
    sent = event(loaded, line(registeredAt="2026-03-01T02:10:00.5+01:00"))
    assert (sent.id, sent.source, sent.type, sent.time) == ("2026-000123", SOURCE, E33, "2026-03-01T02:10:00.5+01:00")


def test_the_seal_holds_the_tokens_and_fits_this_event_only(loaded: Keys) -> None:
    sent = event(loaded, line())
    assert opened(sent).tokens == TOKENS
    assert opened(sent).details is None
    identity = sent.data.identity
    assert identity is not None
    moved = sealing.Binding("demo", "seal-1", "v2", 1, SOURCE, "another", E33, sent.data.occurred_at)
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(keys.load_seal_private_key(SEAL), moved, keys.from_text(identity.sealed))


def test_two_events_of_one_person_have_nothing_in_common(loaded: Keys) -> None:
    first, second = (event(loaded, line()).data.identity for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.sealed[:43] != second.sealed[:43]
    assert first.sealed != second.sealed


@pytest.mark.parametrize("details", [{"fase": "start"}, {"fase": "einde", "reden": "uitval"}])
def test_sensitive_details_are_inside_the_seal_without_district(loaded: Keys, details: dict[str, str]) -> None:
    sent = event(loaded, line(type=AMBULATORY, details=details))
    assert sent.data.details == {}
    assert sent.data.district is None
    assert json.loads(opened(sent).details or b"") == details


def test_a_sensitive_event_about_nobody_shows_its_fase_only(loaded: Keys) -> None:
    sent = event(loaded, line(type=AMBULATORY, details={"fase": "einde", "reden": "uitval"}, person=GONE), {})
    assert sent.data.details == {"fase": "einde"}
    assert (sent.data.identity, sent.data.district) == (None, None)
    assert event(loaded, line(type=CRISIS, details={"uitkomst": "opname"}, person=GONE), {}).data.details == {}


def test_other_events_keep_district_and_details_in_clear(loaded: Keys) -> None:
    sent = event(loaded, line(incident="i-1", grondslag="wpg-meldpunt", vrijgave={"niveau": "soort"}))
    assert (sent.data.district, sent.data.incident, sent.data.grondslag) == ("WK003401", "i-1", "wpg-meldpunt")
    assert sent.data.vrijgave is not None
    assert sent.data.vrijgave.niveau == "soort"


def test_a_retraction_says_why_and_carries_nobody(loaded: Keys) -> None:
    draft = drafted(line(id="r-1", retracts="2026-000123", details=GONE), OwnNames(), with_identity=False)
    assert (draft.data["retracts"], draft.data["reason"], draft.data["details"]) == ("2026-000123", "onjuist", {})
    bare = line(id="r-1", retracts="a", occurredAt=GONE, municipality=GONE, district=GONE, person=GONE, reason="dubbel")
    assert drafted(bare, OwnNames(), False).data == {
        "occurredAt": bare.registered_at,
        "details": {},
        "retracts": "a",
        "reason": "dubbel",
    }


def test_a_heartbeat_is_about_its_own_time(loaded: Keys) -> None:
    beat = line(type=HEARTBEAT, municipality=GONE, district=GONE, person=GONE, occurredAt=GONE)
    sent = event(loaded, beat, {})
    assert sent.data.occurred_at == sent.time == beat.registered_at


def test_references_become_meaningless_and_stay_connected() -> None:
    root = drafted(line(id="123456789", incident="inc 7"), LOCAL, True)
    correction = drafted(line(id="c-1", corrects="123456789", incident="inc 7"), LOCAL, True)
    assert len(root.id) == 32
    assert set(root.id) <= set("abcdefghijklmnop")
    assert correction.data["corrects"] == root.id
    assert correction.data["incident"] == root.data["incident"] != root.id
    assert LocalKey(b"x" * 32).event_id("123456789") != root.id


def test_an_objection_to_release_names_the_published_id() -> None:
    objection = line(
        type=RELEASE_OBJECTION, person=GONE, district=GONE, details={"melding": "123456789", "grond": "anders"}
    )
    assert drafted(objection, LOCAL, False).data["details"] == {
        "melding": LOCAL.event_id("123456789"),
        "grond": "anders",
    }
