"""The golden vectors are what the code does, and hold when each step is done by hand from the file alone."""

import base64
import json
from datetime import datetime
from hashlib import sha256, sha512
from importlib.resources import files
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from vangnet_pseudonym import evaluation, keys, sealing, shares, signature, voprf

from tests.contract.pseudonym.golden import document

STORED = (files("vangnet_contract") / "vectors" / "pseudonym.json").read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(STORED)


def b(text: str) -> bytes:
    return bytes.fromhex(text)


def test_the_file_is_what_the_code_makes() -> None:
    assert document() == STORED, (
        "run: uv run python -m tests.contract.pseudonym.golden > shared/contract/vangnet_contract/vectors/pseudonym.json"
    )


def test_a_token_follows_from_the_whole_key_as_in_the_rfc() -> None:
    exchange = VECTORS["voprf"]
    k1, k2 = (int.from_bytes(b(one["privateKey"]), "little") for one in exchange["evaluators"])
    whole = ((k1 + k2) % voprf.ORDER).to_bytes(32, "little")
    assert voprf.public_key(whole).hex() == exchange["pinnedKey"]
    for text, token in zip(exchange["inputs"], exchange["tokens"], strict=True):
        element = voprf.multiply(whole, voprf.hash_to_group(text.encode()))
        message = len(text.encode()).to_bytes(2) + text.encode() + (32).to_bytes(2) + element + b"Finalize"
        assert sha512(message).digest()[:16].hex() == token


def test_every_proof_in_the_file_holds() -> None:
    points = [b(point) for point in VECTORS["voprf"]["points"]]
    for one in VECTORS["voprf"]["evaluators"]:
        voprf.verify(b(one["publicKey"]), points, [b(point) for point in one["points"]], b(one["proof"]))


def test_a_refresh_keeps_the_pinned_key() -> None:
    refresh = VECTORS["refresh"]
    sums = [
        sum(int.from_bytes(b(half), "little") for half in refresh[when]) % voprf.ORDER for when in ("before", "after")
    ]
    assert sums[0] == sums[1] and refresh["pinnedKey"] == VECTORS["voprf"]["pinnedKey"]


def test_the_seal_made_by_hand_opens_with_the_library() -> None:
    vector = VECTORS["seal"]
    binding = sealing.Binding(**vector["binding"])
    by_hand = ("vangnet-seal-v1", *(str(value) for value in vector["binding"].values()))
    assert b"".join(sha256(value.encode()).digest() for value in by_hand) == binding.info == b(vector["info"])
    private = keys.load_seal_private_key(b(vector["privateKey"]))
    contents = sealing.unseal(private, binding, keys.from_text(vector["sealed"]))
    assert sealing.pack(contents) == b(vector["plaintext"])
    assert [token.hex() for _, token in contents.tokens[1]] == VECTORS["voprf"]["tokens"]


def test_the_evaluation_request_is_believed() -> None:
    vector = VECTORS["evaluationRequest"]
    known = {"politie-1": keys.load_verifying_key(vector["publicKey"])}
    now = datetime.fromisoformat(vector["headers"][evaluation.TIMESTAMP])
    body, headers = vector["body"].encode(), vector["headers"]
    assert evaluation.verify_request(body, headers, known, evaluator=vector["evaluator"], now=now) is None
    by_hand = ["vangnet-evaluation-2", vector["evaluator"], "POST", "/v1/evaluaties", sha256(body).hexdigest()]
    by_hand += [headers[name] for name in ("vangnet-key-id", "vangnet-timestamp", "vangnet-nonce")]
    raw = base64.b64decode(headers["vangnet-signature"])
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    known["politie-1"].verify(der, "\n".join(by_hand).encode(), ec.ECDSA(hashes.SHA256()))


def test_the_signed_event_verifies() -> None:
    vector = VECTORS["event"]
    known = {"politie-1": keys.load_verifying_key(vector["publicKey"])}
    data = vector["data"].encode()
    assert signature.core_digest(vector["attributes"], data).hex() == vector["core"]
    assert signature.verify_event(vector["attributes"], data, vector["dssematerial"], known) is None
    altered = vector["attributes"] | {"subject": "x"}
    assert signature.verify_event(altered, data, vector["dssematerial"], known) is signature.SignatureProblem.ALTERED


def test_the_share_backup_restores() -> None:
    vector = VECTORS["shareBackup"]
    restored = shares.restore(json.dumps(vector["backup"]).encode(), vector["passphrase"])
    assert json.loads(shares.dump_shares(restored)) == vector["shares"]


