"""Both doors on real Kafka and real HTTP: what comes in goes on untouched, what is refused is answered, the stream goes on."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import RSAKey
from vangnet_contract import messages
from vangnet_contract.stamp import read_stamp
from vangnet_contract.topics import EVENTS_ACCEPTED

from tests.integration.ingest.rig import Ingest, Partners, eventually, without_ticks
from tests.unit.ingest.region import GGZ, OLD_KEY, SIGNING, STRANGER, data, event, full, sealed, signed


def recent(sender: str = "politie", **changes: Any) -> dict[str, Any]:
    """An event of a minute ago with an id of its own; `content` = changes of its data."""
    now = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
    content = data(**{"occurredAt": now} | changes.pop("content", {}))
    return event(sender, content, **{"id": str(uuid4()), "time": now} | changes)


def in_content(**changes: Any) -> dict[str, Any]:
    return recent(content=changes)


def old(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


BAD = {
    "not JSON": (lambda: b"{", "not-json"),
    "duplicate member": (lambda: signed(recent()).replace(b'"id"', b'"time": "x", "id"', 1), "duplicate-member"),
    "unknown member": (lambda: signed(recent()).replace(b'"id"', b'"naam": "x", "id"', 1), "unknown-member"),
    "unknown type": (lambda: signed(recent(type=full("veiligheid.iets"))), "unknown-type"),
    "only for a rights desk": (lambda: signed(recent(type=full("beheer.bezwaar"), content={"details": {"fase": "ingediend"}})), "rights-desk-only"),
    "a person where none may be": (lambda: signed(sealed(recent(type=full("beheer.contactantwoord"), content={"details": {"verzoek": "a", "antwoord": "opgepakt", "grond": "anders"}}))), "identity-not-allowed"),
    "another source": (lambda: signed(recent(source=GGZ)), "source-not-yours"),
    "in the future": (lambda: signed(in_content(occurredAt=old(-1))), "time-in-future"),
    "before the horizon": (lambda: signed(in_content(occurredAt=old(501))), "before-horizon"),
    "unknown municipality": (lambda: signed(in_content(municipality="GM9999")), "unknown-municipality"),
    "identifier in clear": (lambda: signed(in_content(incident="111222333")), "identifier-in-clear"),
    "unsigned": (lambda: json.dumps(recent()).encode(), "signature-missing"),
    "unknown key": (lambda: signed(recent(), key_id="nobody"), "key-unknown"),
    "expired key": (lambda: signed(recent(), key=OLD_KEY, key_id="politie-0"), "key-expired"),
    "another partner's key": (lambda: signed(recent(), key=SIGNING["ggz"], key_id="ggz-1"), "key-of-other-partner"),
    "signed by a stranger": (lambda: signed(recent(), key=STRANGER), "signature-invalid"),
    "altered after signing": (lambda: signed(recent()).replace(b"GM0034", b"GM0995"), "signature-invalid"),
    "unknown seal key": (lambda: signed(sealed(recent(), keyId="zegel-9")), "seal-key-unknown"),
    "truncated blob": (lambda: signed(sealed(recent(), sealed="A" * 100)), "seal-truncated"),
    "oversized blob": (lambda: signed(sealed(recent(), sealed="A" * 2000)), "seal-oversized"),
    "unknown scheme": (lambda: signed(sealed(recent(), scheme="v9")), "scheme-unknown"),
    "unknown epoch": (lambda: signed(sealed(recent(), epoch=9)), "epoch-unknown"),
}  # fmt: skip


async def test_the_kafka_door_passes_events_on_untouched_and_in_order(ingest: Ingest, partners: Partners) -> None:
    sent = [b" " + signed(sealed(recent())) for _ in range(20)]
    before = datetime.now(UTC)
    await partners.send(*sent)
    taken = await partners.accepted(20)
    assert [record.value for record in taken] == sent
    for raw, record in zip(sent, taken, strict=True):
        members = json.loads(raw)
        stamp = read_stamp(record.headers)
        assert record.key.decode() == f"{members['source']}|{members['id']}"
        assert stamp is not None
        assert (stamp.partner, stamp.basis, stamp.policy_version) == ("politie", "wpg-meldpunt", "demo-1")
        assert before <= stamp.received_at <= datetime.now(UTC)


def refusals(ingest: Ingest, door: str) -> Counter[str]:
    """How often each reason of BAD was counted at this door."""
    reasons = {reason for _, reason in BAD.values()}
    return Counter({r: int(ingest.counter("vangnet_ingest_refused_total", door=door, reason=r)) for r in reasons})


async def test_bad_input_at_the_kafka_door(ingest: Ingest, partners: Partners) -> None:
    bad = {name: make() for name, (make, _) in BAD.items()}
    good = [signed(recent()) for _ in bad]
    counted = refusals(ingest, "kafka")
    await partners.send(*(event for pair in zip(bad.values(), good, strict=True) for event in pair))

    answers, rejected = await partners.answers(len(bad)), await partners.rejected(len(bad))
    for (name, raw), answer, record in zip(bad.items(), answers, rejected, strict=True):
        told = messages.decode_feedback(answer.value)
        assert (name, told.status, [problem.reason for problem in told.problems]) == (name, "rejected", [BAD[name][1]])
        assert (record["topic"], record["partner"]) == ("vangnet.in.politie", "politie")
        assert record["digest"] == hashlib.sha256(raw).hexdigest()
        assert answer.key.decode() == (told.id or record["digest"])
        assert not told.id or told.id == json.loads(raw)["id"]
    assert [record.value for record in await partners.accepted(len(good))] == good
    assert await eventually(
        lambda: refusals(ingest, "kafka") - counted == Counter(reason for _, reason in BAD.values())
    )


async def test_bad_input_at_the_http_door(ingest: Ingest, partners: Partners) -> None:
    counted = refusals(ingest, "http")
    for name, (make, reason) in BAD.items():
        answer = ingest.post(make())
        assert (name, answer.status_code) == (name, 400)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (name, [error["code"] for error in answer.json()["errors"]]) == (name, [reason])
    for (_, reason), record in zip(BAD.values(), await partners.answers(len(BAD)), strict=True):
        assert [problem.reason for problem in messages.decode_feedback(record.value).problems] == [reason]
    assert {(record["topic"], record["offset"]) for record in await partners.rejected(len(BAD))} == {("http", 0)}
    assert await eventually(lambda: refusals(ingest, "http") - counted == Counter(reason for _, reason in BAD.values()))


async def test_one_event_over_http(ingest: Ingest, partners: Partners) -> None:
    raw = signed(sealed(recent()))
    answer = ingest.post(raw, "application/cloudevents+json; charset=utf-8")
    assert answer.status_code == 202
    assert answer.json() == {
        "resultaten": [{"source": json.loads(raw)["source"], "id": json.loads(raw)["id"], "status": "ontvangen"}]
    }
    assert answer.headers["API-Version"]
    assert [record.value for record in await partners.accepted(1)] == [raw]


async def test_a_batch_has_a_result_for_each_item_and_its_bytes_stay(ingest: Ingest, partners: Partners) -> None:
    good = [signed(recent()) for _ in range(3)]
    bad = signed(in_content(municipality="GM9999"))
    answer = ingest.post_batch(good[0], bad, good[1], b"17", good[2])
    assert answer.status_code == 202
    results = answer.json()["resultaten"]
    assert [result["status"] for result in results] == ["ontvangen", "geweigerd", "ontvangen", "geweigerd", "ontvangen"]
    assert [error["code"] for error in results[1]["errors"]] == ["unknown-municipality"]
    assert (results[3]["source"], results[3]["id"]) == ("", "")
    assert [record.value for record in await partners.accepted(3)] == good
    assert [rejected["offset"] for rejected in await partners.rejected(2)] == [1, 3]
    assert len(await partners.answers(2)) == 2


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"[", 400, "application/cloudevents-batch+json"),
        (b"{}", 400, "application/cloudevents-batch+json"),
        (b"[]", 400, "application/cloudevents-batch+json"),
        (b"[" + b"1," * 1000 + b"1]", 400, "application/cloudevents-batch+json"),
        (b"{}", 415, "application/json"),
        (b" " * (17 * 1024 * 1024), 413, "application/cloudevents-batch+json"),
    ],
)
def test_a_request_that_cannot_be_read(ingest: Ingest, body: bytes, status: int, kind: str) -> None:
    answer = ingest.post(body, kind)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_who_may_use_the_http_door(ingest: Ingest) -> None:
    issuer, raw = ingest.issuer, signed(recent())
    stranger = RSAKey.generate_key(2048)

    def status(token: str) -> int:
        answer = ingest.post(raw, token=token)
        assert answer.status_code == 202 or answer.headers["Content-Type"] == "application/problem+json"
        assert token not in answer.text
        return answer.status_code

    assert status(issuer.token()) == 202
    assert status(issuer.token("RS256", client_id=None)) == 202
    assert status(issuer.token(aud=["else", "https://vangnet.example/v1"])) == 202
    assert status(issuer.token(sub="buur", client_id="buur")) == 403
    assert status(issuer.token(sub="ggz", client_id="ggz")) == 400  # another partner's source
    refused = {
        "another issuer": issuer.token(iss="https://elsewhere.example"),
        "another audience": issuer.token(aud="https://elsewhere.example"),
        "expired": issuer.token(exp=1),
        "without end": issuer.token(exp=None),
        "without client": issuer.token(sub=None, client_id=None),
        "a stranger's key": issuer.token(key=stranger),
        "another algorithm": issuer.token("PS512"),
        "no token": "x",
    }
    assert {name: status(token) for name, token in refused.items()} == dict.fromkeys(refused, 401)
    assert ingest.get("/v1/meldingen").status_code == 405


async def test_a_new_key_of_the_issuer_is_found(ingest: Ingest) -> None:
    raw, old_token = signed(recent()), ingest.issuer.token()
    assert ingest.post(raw, token=old_token).status_code == 202
    ingest.issuer.rotate()
    assert await eventually(lambda: ingest.post(raw).status_code == 202)  # it asks the issuer once in five seconds
    assert ingest.post(raw, token=old_token).status_code == 401


def test_what_a_partner_reads_before_it_sends(ingest: Ingest) -> None:
    types = ingest.get("/v1/gebeurtenistypen").json()["gebeurtenistypen"]
    assert {
        "type",
        "naam",
        "groep",
        "klasse",
        "uitleg",
        "gevoeligheid",
        "details",
        "detailsVerzegeld",
        "persoon",
        "gemeente",
    } == types[0].keys()
    assert len(types) == 38
    keys = ingest.get("/v1/sleutels").json()
    assert keys["regio"] == "demo-flevoland"
    assert [key["keyId"] for key in keys["zegel"]] == ["zegel-1", "zegel-0"]
    assert keys["tijdperken"] == [{"epoch": 1, "publicKey": "demo"}]
    paths = ingest.get("/v1/openapi.json").json()["paths"]
    assert set(paths) == {"/meldingen", "/gebeurtenistypen", "/sleutels"}


async def test_the_time_is_told_to_everyone_behind(ingest: Ingest, partners: Partners) -> None:
    before = datetime.now(UTC)
    records = await partners.logs.until(EVENTS_ACCEPTED, lambda found: any(record.key == b"tick" for record in found))
    tick = messages.decode_control(next(record for record in records if record.key == b"tick").value)
    assert isinstance(tick, messages.Tick)
    assert before - timedelta(minutes=1) < tick.at <= datetime.now(UTC)
    assert without_ticks(records) == []


def test_nothing_of_an_event_is_in_the_log(ingest: Ingest) -> None:
    ingest.post(signed(in_content(incident="111222333")))
    log = ingest.child.log.read_text()
    assert "111222333" not in log
    assert "urn:nld:oin" not in log
    assert "Bearer" not in log
