"""Seals are bound to their event and look alike; a signed event cannot be changed; shares refresh, back up and restore."""

import base64
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from vangnet_pseudonym import evaluation, keys, pseudonyms, sealing, shares, signature, split, voprf

PRIVATE = keys.new_seal_key()
PUBLIC = keys.load_seal_public_key(keys.seal_public_key(PRIVATE))
OPENER = keys.load_seal_private_key(PRIVATE)
BINDING = sealing.Binding("demo", "s1", "v2", 1, "urn:x", "id1", "type", "2026-03-01T01:40:00+01:00")
CONTENTS = sealing.Contents({1: [(1, b"a" * 16), (3, b"b" * 16)], 2: [(1, b"c" * 16)]}, b'{"fase":"start"}')
ATTRIBUTES = {
    "id": "1",
    "source": "urn:x",
    "specversion": "1.0",
    "type": "t",
    "datacontenttype": "application/json",
    "time": "2026-03-01T02:10:00+01:00",
}


def test_what_is_sealed_comes_out_and_equal_identities_look_unlike_and_of_one_size() -> None:
    blobs = {sealing.seal(PUBLIC, BINDING, CONTENTS) for _ in range(3)} | {
        sealing.seal(PUBLIC, BINDING, CONTENTS._replace(details=None))
    }
    assert len(blobs) == 4 and {len(blob) for blob in blobs} == {sealing.SEALED_BYTES}
    assert sealing.unseal(OPENER, BINDING, sealing.seal(PUBLIC, BINDING, CONTENTS)) == CONTENTS


@pytest.mark.parametrize("field", sealing.Binding._fields)
def test_a_seal_opens_for_its_own_event_only(field: str) -> None:
    blob = sealing.seal(PUBLIC, BINDING, CONTENTS)
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(OPENER, BINDING._replace(**{field: 2 if field == "epoch" else "other"}), blob)


def test_what_is_no_seal_is_named() -> None:
    blob = sealing.seal(PUBLIC, BINDING, CONTENTS)
    for wrong, error in [
        (blob[:-1], sealing.Truncated),
        (blob + b"x", sealing.Oversized),
        (bytes(len(blob)), sealing.CannotOpen),
        (blob[:-1] + bytes([blob[-1] ^ 1]), sealing.CannotOpen),
    ]:
        with pytest.raises(error):
            sealing.unseal(OPENER, BINDING, wrong)
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(keys.load_seal_private_key(keys.new_seal_key()), BINDING, blob)


