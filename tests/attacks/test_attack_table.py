"""The attack table of docs/trust-model.md, row by row: each attack is tried, also where it must work, so that it can fail."""

import os
import subprocess
from collections import Counter
from pathlib import Path

import msgspec
import pytest
import rbcl
from hypothesis import given, settings
from hypothesis import strategies as st
from vangnet_contract.event import Event, read_event
from vangnet_contract.taxonomy import event_types
from vangnet_linker.adapters import store
from vangnet_linker.app import step
from vangnet_linker.domain.incoming import Incoming
from vangnet_linker.evaluator.quota import Quota, Used, over_quota
from vangnet_local.postgres import BINARIES, DATABASE, SERVICES, SUPERUSER, Postgres
from vangnet_partner.drafting import OwnNames, drafted
from vangnet_partner.lines.line import Unreadable, read_line
from vangnet_pseudonym import keys, pseudonyms, scheme, sealing, shares, split, voprf
from vangnet_pseudonym.identity import Person
from vangnet_runtime.database import connect
from vangnet_runtime.migrations import migrate
from vangnet_simulator.region import Region

from tests.unit.linker.test_opening import OPENER, PEPPER, SEAL, STAMP, Made, policy

BSN = "999990019"
GUESSES = [f"v1|bsn|{number}".encode() for number in (999990007, int(BSN), 999990020)]
FIRST, SECOND = shares.split(1, "1")


def whole_key() -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_scalar_add(FIRST.private, SECOND.private))


def token_with(key: bytes, text: bytes) -> bytes:
    return split.token(text, voprf.evaluate(key, voprf.hash_to_group(text)))


def token_of(text: bytes) -> bytes:
    """As a partner gets it, from both evaluators."""
    r = split.random_scalar()
    point = voprf.blind(text, r)
    return split.token(
        text, voprf.unblind(r, voprf.add(voprf.evaluate(FIRST.private, point), voprf.evaluate(SECOND.private, point)))
    )


def test_two_sealed_blobs_of_one_person_have_nothing_in_common() -> None:
    blobs = [read_event(Made(id=f"e{n}").event()) for n in range(20)]
    sealed = [
        keys.from_text(event.data.identity.sealed)
        for event in blobs
        if isinstance(event, Event) and event.data.identity
    ]
    runs = Counter(blob[i : i + 4] for blob in sealed for i in range(len(blob) - 3))
    assert len(set(sealed)) == 20 and {len(blob) for blob in sealed} == {sealing.SEALED_BYTES}
    assert max(runs.values()) <= 2  # four equal bytes meet by chance, not more often


def test_a_linker_cannot_compute_the_token_of_a_guessed_number() -> None:
    wanted = token_of(GUESSES[1])
    assert [token_with(whole_key(), guess) == wanted for guess in GUESSES] == [
        False,
        True,
        False,
    ]  # with the whole key it works
    keys_at_hand = [PEPPER, SEAL, voprf.derive_key(PEPPER, b""), split.random_scalar()]
    assert not any(
        token_with(bytes(rbcl.crypto_core_ristretto255_scalar_reduce(key + bytes(32))), guess) == wanted
        for key in keys_at_hand
        for guess in GUESSES
    )
    assert not any(pseudonyms.KeyedHash(PEPPER, "token").digest(guess) == wanted for guess in GUESSES)


def test_evaluators_see_points_that_fit_every_number_equally() -> None:
    """For every other number there is a blinding that gives the same point: what is seen says nothing."""
    r = split.random_scalar()
    seen = voprf.blind(GUESSES[0], r)
    logarithm = split.random_scalar()  # H(x') = t·H(x) for a t that nobody knows; here one is made up
    other = voprf.multiply(logarithm, voprf.hash_to_group(GUESSES[0]))
    fitting = bytes(rbcl.crypto_core_ristretto255_scalar_mul(r, rbcl.crypto_core_ristretto255_scalar_invert(logarithm)))
    assert voprf.multiply(fitting, other) == seen
    assert len({voprf.blind(GUESSES[0], split.random_scalar()) for _ in range(50)}) == 50
    padded = [split.Request.blind([b"x"] * known, 4, split.random_scalar).points for known in range(5)]
    assert {len(points) for points in padded} == {4}


@pytest.mark.parametrize("half", [FIRST, SECOND])
def test_one_half_of_the_key_does_not_give_tokens(half: shares.Share) -> None:
    wanted = token_of(GUESSES[1])
    assert not any(token_with(half.private, guess) == wanted for guess in GUESSES)


def test_a_dictionary_by_online_evaluation_meets_the_quota_at_each_evaluator() -> None:
    """Not prevented, slowed: at 5,000 points a day a municipality of 450,000 takes 90 days at either evaluator."""
    quota, days, asked = Quota(5_000, 50_000), 0, 0
    while asked < 450_000:
        used = 0
        while over_quota(Used(used, used), 1_000, quota) is None:
            used += 1_000
        asked, days = asked + used, days + 1
    assert days == 90


def test_no_kind_of_token_is_shared_by_more_than_twenty_people() -> None:
    people: dict[tuple[int, bytes], set[str]] = {}
    for known in Region.generate(seed=3).persons():
        fields = {
            name: value
            for name, value in known.items()
            if name in {f.encode_name for f in msgspec.structs.fields(Person)}
        }
        for found in scheme.token_inputs(msgspec.convert(fields, Person), "politie"):
            people.setdefault(found, set()).add(str(known))
    most = Counter[int]()
    for (kind, _), having in people.items():
        most[kind] = max(most[kind], len(having))
    assert set(most) >= {1, 3, 4} and max(most.values()) <= 20
    assert all(len(kind.fields) > 1 or kind.name in ("bsn", "client") for kind in scheme.V1.kinds)


