"""Golden vectors for partners in other languages: every step of the protocol with fixed keys. docs/vectors.md explains them.

`python -m tests.contract.pseudonym.golden` prints them; they are kept in vangnet_contract/vectors/pseudonym.json. All keys are for
testing only. Randomness comes from a counter under SHA-512, so that the file can be made again.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha512
from itertools import count
from typing import Any

import msgspec
import rbcl
from cryptography.hazmat.primitives.asymmetric import ec
from vangnet_pseudonym import evaluation, keys, pseudonyms, sealing, shares, signature, split, voprf
from vangnet_pseudonym.canonical import Canonical, canonical
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.parts import parts
from vangnet_pseudonym.scheme import V1, V2, TokenInput, inputs_of, token_inputs

from tests.contract.pseudonym.hpke import seal_with
from tests.contract.pseudonym.people import DUTCH, PEOPLE

Json = dict[str, Any]
PARTNER = "politie"
SIGNING_KEY = ec.derive_private_key(0x5EED0001, ec.SECP256R1())
SEAL_KEY = bytes(range(1, 33))
EPHEMERAL_KEY = bytes(range(33, 65))
"""Of the sender of the sealed vector. In earnest a new one is drawn for each seal."""
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "abcdefghijklmnopabcdefghijklmnop",
    "source": "urn:nld:oin:00000001234567890000:systeem:meldkamer",
    "type": "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1",
    "time": "2026-03-01T02:10:00.250+01:00",
    "datacontenttype": "application/json",
}
OCCURRED_AT = "2026-03-01T01:40:00+01:00"
DETAILS = b'{"fase":"start"}'


def golden() -> Json:
    """All vectors."""
    halves = shares.split(1, "1", scalars("halves"))
    tokens, exchange = _voprf(halves)
    return {
        "canonical": [_canonical(given) for given in PEOPLE],
        "combinations": {
            "kinds": [{"kind": kind.number, "parts": kind.fields, "byPartner": kind.by_partner} for kind in V2.kinds],
            "persons": [_combined(given) for given in [*PEOPLE, *DUTCH]],
        },
        "voprf": exchange,
        "refresh": _refresh(halves),
        "evaluationRequest": _evaluation_request(exchange),
        "seal": _seal(tokens),
        "event": _event(),
        "pseudonym": _pseudonyms(),
        "shareBackup": _backup(halves[0]),
    }


def scalars(purpose: str) -> Callable[[], bytes]:
    """Scalars that are the same every time."""
    numbers: Iterator[int] = count()

    def draw() -> bytes:
        block = sha512(f"vangnet-vectors|{purpose}|{next(numbers)}".encode()).digest()
        return bytes(rbcl.crypto_core_ristretto255_scalar_reduce(block))

    return draw


def _canonical(given: Json) -> Json:
    person = msgspec.convert(given, Person)
    form = canonical(person)
    return {
        "person": given,
        "canonical": {
            name: getattr(form, name) for name in Canonical._fields if name != "notes" and getattr(form, name)
        },
        "notes": [note._asdict() for note in form.notes],
        "inputs": [{"kind": kind, "text": text.decode()} for kind, text in token_inputs(person, PARTNER, V1)],
    }


def _combined(given: Json) -> Json:
    found, notes = parts(msgspec.convert(given, Person))
    return {
        "person": given,
        "parts": {name: value for name, value in found._asdict().items() if value},
        "notes": [note._asdict() for note in notes],
        "inputs": [{"kind": kind, "text": text.decode()} for kind, text in inputs_of(found, PARTNER, V2)],
    }


def _inputs() -> list[TokenInput]:
    return token_inputs(msgspec.convert(PEOPLE[0], Person), PARTNER, V1)


def _voprf(halves: tuple[shares.Share, shares.Share]) -> tuple[list[tuple[int, bytes]], Json]:
    inputs = _inputs()
    request = split.Request.blind([text for _, text in inputs[:3]], V1.points, scalars("blindings"))
    nonces = scalars("proofs")
    answers = [_answer(half, request.points, nonces()) for half in halves]
    pinned = shares.pinned_key(*halves)
    tokens = request.finish(answers[0], answers[1], pinned)
    exchange = {
        "partner": PARTNER,
        "inputs": [text.decode() for text in request.inputs],
        "blindings": _hex(request.blindings),
        "points": _hex(request.points),
        "pinnedKey": pinned.hex(),
        "evaluators": [
            {
                "privateKey": half.private.hex(),
                "publicKey": answer.public_key.hex(),
                "points": _hex(answer.points),
                "proof": answer.proof.hex(),
            }
            for half, answer in zip(halves, answers, strict=True)
        ],
        "tokens": _hex(tokens),
    }
    return [(kind, token) for (kind, _), token in zip(inputs, tokens, strict=False)], exchange


def _answer(half: shares.Share, points: Sequence[bytes], nonce: bytes) -> split.Answer:
    evaluated = [voprf.evaluate(half.private, point) for point in points]
    return split.Answer(
        half.share_id, half.public, evaluated, voprf.prove(half.private, half.public, points, evaluated, nonce)
    )


def _refresh(halves: tuple[shares.Share, shares.Share]) -> Json:
    delta = scalars("refresh")()
    after = [shares.refresh(half, delta, "2", subtract=bool(place)) for place, half in enumerate(halves)]
    return {
        "before": _hex(half.private for half in halves),
        "delta": delta.hex(),
        "after": _hex(half.private for half in after),
        "pinnedKey": shares.pinned_key(*after).hex(),
    }


def _evaluation_request(exchange: Json) -> Json:
    points = [keys.to_text(bytes.fromhex(point)) for point in exchange["points"]]
    body = msgspec.json.encode(evaluation.EvaluationRequest(partner=PARTNER, epoch=1, points=points))
    now = datetime(2026, 3, 1, 1, 10, tzinfo=UTC)
    headers = evaluation.sign_request(
        body, SIGNING_KEY, "politie-1", evaluator="a", now=now, nonce="a-nonce-for-testing"
    )
    return {
        "publicKey": keys.verifying_key_text(SIGNING_KEY),
        "evaluator": "a",
        "body": body.decode(),
        "headers": headers,
    }


def _seal(tokens: Sequence[tuple[int, bytes]]) -> Json:
    binding = sealing.Binding(
        region="demo",
        key_id="seal-1",
        scheme=V1.name,
        epoch=1,
        source=ATTRIBUTES["source"],
        id=ATTRIBUTES["id"],
        type=ATTRIBUTES["type"],
        occurred_at=OCCURRED_AT,
    )
    contents = sealing.Contents({1: tokens, 2: tokens[:1]}, DETAILS)
    plaintext = sealing.pack(contents)
    return {
        "privateKey": SEAL_KEY.hex(),
        "publicKey": keys.seal_public_key(SEAL_KEY).hex(),
        "ephemeralPrivateKey": EPHEMERAL_KEY.hex(),
        "binding": {name: getattr(binding, name) for name in binding._fields},
        "info": binding.info.hex(),
        "plaintext": plaintext.hex(),
        "sealed": keys.to_text(seal_with(EPHEMERAL_KEY, keys.seal_public_key(SEAL_KEY), binding.info, plaintext)),
    }


def _event() -> Json:
    data = b'{"occurredAt":"%s","municipality":"GM0034","details":{}}' % OCCURRED_AT.encode()
    material = signature.sign_event(ATTRIBUTES, data, SIGNING_KEY, "politie-1")
    return {
        "attributes": ATTRIBUTES,
        "data": data.decode(),
        "core": signature.core_digest(ATTRIBUTES, data).hex(),
        "publicKey": keys.verifying_key_text(SIGNING_KEY),
        "privateKey": keys.signing_key_pem(SIGNING_KEY).decode(),
        "dssematerial": material,
    }


def _pseudonyms() -> Json:
    key, person = bytes(range(32)), "00112233445566778899aabbccddeeff"
    return {
        "key": key.hex(),
        "person": person,
        "byRecipient": {name: pseudonyms.recipient_pseudonym(key, name, person) for name in ("GM0034", "GM003", "ggz")},
        "keyedHash": {
            purpose: pseudonyms.KeyedHash(key, purpose).digest(b"value").hex() for purpose in ("event", "token")
        },
    }


def _backup(half: shares.Share) -> Json:
    text = shares.backup([half], "juist paard batterij nietje", lambda size: bytes(range(size)), log2_cost=10)
    return {
        "passphrase": "juist paard batterij nietje",
        "shares": json.loads(shares.dump_shares([half])),
        "backup": json.loads(text),
    }


def _hex(values: Iterator[bytes] | Sequence[bytes]) -> list[str]:
    return [value.hex() for value in values]


def document() -> str:
    """The file."""
    return json.dumps(golden(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(document(), end="")
