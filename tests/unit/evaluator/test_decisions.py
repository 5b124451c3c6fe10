"""What an evaluator decides, without HTTP: quota, who asks, what is asked, what stands in its log."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from vangnet_linker.evaluator.answering import Question, Unanswerable, understood
from vangnet_linker.evaluator.evaluations import Declined, Evaluations, Outcome
from vangnet_linker.evaluator.quota import OverQuota, Quota, Used, over_quota
from vangnet_linker.evaluator.sender import NotBelieved
from vangnet_linker.evaluator.settings import NotUsable, Pinned, open_store, read_pinned, read_shares
from vangnet_linker.evaluator.store import Asked, Store
from vangnet_pseudonym import evaluation, keys, shares, split, voprf
from vangnet_pseudonym.evaluation import EvaluationAnswer, EvaluationRequest

NOW = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
POLITIE, GGZ = keys.new_signing_key(), keys.new_signing_key()
OLD, OTHER_EPOCH = (shares.split(epoch, "1")[0] for epoch in (1, 2))
NEW = shares.refresh(OLD, split.random_scalar(), "2", subtract=False)
POINTS = [voprf.public_key(split.random_scalar()) for _ in range(6)]


def pin(key: ec.EllipticCurvePrivateKey, key_id: str) -> dict[str, str]:
    text = keys.verifying_key_text(key)
    return {"keyId": key_id, "publicKey": text, "validFrom": "2026-01-01T00:00:00Z", "validTo": "2027-01-01T00:00:00Z"}


PINNED = {
    "partners": {"politie": [pin(POLITIE, "p-1")], "ggz": [pin(GGZ, "g-1")]},
    "quotas": {"partner": 10, "total": 15},
}


def request(count: int = 1, partner: str = "politie", epoch: int = 1, share_id: str | None = None) -> EvaluationRequest:
    points = [keys.to_text(point) for point in POINTS[:count]]
    return EvaluationRequest(partner=partner, epoch=epoch, points=points, share_id=share_id)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "store.sqlite"
        self.store = Store(self.path)
        self.evaluations = Evaluations("a", [OLD, NEW, OTHER_EPOCH], Pinned.model_validate(PINNED), self.store)
        self.count = 0

    def ask(
        self,
        asked: EvaluationRequest | bytes,
        *,
        key: ec.EllipticCurvePrivateKey = POLITIE,
        key_id: str = "p-1",
        nonce: str | None = None,
        at: datetime = NOW,
        evaluator: str = "a",
    ) -> Outcome:
        self.count += 1
        body = asked if isinstance(asked, bytes) else msgspec.json.encode(asked)
        headers = evaluation.sign_request(
            body, key, key_id, evaluator=evaluator, now=at, nonce=nonce or f"n{self.count}"
        )
        return self.evaluations.answer(body, headers, at)

    def log(self) -> list[tuple[str, int, str]]:
        with sqlite3.connect(self.path) as db:
            return db.execute("SELECT partner, points, outcome FROM request_log ORDER BY id").fetchall()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@given(*[st.integers(0, 50)] * 5)
def test_nobody_gets_more_than_the_quota(mine: int, others: int, points: int, each: int, total: int) -> None:
    over = over_quota(Used(mine, mine + others), points, Quota(each, total))
    within = mine + points <= each and mine + others + points <= total
    assert (over is None) == within
    assert over is not OverQuota.PARTNER or mine + points > each


def test_a_request_for_the_other_evaluator_is_not_believed_and_costs_no_quota(bench: Bench) -> None:
    assert bench.ask(request(2), evaluator="b", nonce="n") == NotBelieved("signature-invalid")
    assert bench.log() == []
    assert isinstance(bench.ask(request(2), nonce="n"), EvaluationAnswer)


def test_the_newest_share_answers_and_an_older_one_when_it_is_asked_for(bench: Bench) -> None:
    for share_id, share in ((None, NEW), ("1", OLD), ("2", NEW)):
        answered = bench.ask(request(2, share_id=share_id))
        assert isinstance(answered, EvaluationAnswer)
        assert (answered.share_id, answered.public_key) == (share.share_id, keys.to_text(share.public))
        evaluated = [keys.from_text(point) for point in answered.points]
        assert evaluated == [voprf.evaluate(share.private, point) for point in POINTS[:2]]
        voprf.verify(share.public, POINTS[:2], evaluated, keys.from_text(answered.proof))


def test_everything_wrong_with_a_request_is_told_at_once() -> None:
    wrong = EvaluationRequest(partner="politie", epoch=9, points=["AAAA", keys.to_text(POINTS[0]), "%"])
    found = understood([OLD], wrong)
    assert isinstance(found, Unanswerable)
    assert [fault.location for fault in found.faults] == ["epoch", "points.0", "points.2"]
    found = understood([OLD], EvaluationRequest(partner="politie", epoch=1, share_id="9", points=[]))
    assert isinstance(found, Unanswerable) and [f.location for f in found.faults] == ["shareId", "points"]


@pytest.mark.parametrize(("count", "fine"), [(1, True), (1000, True), (1001, False)])
def test_at_most_a_thousand_points(count: int, fine: bool) -> None:
    asked = EvaluationRequest(partner="politie", epoch=1, points=[keys.to_text(POINTS[0])] * count)
    assert isinstance(understood([OLD], asked), Question) is fine


def test_a_partner_asks_with_its_own_key_only(bench: Bench) -> None:
    assert bench.ask(request(partner="ggz")) == Declined("politie", "partner-differs")
    assert bench.ask(request(), key=GGZ) == NotBelieved("signature-invalid")
    assert bench.ask(request(), key_id="x") == NotBelieved("key-unknown")
    assert bench.ask(request(), at=NOW + timedelta(days=400)) == NotBelieved("key-expired")
    assert bench.ask(request(), at=NOW - timedelta(days=400)) == NotBelieved("key-expired")
    assert bench.log() == [("politie", 1, "partner-differs")]


def test_what_a_partner_signed_and_is_no_request_stands_in_the_log(bench: Bench) -> None:
    for body in (b"", b"{", b"[" * 60_000, b'{"partner":"politie","epoch":1,"points":[],"extra":1}', b"\xff"):
        assert isinstance(bench.ask(body), Unanswerable)
    assert isinstance(bench.ask(request(epoch=10**30)), Unanswerable)
    assert {outcome for _, _, outcome in bench.log()} == {"invalid"} and len(bench.log()) == 6


def test_quotas_are_for_each_partner_and_for_all_and_new_every_day(bench: Bench) -> None:
    assert isinstance(bench.ask(request(6)), EvaluationAnswer)
    assert bench.ask(request(5)) == Declined("politie", "partner-quota")
    assert isinstance(bench.ask(request(4)), EvaluationAnswer)
    assert bench.ask(request(1)) == Declined("politie", "partner-quota")
    theirs = {"key": GGZ, "key_id": "g-1"}
    assert bench.ask(request(6, "ggz"), **theirs) == Declined("ggz", "total-quota")
    assert isinstance(bench.ask(request(5, "ggz"), **theirs), EvaluationAnswer)
    assert isinstance(bench.ask(request(6), at=NOW + timedelta(minutes=1)), EvaluationAnswer)
    assert bench.store.used("politie", NOW) == Used(10, 15)


def test_a_nonce_is_used_once_by_each_partner_and_takes_no_quota_twice(bench: Bench) -> None:
    assert isinstance(bench.ask(request(2), nonce="n"), EvaluationAnswer)
    assert bench.ask(request(2), nonce="n") == Declined("politie", "nonce-reused")
    assert bench.ask(request(2), nonce="n", at=NOW + timedelta(minutes=9)) == Declined("politie", "nonce-reused")
    assert isinstance(bench.ask(request(1, "ggz"), key=GGZ, key_id="g-1", nonce="n"), EvaluationAnswer)
    assert bench.store.used("politie", NOW).partner == 2


def test_many_at_once_never_pass_the_quota(bench: Bench) -> None:
    def take(number: int) -> str:
        return bench.store.admit(Asked("politie", "p-1", 1, 1, f"x{number}", NOW), Quota(10, 15))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(take, range(40)))
    assert outcomes.count("evaluated") == 10 and len(bench.log()) == 40


def test_without_a_log_nothing_is_evaluated(bench: Bench) -> None:
    with sqlite3.connect(bench.path) as db:
        db.execute("DROP TABLE request_log")
    with pytest.raises(sqlite3.Error):
        bench.ask(request(3))
    assert bench.store.used("politie", NOW) == Used(0, 0)


def test_no_point_is_in_the_store(bench: Bench) -> None:
    bench.ask(request(3))
    bench.store.close()
    kept = b"".join(path.read_bytes() for path in bench.path.parent.iterdir())
    assert not any(form in kept for point in POINTS for form in (point, keys.to_text(point).encode()))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quotas": {"partner": 0, "total": 1}}, "quotas.partner"),
        ({"quotas": None}, "quotas"),
        ({"extra": 1}, "extra"),
        ({"partners": {"politie": [pin(POLITIE, "k")], "ggz": [pin(GGZ, "k")]}}, "keyId k is there more than once"),
        ({"partners": {"politie": [pin(POLITIE, "k") | {"publicKey": "AAAA"}]}}, "publicKey of k is not"),
        ({"partners": {"politie": [{"keyId": "k"}]}}, "partners.politie.0.publicKey"),
    ],
)
def test_pinned_partners_that_cannot_be_used_are_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    path = tmp_path / "partners.json"
    path.write_text(json.dumps(PINNED | changes))
    with pytest.raises(NotUsable) as refused:
        read_pinned(path)
    assert said in str(refused.value) and str(path) in str(refused.value)


def test_files_that_are_something_else_are_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xffnothing of the kind, and rather longer than a page of SQLite would need" * 20)
    for read in (read_pinned, read_shares, open_store):
        with pytest.raises(NotUsable, match=str(path)):
            read(path)
        with pytest.raises(NotUsable, match=str(tmp_path)):
            read(tmp_path)