def test_an_identity_cannot_be_moved_to_another_event() -> None:
    """Not even by the partner's own key: the seal is bound to id, source, type and time of the event that it was made for."""
    moved = Made(id="e2", bound_to={"id": "e1"})
    result = OPENER.open(1, moved.event(), STAMP)
    assert result is not None and not isinstance(result, Incoming)
    assert isinstance(OPENER.open(1, Made(id="e2").event(), STAMP), Incoming)


RAW = Made().event()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_no_byte_of_a_signed_event_can_be_changed(place: int, change: int) -> None:
    altered = RAW[:place] + bytes([RAW[place] ^ change]) + RAW[place + 1 :]
    result = OPENER.open(1, altered, STAMP)
    whole = OPENER.open(1, RAW, STAMP)
    assert not isinstance(result, Incoming) or result == whole  # such as another base64 spelling of the same signature


def test_another_partners_key_signs_nothing_for_this_one() -> None:
    stranger = keys.new_signing_key()
    result = OPENER.open(1, Made(signing=("p-1", stranger)).event(), STAMP)
    assert result is not None and not isinstance(result, Incoming)


def test_sensitive_events_carry_no_district_and_no_details_in_clear() -> None:
    sensitive = [row for row in event_types().values() if row.details_sealed]
    assert len(sensitive) > 10
    for row in sensitive:
        details = {
            name: values[0] for name, values in row.details.items() if name != "reden" or "fase" not in row.details
        }
        line = {"id": "x1", "type": row.type, "registeredAt": "2026-03-01T02:10:00+01:00", "occurredAt": "2026-03-01T01:40:00+01:00",
                "municipality": "GM0034", "details": details, "person": {"bsn": BSN}}  # fmt: skip
        read = read_line(msgspec.json.encode(line))
        assert not isinstance(read, Unreadable)
        draft = drafted(read, OwnNames(), with_identity=True)
        assert draft.sealed_details == details and not draft.data.get("details")
        located = read_line(msgspec.json.encode(line | {"district": "WK003401"}))
        assert not isinstance(located, Unreadable)
        assert "district" not in drafted(located, OwnNames(), with_identity=True).data


async def test_a_dump_of_the_register_holds_no_token_and_no_pepper(tmp_path: Path) -> None:
    passwords = dict.fromkeys((SUPERUSER, *SERVICES), "secret")
    server = Postgres(tmp_path, passwords)
    server.start()
    try:
        pool = await connect(server.dsn("linker"), "linker", most=1)
        await migrate(pool, "vangnet_linker")
        events = [OPENER.open(n, Made(id=f"e{n}").event(), STAMP) for n in range(3)]
        messages = [event for event in events if isinstance(event, Incoming)]
        async with pool.acquire() as connection, connection.transaction():
            registry = await store.load(connection, messages)
            for message in messages:
                step(registry, message, policy())
            for statement in store.writes(registry):
                await connection.execute(statement.sql, *statement.args)
        await pool.close()
        dumped = dump(server)
    finally:
        server.stop()
    assert len(messages) == 3 and dumped.count(messages[0].digest.hex()) == 1  # what must be there is there
    for secret in (b"a" * 16, b"b" * 16, PEPPER, SEAL, FIRST.private, SECOND.private):
        assert secret.hex() not in dumped and keys.to_text(secret) not in dumped


def dump(server: Postgres) -> str:
    """All tables as text; bytes in hexadecimal, uuids without hyphens."""
    environment = {
        **os.environ,
        "PGPASSWORD": server.passwords[SUPERUSER],
        "PGUSER": SUPERUSER,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
    }
    done = subprocess.run(
        [str(BINARIES / "pg_dump"), DATABASE], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.replace("-", "")


def test_after_a_refresh_tokens_stay_and_an_old_half_with_a_new_one_is_refused() -> None:
    delta = split.random_scalar()
    new = shares.refresh(FIRST, delta, "2", subtract=False), shares.refresh(SECOND, delta, "2", subtract=True)
    request = split.Request.blind([GUESSES[1]], 4, split.random_scalar)
    pinned = shares.pinned_key(FIRST, SECOND)
    assert request.finish(*(answered(share, request.points) for share in new), pinned=pinned) == [token_of(GUESSES[1])]
    with pytest.raises(split.ShareMismatch):
        request.finish(answered(FIRST, request.points), answered(new[1], request.points), pinned=pinned)
    with pytest.raises(split.SumMismatch):
        request.finish(
            answered(FIRST, request.points), answered(new[1], request.points)._replace(share_id="1"), pinned=pinned
        )


def answered(share: shares.Share, points: tuple[bytes, ...]) -> split.Answer:
    evaluated = [voprf.evaluate(share.private, point) for point in points]
    proof = voprf.prove(share.private, share.public, points, evaluated, split.random_scalar())
    return split.Answer(share.share_id, share.public, evaluated, proof)


def test_two_recipients_cannot_match_their_pseudonyms() -> None:
    key_a, key_b, people = b"a" * 32, b"b" * 32, [f"{n:032x}" for n in range(200)]
    names = ["GM0034", "GM0995"]
    seen = {
        (key, name): {pseudonyms.recipient_pseudonym(key, name, person) for person in people}
        for key in (key_a, key_b)
        for name in names
    }
    assert all(not seen[one] & seen[other] for one in seen for other in seen if one != other)
    assert not any(person in {p for found in seen.values() for p in found} for person in people)
