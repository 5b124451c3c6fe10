"""Something is away, or not to be trusted: lines are kept, encrypted and bounded, and come through once it is back."""

import json

import pytest
from vangnet_local.kafka import Kafka
from vangnet_partner.partner import Partner
from vangnet_pseudonym import shares

from tests.integration.partner.stage import Evaluators, Stage, event_line

SPOOLED = {"spooled"}


def statuses(answers: list[dict[str, object]]) -> set[object]:
    return {answer["status"] for answer in answers}


async def test_broker_away_then_back(stage: Stage, kafka: Kafka) -> None:
    file = stage.write([event_line(n) for n in (1, 2, 3)])
    kafka.stop()
    try:
        away = await stage.run("submit", str(file))
        more = await stage.run("submit", str(stage.write([event_line(4)], "more.jsonl")))
    finally:
        kafka.start()
    assert (away.code, more.code) == (75, 75)
    assert statuses(away.answers) == SPOOLED
    assert "Kafka is away" in away.said
    assert b"Berg" not in b"".join(path.read_bytes() for path in (stage.folder / "state").iterdir())
    async with stage.region() as region:
        back = await stage.run("submit", str(file))
        again = await stage.run("submit", str(file))
    assert (back.code, again.code) == (0, 0), back.said
    assert sorted(answer["line"] or 0 for answer in back.answers) == [0, 1, 2, 3]
    assert sorted(received.event.id for received in region.received) == [f"2026-{n:06d}" for n in (1, 2, 3, 4)]


async def test_broker_ends_in_the_middle(stage: Stage, kafka: Kafka) -> None:
    """What was sent before is not lost, what was not is sent later; nothing counts twice."""
    async with Partner.from_config(stage.folder / "partner.toml") as partner:
        async with stage.region() as region:
            before = await partner.submit([event_line(1)])
        kafka.kill()
        away = await partner.submit([event_line(2), event_line(1)])
        kafka.start()
        async with stage.region() as region:
            back = await partner.submit([event_line(3)])
    assert [answer.status for answer in (*before, *away)] == ["accepted", "spooled", "accepted"]
    assert [(answer.id, answer.status) for answer in back] == [("2026-000002", "accepted"), ("2026-000003", "accepted")]
    assert {received.event.id for received in region.received} == {"2026-000001", "2026-000002", "2026-000003"}


async def test_evaluator_away_keeps_persons_and_lets_others_through(stage: Stage, evaluators: Evaluators) -> None:
    file = stage.write([event_line(1), event_line(2, person=None)])
    evaluators.children["b"].stop()
    try:
        async with stage.region() as region:
            away = await stage.run("submit", str(file))
    finally:
        evaluators.restart("b")
    assert away.code == 75
    assert {answer["line"]: answer["status"] for answer in away.answers} == {1: "spooled", 2: "accepted"}
    assert "evaluator b is away" in away.said
    assert [received.event.id for received in region.received] == ["2026-000002"]
    async with stage.region() as region:
        back = await stage.run("submit", str(file))
    assert back.code == 0
    assert len(region.of("2026-000001")) == 1


@pytest.mark.parametrize("owner", ["pinned", "one", "both"])
async def test_another_key_is_refused_loudly(stage: Stage, evaluators: Evaluators, owner: str) -> None:
    """A changed pin, one evaluator with another half, two halves of another whole: nothing rests on it."""
    others = shares.split(1, "s1")
    if owner == "pinned":
        stage.configure(epochs=[{"epoch": 1, "public_key": _text(shares.pinned_key(*others))}])
    if owner in {"one", "both"}:
        evaluators.restart("a", halves=[others[0]])
    if owner == "both":
        evaluators.restart("b", halves=[others[1]])
    try:
        async with stage.region() as region:
            done = await stage.run("submit", str(stage.write([event_line(1), event_line(2, person=None)])))
    finally:
        for name, half in zip("ab", evaluators.halves, strict=True):
            if owner != "pinned":
                evaluators.restart(name, halves=[half])
    assert done.code == 76
    assert "STOPPED" in done.said
    assert "do not add up to the pinned key" in done.said
    assert {answer["line"]: answer["status"] for answer in done.answers} == {1: "spooled", 2: "accepted"}
    assert region.of("2026-000001") == []
    stage.configure()
    async with stage.region() as region:
        mended = await stage.run("submit", str(stage.write([event_line(1)])))
    assert mended.code == 0


