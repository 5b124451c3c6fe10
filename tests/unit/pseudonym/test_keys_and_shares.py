"""Keys and shares from files: what is no key is refused with a reason and never with a value."""

import json
from datetime import UTC, datetime
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)
from vangnet_pseudonym import evaluation, keys, pseudonyms, shares, split, voprf

SHARE, OTHER = shares.split(1, "1")


def stored(**changes: object) -> bytes:
    return json.dumps([json.loads(shares.dump_shares([SHARE]))[0] | changes]).encode()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (b"", "is not JSON"),
        (b"[{", "is not JSON"),
        (b"[" * 50_000, "Expected `object`"),
        (b"{}", "Expected `array`"),
        (b"[]", "holds no share"),
        (stored(extra=1), "unknown field `extra`"),
        (stored(epoch="1"), "epoch"),
        (stored(epoch=0), "0.scalar"),
        (stored(scalar=""), "0.scalar"),
        (stored(scalar="%"), "0.scalar"),
        (stored(scalar=keys.to_text(bytes(32))), "0.scalar"),
        (stored(scalar=keys.to_text(voprf.ORDER.to_bytes(32, "little"))), "0.scalar"),
        (shares.dump_shares([SHARE, OTHER]), "two shares"),
    ],
    ids=count(),
)
def test_what_is_no_share_file_is_refused(text: bytes, rule: str) -> None:
    with pytest.raises(ValueError, match="not a share file") as refused:
        shares.load_shares(text)
    assert rule in str(refused.value) and SHARE.scalar not in str(refused.value)


def test_a_file_holds_the_old_and_the_new_share() -> None:
    newer = shares.refresh(SHARE, split.random_scalar(), "2", subtract=True)
    assert shares.load_shares(shares.dump_shares([SHARE, newer])) == [SHARE, newer]


@pytest.mark.parametrize("cost", [0, 9, 21, 60])
def test_a_backup_with_an_absurd_cost_is_neither_made_nor_opened(cost: int) -> None:
    with pytest.raises(ValueError, match="cost"):
        shares.backup([SHARE], "x", log2_cost=cost)
    made = json.loads(shares.backup([SHARE], "x", log2_cost=10))
    with pytest.raises(shares.BackupRefused, match="cost"):
        shares.restore(json.dumps(made | {"log2Cost": cost}).encode(), "x")


@pytest.mark.parametrize("field", ["salt", "nonce", "sealed", "log2Cost"])
def test_an_altered_backup_does_not_open(field: str) -> None:
    made = json.loads(shares.backup([SHARE], "x", log2_cost=10))
    value = made[field]
    other = 11 if field == "log2Cost" else ("B" if value[0] == "A" else "A") + value[1:]
    with pytest.raises(shares.BackupRefused, match="wrong passphrase, or the backup was altered"):
        shares.restore(json.dumps(made | {field: other}).encode(), "x")


def test_a_backup_that_would_not_restore_is_not_made() -> None:
    for refused in ([], [SHARE, OTHER]):
        with pytest.raises(ValueError, match="not a share file"):
            shares.backup(refused, "x", log2_cost=10)
    with pytest.raises(ValueError, match="passphrase"):
        shares.backup([SHARE], "", log2_cost=10)


EDWARDS = ed25519.Ed25519PrivateKey.generate()
OTHER_CURVE = ec.generate_private_key(ec.SECP384R1())
LOCKED = keys.new_signing_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))


@pytest.mark.parametrize("pem", [b"", b"x", LOCKED, keys.signing_key_pem(OTHER_CURVE)], ids=count())
def test_what_is_no_signing_key_is_refused(pem: bytes) -> None:
    with pytest.raises(ValueError, match=r"^is not"):
        keys.load_signing_key(pem)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "é",
        "AAAA",
        keys.verifying_key_text(OTHER_CURVE),
        keys.to_text(EDWARDS.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    ],
    ids=count(),
)
def test_what_is_no_verifying_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not"):
        keys.load_verifying_key(text)


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33)])
def test_a_seal_key_has_32_bytes(raw: bytes) -> None:
    for load in (keys.load_seal_private_key, keys.load_seal_public_key):
        with pytest.raises(ValueError, match="32"):
            load(raw)


@pytest.mark.parametrize("key", [b"", bytes(16), bytes(33)])
def test_a_hash_is_never_made_without_its_whole_key(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonyms.KeyedHash(key, "token")
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonyms.recipient_pseudonym(key, "GM0034", "person")


def test_a_request_whose_headers_are_nonsense_is_not_believed() -> None:
    key, now = keys.new_signing_key(), datetime(2026, 3, 1, tzinfo=UTC)
    known = {"k": key.public_key()}
    headers = evaluation.sign_request(b"body", key, "k", evaluator="a", now=now, nonce="n")

    def problem(**changes: str) -> evaluation.RequestProblem | None:
        changed = {f"vangnet-{name.replace('_', '-')}": value for name, value in changes.items()}
        return evaluation.verify_request(b"body", headers | changed, known, evaluator="a", now=now)

    assert problem() is None
    assert problem(timestamp="yesterday") is problem(timestamp="2026-03-01T00:00:00") is evaluation.RequestProblem.STALE
    assert problem(timestamp="2026-03-01T01:00:00+01:00") is evaluation.RequestProblem.INVALID
    assert problem(nonce="x" * 65) is evaluation.RequestProblem.MISSING
    for signature in ("AAAA", "é", "A" * 86 + "==", "%"):
        assert problem(signature=signature) is evaluation.RequestProblem.INVALID
