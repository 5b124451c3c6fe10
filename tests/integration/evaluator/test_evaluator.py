"""The evaluator as its organisation runs it: a process with files of its own, asked over HTTP."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from vangnet_local.ports import free_port
from vangnet_pseudonym import evaluation, keys, shares, split, voprf
from vangnet_pseudonym.evaluation import EvaluationAnswer, EvaluationRequest

COMMAND = Path(sys.executable).parent / "vangnet-linker"
KEY, EXPIRED = keys.new_signing_key(), keys.new_signing_key()
QUOTA = 20
SHARE, OTHER = shares.split(1, "1")


class Evaluator:
    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"http://127.0.0.1:{self.port}"
        self.metrics_port = free_port()
        pinned = [{"keyId": "p-1", "publicKey": keys.verifying_key_text(KEY), "validFrom": "2000-01-01T00:00:00Z", "validTo": "2100-01-01T00:00:00Z"},
                  {"keyId": "p-0", "publicKey": keys.verifying_key_text(EXPIRED), "validFrom": "2000-01-01T00:00:00Z", "validTo": "2001-01-01T00:00:00Z"}]  # fmt: skip
        (folder / "shares.json").write_bytes(shares.dump_shares([SHARE]))
        (folder / "partners.json").write_text(
            json.dumps({"partners": {"politie": pinned}, "quotas": {"partner": QUOTA, "total": 100}})
        )
        self.start()

    def start(self) -> None:
        environment = os.environ | {
            "VANGNET_EVALUATOR_NAME": "a", "VANGNET_EVALUATOR_SHARES": str(self.folder / "shares.json"), "VANGNET_PROFILE": "local",
            "VANGNET_EVALUATOR_PARTNERS": str(self.folder / "partners.json"), "VANGNET_EVALUATOR_STORE": str(self.folder / "store.sqlite"),
            "VANGNET_HTTP_PORT": str(self.port), "VANGNET_METRICS_PORT": str(self.metrics_port),
        }  # fmt: skip
        self.process = subprocess.Popen([COMMAND, "evaluator"], env=environment, stderr=subprocess.PIPE)
        for _ in range(1200):
            try:
                httpx.get(f"{self.url}/readyz").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the evaluator did not start")

    def stop(self, kill: bool = False) -> bytes:
        (self.process.kill if kill else self.process.terminate)()
        return self.process.communicate(timeout=30)[1]

    def ask(self, points: list[bytes], *, key: ec.EllipticCurvePrivateKey = KEY, key_id: str = "p-1", partner: str = "politie", epoch: int = 1,
            nonce: str | None = None, now: datetime | None = None) -> httpx.Response:  # fmt: skip
        body = msgspec.json.encode(
            EvaluationRequest(partner=partner, epoch=epoch, points=[keys.to_text(p) for p in points])
        )
        headers = evaluation.sign_request(
            body, key, key_id, evaluator="a", now=now or datetime.now(UTC), nonce=nonce or uuid4().hex
        )
        return httpx.post(self.url + evaluation.PATH, content=body, headers=headers)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    """One for all tests that leave its quota alone."""
    running = Evaluator(tmp_path_factory.mktemp("evaluator"))
    yield running
    running.stop()


@pytest.fixture
def evaluator(tmp_path: Path) -> Iterator[Evaluator]:
    running = Evaluator(tmp_path)
    yield running
    if running.process.poll() is None:
        running.stop()


def points(count: int) -> list[bytes]:
    return [voprf.blind(f"v1|bsn|{n}".encode(), split.random_scalar()) for n in range(count)]


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["errors"][0]["code"]


def test_points_are_evaluated_with_a_proof_that_holds_and_adds_up(standing: Evaluator) -> None:
    request = split.Request.blind([b"v1|bsn|1", b"v1|name|x"], 4, split.random_scalar)
    answer = msgspec.json.decode(standing.ask(list(request.points)).content, type=EvaluationAnswer)
    a = split.Answer(
        answer.share_id,
        keys.from_text(answer.public_key),
        [keys.from_text(p) for p in answer.points],
        keys.from_text(answer.proof),
    )
    mine = [voprf.evaluate(OTHER.private, point) for point in request.points]
    b = split.Answer(
        "1", OTHER.public, mine, voprf.prove(OTHER.private, OTHER.public, request.points, mine, split.random_scalar())
    )
    tokens = request.finish(a, b, shares.pinned_key(SHARE, OTHER))
    assert len({*tokens}) == 2 and {len(token) for token in tokens} == {16}


def test_whoever_is_not_a_pinned_partner_gets_nothing(standing: Evaluator) -> None:
    one = points(1)
    assert code(standing.ask(one, key=keys.new_signing_key())) == (401, "signature-invalid")
    assert code(standing.ask(one, key_id="nobody")) == (401, "key-unknown")
    assert code(standing.ask(one, key=EXPIRED, key_id="p-0")) == (401, "key-expired")
    assert code(standing.ask(one, partner="ggz")) == (403, "partner-differs")
    assert code(standing.ask(one, now=datetime.now(UTC) - timedelta(minutes=10))) == (401, "timestamp-not-now")
    assert code(httpx.post(standing.url + evaluation.PATH, content=b"{}")) == (401, "signature-missing")


def test_a_request_is_answered_once(standing: Evaluator) -> None:
    assert standing.ask(points(1), nonce="n").status_code == 200
    assert code(standing.ask(points(1), nonce="n")) == (409, "nonce-reused")


def test_what_is_no_question_is_named(standing: Evaluator) -> None:
    assert code(standing.ask([])) == (400, "invalid")
    assert code(standing.ask([bytes(32)])) == (400, "invalid")
    assert standing.ask([points(1)[0], b"\xff" * 32]).json()["errors"][0]["location"] == "points.1"
    assert standing.ask(points(1), epoch=9).json()["errors"][0]["location"] == "epoch"
    body = b'{"partner": 3}'
    headers = evaluation.sign_request(body, KEY, "p-1", evaluator="a", now=datetime.now(UTC), nonce="z")
    assert code(httpx.post(standing.url + evaluation.PATH, content=body, headers=headers)) == (400, "invalid")


@pytest.mark.usefixtures("one_day")
def test_the_quota_survives_a_kill_and_every_request_stands_in_its_own_log(evaluator: Evaluator) -> None:
    assert evaluator.ask(points(QUOTA - 1)).status_code == 200
    evaluator.stop(kill=True)
    evaluator.start()
    refused = evaluator.ask(points(2))
    assert code(refused) == (429, "partner-quota") and int(refused.headers["retry-after"]) > 0
    assert evaluator.ask(points(1)).status_code == 200
    log = evaluator.stop()
    stored = sqlite3.connect(evaluator.folder / "store.sqlite")
    assert stored.execute("SELECT partner, points, outcome FROM request_log ORDER BY id").fetchall() == [
        ("politie", QUOTA - 1, "evaluated"), ("politie", 2, "partner-quota"), ("politie", 1, "evaluated")]  # fmt: skip
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        stored.execute("DELETE FROM request_log")
    assert SHARE.scalar.encode() not in log


def test_it_refuses_to_start_without_its_files_and_says_which() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("VANGNET_")}
    refused = subprocess.run([COMMAND, "evaluator"], env=bare, capture_output=True, text=True, check=False)
    assert refused.returncode == 78
    for name in (
        "VANGNET_EVALUATOR_NAME",
        "VANGNET_EVALUATOR_SHARES",
        "VANGNET_EVALUATOR_PARTNERS",
        "VANGNET_EVALUATOR_STORE",
    ):
        assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_every_error_is_told_at_once(standing: Evaluator) -> None:
    refused = standing.ask([points(1)[0], bytes(32), b"x"], epoch=9)
    assert refused.status_code == 400
    assert [error["location"] for error in refused.json()["errors"]] == ["epoch", "points.1", "points.2"]


def test_a_body_larger_than_a_request_can_be_is_not_read(standing: Evaluator) -> None:
    refused = httpx.post(standing.url + evaluation.PATH, content=b" " * 200_000)
    assert refused.status_code == 413 and refused.headers["content-type"] == "application/problem+json"


def test_the_description_says_what_to_send_and_what_comes_back(standing: Evaluator) -> None:
    described = httpx.get(f"{standing.url}/v1/openapi.json").json()["paths"]["/evaluaties"]["post"]
    asked = described["requestBody"]["content"]["application/json"]["schema"]
    assert set(asked["properties"]) == {"partner", "epoch", "points", "shareId"}
    given = described["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(given["required"]) == {"evaluator", "epoch", "shareId", "publicKey", "points", "proof"}
    assert {parameter["name"] for parameter in described["parameters"]} == set(evaluation.HEADERS)
    assert {"200", "400", "401", "403", "409", "413", "429", "503"} <= set(described["responses"])


def test_metrics_have_a_port_of_their_own_and_say_what_was_used(standing: Evaluator) -> None:
    assert standing.ask(points(1)).status_code == 200
    assert standing.ask(points(1), key_id="nobody").status_code == 401
    shown = httpx.get(f"http://127.0.0.1:{standing.metrics_port}/metrics").text
    assert f'vangnet_evaluator_quota_points{{of="partner"}} {float(QUOTA)}' in shown
    assert 'vangnet_evaluator_points_total{partner="politie"}' in shown
    assert 'vangnet_evaluator_refused_total{reason="key-unknown"}' in shown
    assert httpx.get(f"{standing.url}/metrics").status_code == 404


@pytest.mark.parametrize(
    ("file", "said"), [("shares.json", "not a share file"), ("partners.json", "is not JSON"), ("store.sqlite", "store")]
)
def test_it_refuses_to_start_with_files_that_are_something_else(tmp_path: Path, file: str, said: str) -> None:
    (tmp_path / "shares.json").write_bytes(shares.dump_shares([SHARE]))
    (tmp_path / "partners.json").write_text(json.dumps({"partners": {}, "quotas": {"partner": 1, "total": 1}}))
    (tmp_path / file).write_text("something else " * 500)
    environment = os.environ | {
        "VANGNET_EVALUATOR_NAME": "a", "VANGNET_EVALUATOR_SHARES": str(tmp_path / "shares.json"),
        "VANGNET_EVALUATOR_PARTNERS": str(tmp_path / "partners.json"), "VANGNET_EVALUATOR_STORE": str(tmp_path / "store.sqlite"),
        "VANGNET_HTTP_PORT": str(free_port()), "VANGNET_METRICS_PORT": str(free_port()),
    }  # fmt: skip
    refused = subprocess.run([COMMAND, "evaluator"], env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert str(tmp_path / file) in refused.stderr and said in refused.stderr