# The published vectors of the CloudEvents extension *verifiability* (cloudevents/spec, extensions/verifiability.md).
PUBLISHED_KEY = ec.derive_private_key(
    97358161215184420915383655311931858321456579547487070936769975997791359926199, ec.SECP256R1()
)
CASE_3 = (
    b'{"core":"wKCa8sq3dyg/00ZiDQy/aXAY1tepQnrKLa6xP0Y3D/Q="}',
    "UMqiNYp7SQZq6MHdms4dn2msHGinLHvZaUV3ghcj/cn5Bi3d5jz0sfhm9pZ89CcOa+WWtjY6cZvj7c/tOWsTVg==",
)
CASE_5 = (
    b'{"core":"qCSeiZkS+hH9WiClfq6plfqYNVy2kvxWRfoBrLEzoDk="}',
    "F2ip0xmgJX3ugHZC6tMrr7A2Eqai08raGrTwdyh/OGDIIrF7ByM2yITLKqNrF3dzZGR2o0Cs9fEBFdLxROUyEQ==",
)
WALKTHROUGH = (
    b'{"core":"vjXrHNt/k/3rSS9WejzeQ8vJ4sU1uQh+J51Vqry7XnM=","ext":"kU1P8bDaEnyNhglWzdTJNHh77khNWSZebBUxufVM2pU=",'
    b'"signedextattrs":["exta"]}',
    "hHmGOmdE+Zp7FjCQ+SxwbYKzckKkUHLuOlaGUJ9Hc91K2vXvGX03vMLRimnQMaPudmfmwjRbcOqbd7Y7STXnxg==",
)
BINARY_EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "example/uri",
    "type": "example.type.binary",
    "datacontenttype": "application/octet-stream",
}


def envelope(payload: bytes, sig: str) -> str:
    signed = {
        "payloadType": signature.PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": "testkey", "sig": sig}],
    }
    return base64.b64encode(json.dumps(signed).encode()).decode()


def test_the_extensions_case_5_reproduces_whole() -> None:
    data = base64.b64decode("8J+koQ==")
    payload, sig = CASE_5
    assert base64.b64encode(signature.core_digest(BINARY_EVENT, data)).decode() == json.loads(payload.decode())["core"]
    made = json.loads(base64.b64decode(signature.sign_event(BINARY_EVENT, data, PUBLISHED_KEY, "testkey")))
    assert base64.b64decode(made["payload"]) == payload and made["signatures"] == [{"keyid": "testkey", "sig": sig}]
    known = {"testkey": PUBLISHED_KEY.public_key()}
    assert signature.verify_event(BINARY_EVENT, data, envelope(payload, sig), known) is None


@pytest.mark.parametrize(("payload", "sig"), [CASE_3, CASE_5, WALKTHROUGH])
def test_the_extensions_signatures_hold(payload: bytes, sig: str) -> None:
    raw, kind = base64.b64decode(sig), signature.PAYLOAD_TYPE
    encoded = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    PUBLISHED_KEY.public_key().verify(der, encoded, ec.ECDSA(hashes.SHA256()))


def test_the_extensions_ext_digest_reproduces() -> None:
    by_hand = sha256(sha256(b"value1").digest()).digest()
    assert base64.b64encode(by_hand).decode() == json.loads(WALKTHROUGH[0])["ext"]


@pytest.mark.parametrize(
    "rest",
    [
        {"ext": "AA==", "signedextattrs": ["exta", "exta"]},
        {"ext": "AA==", "signedextattrs": ["exta", "id"]},
        {"ext": "AA==", "signedextattrs": ["dssematerial"]},
        {"signedextattrs": ["exta"]},
        {"ext": "AA=="},
    ],
)
def test_the_extensions_case_8_is_refused(rest: dict[str, Any]) -> None:
    data = base64.b64decode("8J+koQ==")
    payload = json.dumps({"core": base64.b64encode(signature.core_digest(BINARY_EVENT, data)).decode(), **rest})
    kind = signature.PAYLOAD_TYPE
    signed = f"DSSEv1 {len(kind)} {kind} {len(payload)} {payload}".encode()
    r, s = decode_dss_signature(PUBLISHED_KEY.sign(signed, ec.ECDSA(hashes.SHA256())))
    material = envelope(payload.encode(), base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode())
    known = {"testkey": PUBLISHED_KEY.public_key()}
    assert signature.verify_event(BINARY_EVENT, data, material, known) is signature.SignatureProblem.ALTERED
