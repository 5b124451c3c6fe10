"""The attack table of docs/trust-model.md, row by row. Each test attacks the product's own code, and shows beside it that
the same attack works where the protection is taken out: otherwise a failed attack would prove nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.messages import Tick
from vangnet_contract.reasons import Reason
from vangnet_contract.taxonomy import event_types
from vangnet_linker.evaluator.settings import Quotas
from vangnet_local.postgres import SUPERUSER, Postgres
from vangnet_partner.compute import blinded
from vangnet_pseudonym import keys, sealing, split, voprf
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.parts import Parts, parts
from vangnet_pseudonym.pseudonyms import KeyedHash, recipient_pseudonym
from vangnet_pseudonym.scheme import V2, Scheme, TokenInput, TokenKind, inputs_of
from vangnet_simulator import Region

from tests.attacks import region
from tests.attacks.attackers import (
    Insider,
    Organisation,
    dictionary,
    in_common,
    input_of,
    recognised,
    scalar,
    sha256_of_16,
    total,
    with_key,
    with_parts,
    written,
)
from tests.attacks.forging import believed, reasons, rewritten
from tests.attacks.region import CARE, HALVES, NOW, NUMBERS, PINNED, line, person, sent
from tests.attacks.register import register
from tests.e2e import leaks

WHOLE = total(*(half.private for half in HALVES))
"""k₁ + k₂: exists nowhere but here."""


def bsn_token(raw: bytes) -> bytes:
    """What the linker reads in the seal."""
    return dict(region.unsealed(raw).tokens[1])[1]


# ingest, a Kafka reader: sealed blobs


def test_two_sealed_blobs_of_one_person_have_nothing_in_common() -> None:
    same = [sent(line("e-1", person())) for _ in range(5)] + [sent(line(f"e-{n}", person())) for n in range(2, 7)]
    few = [
        sent(line("f-1", {"bsn": NUMBERS[0]})),
        sent(line("f-2", person(), type=CARE, details={"fase": "start"}), "ggz"),
    ]
    blobs = [keys.from_text(region.identity(raw)["sealed"]) for raw in (*same, *few)]
    assert {len(blob) for blob in blobs} == {sealing.SEALED_BYTES}
    assert not in_common(blobs)
    clear = {json.dumps({k: v for k, v in region.identity(raw).items() if k != "sealed"}) for raw in (*same, *few)}
    assert len(clear) == 1, "beside the seal there is nothing that differs from person to person"

    contents = [sealing.pack(region.unsealed(raw)) for raw in same]
    assert in_common(contents), "sealing is what hides it"
    assert in_common([AESGCM(bytes(16)).encrypt(bytes(12), plain, None) for plain in contents]), "and randomness"


# linker: tokens


def test_a_linker_cannot_compute_the_token_of_a_guessed_number() -> None:
    token = bsn_token(sent(line("e-1", person(7))))
    held = [scalar(region.PEPPER), scalar(region.SEAL), scalar(token)]
    assert dictionary(token, with_parts(held, [PINNED])) == []

    assert dictionary(token, with_key(WHOLE)) == [NUMBERS[7]], "with the whole key it is a matter of trying all numbers"


# the evaluators: halves and blinded points


def test_evaluators_see_points_that_fit_every_number_equally() -> None:
    inputs = [input_of(NUMBERS[7])]
    asked = [blinded(inputs, V2.points).points for _ in range(20)]
    assert len({point for points in asked for point in points}) == 20 * V2.points, "nobody is recognised, nor padding"
    assert {len(blinded(texts, V2.points).points) for texts in ([], inputs, inputs * V2.points)} == {V2.points}

    hashed = [voprf.hash_to_group(input_of(number)) for number in NUMBERS]
    known = [scalar(b"\1"), *(half.private for half in HALVES), WHOLE]
    seen = [point for points in asked for point in points]
    seen += [point for answer in region.answers(asked[0]) for point in answer.points]
    listed = {voprf.multiply(key, element) for element in hashed for key in known}
    assert not listed.intersection(seen)

    unblinded = split.Request.blind(inputs, V2.points, lambda: scalar(b"\1"))
    assert listed.intersection(unblinded.points), "without blinding a list of all numbers tells who is asked about"


# linker + one evaluator: tokens and a half


@pytest.mark.parametrize("which", [0, 1])
def test_one_half_of_the_key_does_not_give_tokens(which: int) -> None:
    half, other = HALVES[which], HALVES[1 - which]
    token = bsn_token(sent(line("e-1", person(7))))
    held = [half.private, scalar(region.PEPPER), scalar(region.SEAL)]
    assert dictionary(token, with_parts(held, [PINNED, half.public, other.public])) == []

    assert dictionary(token, with_parts([half.private, other.private], [])) == [NUMBERS[7]], "both halves do"


# partner + linker: tokens and online evaluation


def test_a_dictionary_by_online_evaluation_meets_the_quota_at_each_evaluator(tmp_path: Path) -> None:
    """Not prevented: somebody is found at the speed of the quota, in view of two logs."""
    quota, target, numbers = Quotas(partner=20, total=30), 33, NUMBERS[:65]
    a, b = (
        Organisation(name, half, tmp_path / name, quota, ["politie", "ggz"])
        for name, half in zip("ab", HALVES, strict=True)
    )
    insider, second = Insider("politie", [a, b]), Insider("ggz", [a, b])
    token = bsn_token(sent(line("e-1", person(target))))

    days = [NOW + timedelta(days=day) for day in range(3)]
    found = [insider.search(token, numbers[20 * number :], day) for number, day in enumerate(days)]
    assert found == [None, NUMBERS[target], None], "found on the second day: the quota decides"
    assert sum(points for _, points, outcome in a.log() if outcome == "evaluated") == 20 + 15 + 20
    assert [outcome for _, _, outcome in a.log()].count("partner-quota") == 2, "what was refused is in view as well"
    assert a.log() == b.log()

    assert second.tokens(numbers[:10], days[-1]) is not None
    assert second.tokens(numbers[:5], days[-1]) is None, "partners together meet the quota of the region"
    assert a.log()[-1] == b.log()[-1] == ("ggz", 5, "total-quota")

    generous = Quotas(partner=10**6, total=10**6)
    doors = [
        Organisation(name, half, tmp_path / name, generous, ["politie"])
        for name, half in zip("ab", HALVES, strict=True)
    ]
    assert Insider("politie", doors).search(token, numbers, NOW) == NUMBERS[target], "without a quota: at once"


# linker: frequency of tokens

MOST = 20
"""People that share a token, at most. Measured on the default region: 6 (first letters of street and city, and the house number)."""


def test_no_kind_of_token_is_shared_by_more_than_twenty_people() -> None:
    simulation = Region.generate(days=30)
    known = [(row["person"], "politie", _parts(row)) for row in simulation.persons()]
    known += [
        (entry.truth.person, entry.record.partner, _parts(entry.record.line["person"]))
        for entry in simulation.entries()
        if entry.truth and "person" in entry.record.line
    ]
    most = _most_shared(known, V2)
    assert most.keys() == {kind.number for kind in V2.kinds}
    assert max(most.values()) <= MOST

    single = ("surname", "number", "date")
    alone = _most_shared(known, Scheme("v2", tuple(TokenKind(n, part, (part,)) for n, part in enumerate(single))))
    assert max(alone.values()) > MOST, "a part alone is known by how often it comes"


def _parts(fields: Mapping[str, Any]) -> Parts:
    """Of a person as a partner writes it, or as the simulation knows it."""
    own = {field.encode_name for field in msgspec.structs.fields(Person)}
    return parts(msgspec.convert({name: value for name, value in fields.items() if name in own}, Person))[0]


def _most_shared(known: Iterable[tuple[str, str, Parts]], scheme: Scheme) -> dict[int, int]:
    """Kind → people behind the token that most people share."""
    people: dict[TokenInput, set[str]] = defaultdict(set)
    for who, partner, fields in known:
        for token in inputs_of(fields, partner, scheme):
            people[token].add(who)
    most: dict[int, int] = {}
    for token, who_share in people.items():
        most[token.kind] = max(most.get(token.kind, 0), len(who_share))
    return most


# ingest, a Kafka administrator: events

SIGNED = sent(line("e-1", person(), district="WK003401", incident="i-1"))
ORIGINAL = believed(SIGNED)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SIGNED)), st.integers(0, 12), st.binary(max_size=12))
def test_no_byte_of_a_signed_event_can_be_changed(at: int, length: int, instead: bytes) -> None:
    """What is still believed is spelled another way and says the same. Each byte and each member: test_forgery.py."""
    changed = SIGNED[:at] + instead + SIGNED[at + length :]
    assert believed(changed) in (None, ORIGINAL)
    assert not region.admitted(changed) or believed(changed) == ORIGINAL


TARGETS: dict[str, dict[str, Any]] = {
    "id": {"event_id": "e-9"},
    "type": {"type": "nl.oggz-signalen.veiligheid.zorgmelding.v1"},
    "occurredAt": {"occurredAt": "2026-03-01T01:40:01+01:00"},
    "source": {},
}


@pytest.mark.parametrize("field", TARGETS)
def test_an_identity_cannot_be_moved_to_another_event(field: str) -> None:
    """Not even by a partner that signs with its own key: what it read on the way opens nowhere else."""
    victim = sent(line("e-1", person(7)))
    thief = "ambulance" if field == "source" else "politie"
    target = sent(line(**{"event_id": "e-1", "about": None} | TARGETS[field]), thief)

    def carrying(identity: dict[str, Any], signer: str | None = None) -> bytes:
        return rewritten(target, lambda event: event["data"].update(identity=identity), signer)

    stolen = region.identity(victim)
    assert reasons(carrying(stolen), thief) == {Reason.SIGNATURE_INVALID, Reason.SEAL_NOT_OPENABLE}
    assert reasons(carrying(stolen, signer=thief), thief) == {Reason.SEAL_NOT_OPENABLE}

    fitting = stolen | {"sealed": region.sealed(target, region.unsealed(victim))}
    moved, own = believed(carrying(fitting, signer=thief), thief), believed(victim)
    assert moved and own and moved.tokens == own.tokens, "it is the binding alone that stops it"


# a database dump


async def test_a_dump_of_the_register_holds_no_token_and_no_pepper(postgres: Postgres) -> None:
    async with register(postgres.dsn("linker")) as linker:
        published = await linker.play(*((sent(line(f"e-{n}", person(n))), "politie") for n in range(20)))
        published += await linker.play(
            (sent(line("c-1", person(1), type=CARE, details={"fase": "start"}), "ggz"), "ggz"),
            (sent(line("k-0", person(2), corrects="e-0", registeredAt="2026-03-01T03:00:00+01:00")), "politie"),
            (sent(line("k-9", person(19), corrects="not-yet")), "politie"),
            (sent(line("h-1", person(30), type=CARE, details={"fase": "start"}), "ggz"), "ggz"),
            Tick(at=NOW + timedelta(minutes=1)),
        )
    dump = list(leaks.database(postgres.dsn(SUPERUSER)))
    told = [("to indicators and partners", out.key + b"\n" + out.value) for out in published]
    needles = leaks.identifiers(person(number) for number in range(40))
    assert [found for place, data in (*dump, *told) for found in leaks.scan(needles, place, data)] == []

    kept, gone_on = (b"".join(data for _, data in where).replace(b"-", b"") for where in (dump, told))
    tokens = {number: dict(region.tokens({"bsn": number})[1])[1] for number in NUMBERS[:40]}
    secrets = [region.PEPPER, region.SEAL, *(half.private for half in HALVES), WHOLE, *tokens.values()]
    assert not [form for secret in secrets for form in written(secret) if form in kept or form in gone_on]

    for guess in (bytes, sha256_of_16, KeyedHash(bytes(32), "token").digest, KeyedHash(region.SEAL, "token").digest):
        assert recognised(tokens, guess, kept) == [], "not even with the whole key k, which gave these tokens"
    keyed = KeyedHash(region.PEPPER, "token").digest
    everybody = NUMBERS[1:20]  # but the one whose event was about another, and the one who was never in view
    assert recognised(tokens, keyed, kept) == everybody, "with k and the pepper everybody in it is found"
    assert recognised(tokens, keyed, gone_on) == [], "what goes on to indicators has no token even so"


# a Kafka reader with the local newspaper

SENSITIVE = [row for row in event_types().values() if row.details_sealed and row.identity == "allowed"]
IN_CLEAR = {"occurredAt", "municipality", "identity", "details"}


@pytest.mark.parametrize("row", SENSITIVE, ids=lambda row: row.type.split(".", 1)[1])
def test_sensitive_events_carry_no_district_and_no_details_in_clear(row: Any) -> None:
    details = {
        name: values[-1]
        for name, values in row.details.items()
        if name != "reden" or "fase" not in row.details or row.details["fase"][-1] == "einde"
    }
    partner = next((p.name for p in region.POLICY.partners if region.POLICY.cell(p.name, row.type)), "ggz")
    raw = sent(line("e-1", person(), type=row.type, details=details), partner)
    data = json.loads(raw)["data"]
    assert data.keys() == IN_CLEAR and data["details"] == {}
    assert json.loads(region.unsealed(raw).details or b"{}") == details, "they are in the seal"
    assert not any(value.encode() in raw for value in details.values())


# recipients


def test_two_recipients_cannot_match_their_pseudonyms() -> None:
    key, persons = bytes(range(32)), [f"{number:032x}" for number in range(500)]
    mine = [recipient_pseudonym(key, "GM0034", who) for who in persons]
    theirs = [recipient_pseudonym(key, "GM0995", who) for who in persons]
    assert len({*mine, *theirs, *persons}) == 3 * len(persons), "nothing is equal"
    assert not in_common([bytes.fromhex("".join(mine)), bytes.fromhex("".join(theirs))])
    assert _by_rank(mine, theirs) < 0.05 * len(persons), "nor in the same order"
    assert len({int(a, 16) ^ int(b, 16) for a, b in zip(mine, theirs, strict=True)}) == len(persons)
    assert recipient_pseudonym(key, "GM003", "4" + persons[1]) != recipient_pseudonym(key, "GM0034", persons[1])

    same = [recipient_pseudonym(key, "everybody", who) for who in persons]
    assert _by_rank(same, same) == len(persons), "one pseudonym for all would match all"


def _by_rank(mine: list[str], theirs: list[str]) -> int:
    """How many are right when both sort what they have and lay it side by side."""
    places = [{name: at for at, name in enumerate(sorted(names))} for names in (mine, theirs)]
    return sum(places[0][a] == places[1][b] for a, b in zip(mine, theirs, strict=True))
