"""Opening with real keys: what a partner made comes out keyed; what was forged, moved or sealed wrongly is named."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from vangnet_contract.policy import Epoch, Keys, PartnerKey, Policy, SealKey
from vangnet_contract.stamp import Stamp
from vangnet_linker.adapters.opening import Opener
from vangnet_linker.domain.incoming import Beat, Incoming, Unopenable
from vangnet_linker.domain.linkage.pattern import BSN, compare
from vangnet_linker.domain.profile import identity
from vangnet_pseudonym import keys, sealing, signature

from tests.unit.linker.events import CARE, INCIDENT, POLICY, SOURCE

SIGNING, OTHER = keys.new_signing_key(), keys.new_signing_key()
SEAL = keys.new_seal_key()
SEAL_PUBLIC = keys.load_seal_public_key(keys.seal_public_key(SEAL))
VALID = {"valid_from": datetime(2000, 1, 1, tzinfo=UTC), "valid_to": datetime(2100, 1, 1, tzinfo=UTC)}
STAMP = Stamp(
    partner="politie",
    basis="wpg-meldpunt",
    policy_version="demo-1",
    received_at=datetime(2026, 3, 1, 1, 10, tzinfo=UTC),
)
TOKENS = {1: [(1, b"a" * 16), (3, b"b" * 16)]}
PEPPER = b"p" * 32


def policy() -> Policy:
    public = Keys(
        partners={"politie": [PartnerKey(key_id="p-1", public_key=keys.verifying_key_text(SIGNING), **VALID)],
                  "ggz": [PartnerKey(key_id="g-1", public_key=keys.verifying_key_text(OTHER), **VALID)]},
        seal=[SealKey(key_id="s-1", public_key=keys.to_text(keys.seal_public_key(SEAL)), **VALID)],
        epochs=[Epoch(epoch=epoch, public_key="unused-here") for epoch in (1, 2)],
    )  # fmt: skip
    return POLICY.model_copy(update={"keys": public})


OPENER = Opener(policy(), {"s-1": SEAL}, PEPPER)


@dataclass
class Made:
    """An event as a partner makes it, with room for what may be wrong."""

    id: str = "e1"
    type: str = INCIDENT
    tokens: dict[int, list[tuple[int, bytes]]] | None = field(default_factory=lambda: dict(TOKENS))
    details: dict[str, str] = field(default_factory=dict)
    sealed_details: bytes | None = None
    bound_to: dict[str, Any] = field(default_factory=dict)
    key_id: str = "s-1"
    scheme: str = "v2"
    signing: tuple[str, Any] = ("p-1", SIGNING)
    more: dict[str, Any] = field(default_factory=dict)
    cut: slice = field(default_factory=lambda: slice(None))

    def event(self) -> bytes:
        occurred, time = "2026-03-01T01:40:00+01:00", "2026-03-01T02:10:00+01:00"
        data: dict[str, Any] = {"occurredAt": occurred, "municipality": "GM0034", "details": self.details, **self.more}
        if self.tokens is not None:
            binding = sealing.Binding(
                POLICY.region.name, self.key_id, self.scheme, 1, SOURCE, self.id, self.type, occurred
            )
            contents = sealing.Contents(self.tokens, self.sealed_details)
            blob = sealing.seal(SEAL_PUBLIC, binding._replace(**self.bound_to), contents)[self.cut]
            data["identity"] = {"keyId": self.key_id, "scheme": self.scheme, "epoch": 1, "sealed": keys.to_text(blob)}
        raw = msgspec.json.encode(data)
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCE,
            "type": self.type,
            "time": time,
            "datacontenttype": "application/json",
        }
        signed = signature.sign_event(attributes, raw, self.signing[1], self.signing[0])
        return msgspec.json.encode({**attributes, "dssematerial": signed, "data": msgspec.Raw(raw)})


def opened(made: Made, offset: int = 5) -> Incoming:
    event = OPENER.open(offset, made.event(), STAMP)
    assert isinstance(event, Incoming)
    return event


def reasons(raw: bytes) -> list[str]:
    event = OPENER.open(5, raw, STAMP)
    assert isinstance(event, Unopenable)
    return [problem.reason.value for problem in event.problems]


def test_equal_identities_have_equal_tokens_and_none_is_as_it_was_sealed() -> None:
    first, second = opened(Made()), opened(Made(id="e2"))
    assert first.tokens == second.tokens and first.digest == second.digest
    assert first.content == second.content and first.root != second.root
    assert len(first.tokens) == 2 and not any(token[3:] in (b"a" * 16, b"b" * 16) for token in first.tokens)


def test_what_the_ledger_keeps_of_an_identity_links_no_two_events() -> None:
    first, again, second = opened(Made()), opened(Made(), offset=6), opened(Made(id="e2"))
    assert first.identities == again.identities and first.identities != second.identities
    assert first.digest not in first.identities.values()


def test_tokens_of_another_scheme_or_epoch_are_other_tokens() -> None:
    later = {2: TOKENS[1]}
    made = [opened(Made()), opened(Made(scheme="v1")), opened(Made(tokens=later))]
    assert len({token for event in made for token in event.tokens}) == 3 * len(TOKENS[1])
    alike = compare(*(identity(event.tokens, "politie") for event in (made[0], made[1])))
    assert (alike.agree, alike.differ) == (0, 0)
    both = opened(Made(tokens=TOKENS | later))
    assert all(compare(identity(both.tokens, ""), identity(one.tokens, "")).agrees(BSN) for one in (made[0], made[2]))


def test_another_pepper_gives_other_tokens_keys_and_persons() -> None:
    other = Opener(policy(), {"s-1": SEAL}, b"q" * 32).open(5, Made().event(), STAMP)
    assert isinstance(other, Incoming)
    mine = opened(Made())
    assert not mine.tokens & other.tokens and mine.root != other.root and mine.person != other.person


def test_sealed_details_come_out_for_sensitive_types() -> None:
    assert opened(Made(type=CARE, sealed_details=b'{"fase":"start"}')).record.details == {"fase": "start"}


def test_a_heartbeat_says_up_to_when() -> None:
    beat = OPENER.open(5, Made(type="nl.oggz-signalen.beheer.levensteken.v1", tokens=None).event(), STAMP)
    assert isinstance(beat, Beat) and beat.up_to == datetime(2026, 3, 1, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (Made(bound_to={"id": "other"}), "seal-not-openable"),
        (Made(bound_to={"occurred_at": "2026-03-01T00:40:00Z"}), "seal-not-openable"),
        (Made(bound_to={"region": "elders"}), "seal-not-openable"),
        (Made(key_id="s-9"), "seal-key-unknown"),
        (Made(cut=slice(0, -1)), "seal-truncated"),
        (Made(scheme="v9"), "scheme-unknown"),
        (Made(tokens={}), "tokens-empty"),
        (Made(tokens={1: []}), "tokens-empty"),
        (Made(tokens={1: [(1, b"a" * 16)], 7: [(1, b"a" * 16)]}), "epoch-unknown"),
        (Made(type=CARE, sealed_details=b'{"fase":"soms"}'), "details-invalid"),
        (Made(type=CARE, sealed_details=b"not json"), "details-invalid"),
        (Made(type=CARE), "details-invalid"),
        (Made(signing=("g-1", OTHER)), "signature-invalid"),
        (Made(signing=("p-1", OTHER)), "signature-invalid"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(made: Made, expected: str) -> None:
    assert expected in reasons(made.event())


def test_an_event_altered_after_signing_is_refused_here_too() -> None:
    raw = Made().event()
    assert reasons(raw.replace(b"GM0034", b"GM0995")) == ["signature-invalid"]
    without = msgspec.json.decode(raw)
    del without["dssematerial"]
    assert reasons(msgspec.json.encode(without)) == ["signature-missing"]


def test_a_seal_that_is_no_base64_is_refused_not_raised() -> None:
    event = msgspec.json.decode(Made().event())
    event["data"]["identity"]["sealed"] = "x"
    assert "seal-layout" in reasons(msgspec.json.encode(event))


def test_what_is_no_event_is_nothing() -> None:
    assert OPENER.open(5, b"{}", STAMP) is None
    assert OPENER.open(5, b"\xff", STAMP) is None