async def test_a_refresh_that_one_evaluator_has_and_the_other_not_yet(stage: Stage, evaluators: Evaluators) -> None:
    first, second = evaluators.halves
    delta = shares.random_scalar()
    evaluators.restart("a", halves=[first, shares.refresh(first, delta, "s2", subtract=False)])
    try:
        async with stage.region() as region:
            async with Partner.from_config(stage.folder / "partner.toml") as partner:
                half_way = await partner.submit([event_line(1)])
                evaluators.restart("b", halves=[second, shares.refresh(second, delta, "s2", subtract=True)])
                done = await partner.submit([event_line(2, person=event_line(1)["person"]), event_line(3)])
            whole = await stage.run("submit", str(stage.write([event_line(4, person=event_line(1)["person"])])))
    finally:
        evaluators.restart("a", halves=[first])
        evaluators.restart("b", halves=[second])
    assert {answer.status for answer in (*half_way, *done)} == {"accepted"}
    assert whole.code == 0
    tokens = {id_: region.of(id_)[0].contents.tokens for id_ in ("2026-000001", "2026-000002", "2026-000004")}
    assert tokens["2026-000001"] == tokens["2026-000002"] == tokens["2026-000004"]


async def test_quota_used_up_keeps_new_persons_and_known_ones_go_on(stage: Stage, evaluators: Evaluators) -> None:
    try:
        async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
            before = await partner.submit([event_line(1)])
            evaluators.restart("a", quota=1)
            known = event_line(2, person=event_line(1)["person"])
            after = await partner.submit([known, event_line(3)])
    finally:
        evaluators.restart("a", quota=10_000_000)
    assert [answer.status for answer in (*before, *after)] == ["accepted", "accepted", "spooled"]
    assert "quota" in after[1].problems[0].rule
    assert len(region.received) == 2


async def test_no_answer_keeps_the_lines(stage: Stage) -> None:
    stage.configure(limits={"answer_seconds": 1.0, "retry_seconds": 1.0})
    file = stage.write([event_line(1)])
    async with stage.region(silent=True) as region:
        silent = await stage.run("submit", str(file))
    assert silent.code == 75
    assert silent.answers[0]["problems"][0]["reason"] == "not-answered"
    assert len(region.received) == 1
    async with stage.region() as region:
        answered = await stage.run("submit", str(file))
    assert answered.code == 0
    assert len({received.event.id for received in region.received}) == 1


async def test_the_spool_is_bounded_and_says_so(stage: Stage) -> None:
    stage.configure(kafka={"bootstrap": "127.0.0.1:1"}, limits={"spool_bytes": 1200, "retry_seconds": 0.0})
    done = await stage.run("submit", str(stage.write([event_line(n) for n in range(1, 8)])))
    assert done.code == 75
    assert statuses(done.answers) == {"spooled", "unsent"}
    assert all(
        answer["problems"][-1]["reason"] == "spool-full" for answer in done.answers if answer["status"] == "unsent"
    )
    stage.configure()
    async with stage.region() as region:
        back = await stage.run("submit", str(stage.folder / "in.jsonl"))
    assert back.code == 0
    assert len(region.received) == 7


async def test_a_heartbeat_waits_for_everything_before_it(stage: Stage, evaluators: Evaluators) -> None:
    beat = {"id": "hb-1", "type": "nl.oggz-signalen.beheer.levensteken.v1", "registeredAt": "2026-03-01T03:00:00Z"}
    file = stage.write([event_line(1), beat])
    evaluators.children["a"].stop()
    try:
        async with stage.region() as region:
            away = await stage.run("submit", str(file))
            single = await stage.run("heartbeat", "--at", "2026-03-01T04:00:00+01:00")
    finally:
        evaluators.restart("a")
    assert (away.code, single.code) == (75, 75)
    assert region.received == []
    assert {answer["problems"][0]["reason"] for answer in away.answers} == {"away", "not-all-sent"}
    async with stage.region() as region:
        back = await stage.run("heartbeat", "--at", "2026-03-01T05:00:00+01:00")
    assert back.code == 0
    ids = [received.event.id for received in region.received]
    assert ids == ["2026-000001", "hb-1", "levensteken-2026-03-01T03:00:00Z", "levensteken-2026-03-01T04:00:00Z"]


def _text(key: bytes) -> str:
    from vangnet_pseudonym import keys

    return keys.to_text(key)


async def test_settings_that_are_wrong_are_named(stage: Stage) -> None:
    path = stage.folder / "partner.toml"
    path.write_text(json.dumps({"name": 1}))
    done = await stage.run("submit", "x.jsonl")
    assert done.code == 78
    stage.configure()
    assert (await stage.run("submit", "nowhere.jsonl")).code == 74
    http = await stage.run("submit", "--via", "http", str(stage.write([event_line(1)])))
    assert http.code == 78
    assert "http is required" in http.said