@pytest.mark.parametrize(
    ("plaintext", "error"),
    [
        (bytes(1024), sealing.BadLayout),
        (b"\1\0\0".ljust(1024, b"\0"), sealing.NoTokens),
        (b"\1\0\1\0\1\xff".ljust(1024, b"\0"), sealing.BadLayout),
        (b"\1\0\xff".ljust(1024, b"\0"), sealing.BadLayout),
        ((b"\1\0\0" + b"\xff\xff").ljust(1024, b"\0"), sealing.BadLayout),
        (sealing.pack(CONTENTS)[:-1] + b"x", sealing.BadLayout),
    ],
)
def test_what_is_laid_out_wrongly_is_refused(plaintext: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        sealing.unpack(plaintext)


def test_a_signed_event_cannot_be_changed() -> None:
    key = keys.new_signing_key()
    known = {"k": keys.load_verifying_key(keys.verifying_key_text(keys.load_signing_key(keys.signing_key_pem(key))))}
    material = signature.sign_event(ATTRIBUTES, b'{"a":1}', key, "k")
    assert signature.verify_event(ATTRIBUTES, b'{"a":1}', material, known) is None
    assert (
        signature.verify_event(ATTRIBUTES | {"time": "2026-03-01T01:10:00.7Z"}, b'{"a":1}', material, known) is None
    )  # the same second
    for name in ATTRIBUTES:
        other = "2026-03-01T02:10:01+01:00" if name == "time" else "x"
        assert (
            signature.verify_event(ATTRIBUTES | {name: other}, b'{"a":1}', material, known)
            is signature.SignatureProblem.ALTERED
        )
    for data in (b'{"a":2}', b'{"a": 1}', b""):
        assert signature.verify_event(ATTRIBUTES, data, material, known) is signature.SignatureProblem.ALTERED
    assert signature.verify_event(ATTRIBUTES, b'{"a":1}', material, {}) is signature.SignatureProblem.KEY_UNKNOWN
    assert (
        signature.verify_event(ATTRIBUTES, b'{"a":1}', material, {"k": keys.new_signing_key().public_key()})
        is signature.SignatureProblem.ALTERED
    )
    for broken in ("", "x", base64.b64encode(b"{}").decode(), material[:-8]):
        assert signature.verify_event(ATTRIBUTES, b'{"a":1}', broken, known) is signature.SignatureProblem.MALFORMED


def test_a_refresh_keeps_the_key_and_every_token() -> None:
    a, b = shares.split(1, "1")
    pinned = shares.pinned_key(a, b)
    delta = split.random_scalar()
    a2, b2 = shares.refresh(a, delta, "2", subtract=False), shares.refresh(b, delta, "2", subtract=True)
    assert shares.pinned_key(a2, b2) == pinned and a2.scalar != a.scalar
    r = split.random_scalar()
    point = voprf.blind(b"v1|bsn|1", r)
    whole = [
        voprf.unblind(r, voprf.add(voprf.evaluate(x.private, point), voprf.evaluate(y.private, point)))
        for x, y in ((a, b), (a2, b2))
    ]
    assert whole[0] == whole[1]


def test_shares_come_back_from_their_backup_and_from_nothing_else() -> None:
    first, _ = shares.split(1, "1")
    made = [first, shares.refresh(first, split.random_scalar(), "2", subtract=False)]
    kept = shares.backup(made, "correct horse", log2_cost=10)
    assert shares.restore(kept, "correct horse") == made
    assert made[0].scalar.encode() not in kept and made[0].scalar not in repr(made)
    for text, passphrase in [
        (kept, "wrong"),
        (b"{}", "x"),
        (b"no", "x"),
        (kept.replace(b"backup-1", b"backup-2"), "correct horse"),
    ]:
        with pytest.raises(shares.BackupRefused):
            shares.restore(text, passphrase)


def test_an_evaluation_request_is_believed_once_signed_and_fresh() -> None:
    key, now = keys.new_signing_key(), datetime(2026, 3, 1, tzinfo=UTC)
    known = {"k": key.public_key()}
    headers = evaluation.sign_request(b"body", key, "k", evaluator="a", now=now, nonce="n")
    verify = partial(evaluation.verify_request, evaluator="a")
    assert verify(b"body", headers, known, now=now) is None
    assert verify(b"other", headers, known, now=now) == "signature-invalid"
    assert verify(b"body", headers, known, evaluator="b", now=now) == "signature-invalid"
    assert verify(b"body", headers | {evaluation.NONCE: "m"}, known, now=now) == "signature-invalid"
    assert verify(b"body", headers, known, now=now + timedelta(minutes=6)) == "timestamp-not-now"
    assert verify(b"body", headers, {}, now=now) == "key-unknown"
    assert verify(b"body", {}, known, now=now) == "signature-missing"


def test_keyed_hashes_differ_by_purpose_and_pseudonyms_by_recipient() -> None:
    assert (
        len(
            {
                pseudonyms.KeyedHash(bytes([n]) * 32, purpose).digest(b"x")
                for n in (1, 2)
                for purpose in ("event", "token")
            }
        )
        == 4
    )
    assert len({pseudonyms.recipient_pseudonym(b"k" * 32, name, "person") for name in ("a", "b", "ap")}) == 3
