"""Something is away, or not to be trusted: lines are kept, encrypted and bounded, and come through once it is back."""

import json

import pytest
from vangnet_local.kafka import Kafka
from vangnet_partner.partner import Partner

from tests.integration.partner.stage import Evaluators, Stage, asked, event_line

SPOOLED = {"spooled"}


def statuses(answers: list[dict[str, object]]) -> set[object]:
    return {answer["status"] for answer in answers}


async def test_broker_away_then_back(stage: Stage, kafka: Kafka) -> None:
    file = stage.write([event_line(n) for n in (1, 2, 3)])
    kafka.stop()
    try:
        away = await stage.run("submit", str(file))
        (more,) = [answer for answer in await stage.submit(event_line(4)) if answer.line]
    finally:
        kafka.start()
    assert away.code == 75
    assert statuses(away.answers) == SPOOLED
    assert more.status == "spooled"
    assert "Kafka is away" in away.said
    assert b"Berg" not in b"".join(path.read_bytes() for path in (stage.folder / "state").iterdir())
    async with stage.region() as region:
        back = await stage.run("submit", str(file))
        again = await stage.submit(event_line(1), event_line(4))
    assert back.code == 0, back.said
    assert {answer.status for answer in again} == {"accepted"}
    assert sorted(answer["line"] or 0 for answer in back.answers) == [0, 1, 2, 3]
    assert sorted(received.event.id for received in region.received) == [f"2026-{n:06d}" for n in (1, 2, 3, 4)]


async def test_broker_ends_in_the_middle(stage: Stage, kafka: Kafka) -> None:
    """What was sent before is not lost, what was not is sent later; nothing counts twice."""
    async with Partner.from_config(stage.folder / "partner.toml") as partner:
        async with stage.region() as region:
            before = await partner.submit([event_line(1)])
        kafka.kill()
        try:
            away = await partner.submit([event_line(2), event_line(1)])
        finally:
            kafka.start()
        async with stage.region() as region:
            back = await partner.submit([event_line(3)])
    assert [answer.status for answer in (*before, *away)] == ["accepted", "spooled", "accepted"]
    assert [(answer.id, answer.status) for answer in back] == [("2026-000002", "accepted"), ("2026-000003", "accepted")]
    assert {received.event.id for received in region.received} == {"2026-000001", "2026-000002", "2026-000003"}


async def test_evaluator_away_keeps_persons_and_lets_others_through(stage: Stage, evaluators: Evaluators) -> None:
    file = stage.write([event_line(1), event_line(2, person=None)])
    stage.configure(evaluators=asked(evaluators, None))
    async with stage.region() as region:
        away = await stage.run("submit", str(file))
    assert away.code == 75
    assert {answer["line"]: answer["status"] for answer in away.answers} == {1: "spooled", 2: "accepted"}
    assert "evaluator b is away" in away.said
    assert [received.event.id for received in region.received] == ["2026-000002"]
    stage.configure()
    async with stage.region() as region:
        back = await stage.run("submit", str(file))
    assert back.code == 0
    assert len(region.of("2026-000001")) == 1


async def test_another_key_is_refused_loudly(stage: Stage, evaluators: Evaluators, strangers: Evaluators) -> None:
    """One evaluator with another half; two halves of another whole; a pin that is not theirs. Nothing rests on it."""
    stage.configure(evaluators=asked(evaluators, strangers))
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write([event_line(1), event_line(2, person=None)])))
        assert done.code == 76
        assert "STOPPED" in done.said
        assert "do not add up to the pinned key" in done.said
        assert {answer["line"]: answer["status"] for answer in done.answers} == {1: "spooled", 2: "accepted"}
        stage.configure(evaluators=asked(strangers, strangers))
        await refused(stage)
        stage.configure(epochs=[{"epoch": 1, "public_key": strangers.pinned}])
        await refused(stage)
        assert region.of("2026-000001") == region.of("2026-000003") == []
        stage.configure()
        async with Partner.from_config(stage.folder / "partner.toml") as partner:
            assert {answer.status for answer in await partner.submit([])} == {"accepted"}


async def refused(stage: Stage) -> None:
    """Another event is kept, and why is said."""
    async with Partner.from_config(stage.folder / "partner.toml") as partner:
        answers = await partner.submit([event_line(3)])
    assert {(answer.status, answer.problems[0].reason) for answer in answers} == {("spooled", "evaluator-mistrusted")}


async def test_a_refresh_that_one_evaluator_has_and_the_other_not_yet(
    stage: Stage, evaluators: Evaluators, refreshed: Evaluators
) -> None:
    person = event_line(1)["person"]
    async with stage.region() as region:
        for number, pair in enumerate([(evaluators, evaluators), (refreshed, evaluators), (refreshed, refreshed)]):
            stage.configure(evaluators=asked(*pair))
            async with Partner.from_config(stage.folder / "partner.toml") as partner:
                answers = await partner.submit([event_line(2 * number, person=person)])
                answers += await partner.submit([event_line(2 * number + 1)])
            assert {answer.status for answer in answers} == {"accepted"}
    tokens = [region.of(f"2026-{number:06d}")[0].contents for number in (0, 2, 4)]
    assert tokens[0] == tokens[1] == tokens[2]


@pytest.mark.usefixtures("one_day")
async def test_quota_used_up_keeps_new_persons_and_known_ones_go_on(stage: Stage, evaluators: Evaluators) -> None:
    try:
        async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
            before = await partner.submit([event_line(1)])
            evaluators.set_quota("a", 1)
            known = event_line(2, person=event_line(1)["person"])
            after = await partner.submit([known, event_line(3)])
    finally:
        evaluators.set_quota("a", 10_000_000)
    assert [answer.status for answer in (*before, *after)] == ["accepted", "accepted", "spooled"]
    assert "quota" in after[1].problems[0].rule
    assert len(region.received) == 2


async def test_no_answer_keeps_the_lines(stage: Stage) -> None:
    stage.configure(limits={"answer_seconds": 1.0, "retry_seconds": 1.0})
    file = stage.write([event_line(1)])
    async with stage.region(silent=True) as region:
        silent = await stage.run("submit", str(file))
        await region.took(1)
    assert silent.code == 75
    assert silent.answers[0]["problems"][0]["reason"] == "not-answered"
    assert len(region.received) == 1
    stage.configure()
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
    stage.configure(evaluators=asked(None, evaluators))
    async with stage.region() as region:
        away = await stage.submit(event_line(1), beat)
        single = await stage.run("heartbeat", "--at", "2026-03-01T04:00:00+01:00")
    assert single.code == 75
    assert region.received == []
    assert {answer.problems[0].reason for answer in away} == {"away", "not-all-sent"}
    stage.configure()
    async with stage.region() as region:
        back = await stage.run("heartbeat", "--at", "2026-03-01T05:00:00+01:00")
    assert back.code == 0
    ids = [received.event.id for received in region.received]
    assert ids == ["2026-000001", "hb-1", "levensteken-2026-03-01T03:00:00Z", "levensteken-2026-03-01T04:00:00Z"]


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
