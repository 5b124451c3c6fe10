"""`vangnet-partner submit`, as a partner runs it: on real Kafka, with real evaluators."""

import asyncio
import json

from vangnet_partner.partner import Partner
from vangnet_partner.state.local_key import open_local_key
from vangnet_pseudonym import keys, shares

from tests.integration.partner.stage import Evaluators, Stage, event_line

CRISIS = "nl.oggz-signalen.acute-zorg.crisisbeoordeling.v1"


async def test_every_line_is_answered_and_the_exit_code_is_0(stage: Stage) -> None:
    lines = [event_line(n) for n in range(1, 6)]
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write(lines)))
    assert done.code == 0, done.said
    assert sorted(answer["line"] for answer in done.answers) == [1, 2, 3, 4, 5]
    assert {answer["status"] for answer in done.answers} == {"accepted"}
    assert [received.event.id for received in region.received] == [line["id"] for line in lines]
    assert all(received.contents and len(received.contents.tokens[1]) == 21 for received in region.received)


async def test_nothing_that_names_the_person_leaves_or_stays_in_clear(stage: Stage) -> None:
    person = {
        "bsn": "999990019",
        "surname": "Zonnebloem",
        "birthDate": "1980-05-17",
        "postcode": "1315AB",
        "houseNumber": 12,
    }
    line = event_line(7, type=CRISIS, details={"uitkomst": "opname"}, person=person)
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write([line])))
    assert done.code == 0, done.said
    state = b"".join(path.read_bytes() for path in (stage.folder / "state").iterdir())
    for place in (region.received[0].raw, state, done.said.encode(), json.dumps(done.answers).encode()):
        for value in (b"999990019", b"Zonnebloem", b"zonnebloem", b"1980-05-17", b"1315AB"):
            assert value not in place
    assert b"opname" not in region.received[0].raw
    assert json.loads(region.received[0].contents.details) == {"uitkomst": "opname"}


async def test_the_same_file_again_sends_nothing_and_gives_the_same_answers(stage: Stage) -> None:
    file = stage.write([event_line(n) for n in (1, 2)])
    async with stage.region() as region:
        first = await stage.run("submit", str(file))
        second = await stage.run("submit", str(file))
        third = await stage.submit(*(event_line(n) for n in (1, 2, 3)))
        stage.write([event_line(n) for n in (1, 2, 3)])
        again = await stage.run("submit", "--again", str(file))
    assert (first.code, second.code, again.code) == (0, 0, 0)
    assert sorted(map(str, first.answers)) == sorted(map(str, second.answers))
    assert len(third) == len(again.answers) == 3
    assert [len(region.of(f"2026-{n:06d}")) for n in (1, 2, 3)] == [2, 2, 2]
    assert len(region.received) == 6


async def test_refused_lines_are_named_and_not_sent_and_the_others_go(stage: Stage) -> None:
    lines = [event_line(1), event_line(2, municipality="GM9999"), "{", event_line(4, id="123456789"), event_line(5)]
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write(lines)))
    assert done.code == 65
    refused = {answer["line"]: answer for answer in done.answers if answer["status"] == "rejected"}
    assert {line: [p["reason"] for p in answer["problems"]] for line, answer in refused.items()} == {
        2: ["unknown-municipality"],
        3: ["not-json"],
        4: ["identifier-in-clear"],
    }
    assert {answer["by"] for answer in refused.values()} == {"partner"}
    assert [received.event.id for received in region.received] == ["2026-000001", "2026-000005"]


async def test_an_answer_is_about_the_content_that_was_sent(stage: Stage) -> None:
    other = event_line(1, occurredAt="2026-03-01T01:00:00+01:00")
    async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
        (first,), (reused,), (again,) = [await partner.submit([line]) for line in (event_line(1), other, event_line(1))]
    assert (first.status, reused.status, again.status) == ("accepted", "rejected", "accepted")
    assert (reused.problems[0].reason, reused.by) == ("id-reused", "platform")
    assert len(region.received) == 2


async def test_equal_lines_are_sent_once_and_each_is_answered(stage: Stage) -> None:
    async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
        answers = await partner.submit([event_line(1), event_line(1)])
    assert [(answer.line, answer.status) for answer in answers] == [(1, "accepted"), (2, "accepted")]
    assert len(region.received) == 1


async def test_own_ids_become_meaningless_and_the_way_back_stays_here(stage: Stage) -> None:
    stage.configure(own_ids=False)
    lines = [event_line(1, id="dossier 123456789"), event_line(2, id="c-1", corrects="dossier 123456789")]
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write(lines)))
    assert done.code == 0, done.said
    root, correction = (received.event for received in region.received)
    assert root.id == open_local_key(stage.folder / "state").event_id("dossier 123456789")
    assert correction.data.corrects == root.id
    assert [(answer["id"], answer["eventId"]) for answer in done.answers] == [
        ("dossier 123456789", root.id),
        ("c-1", correction.id),
    ]
    heard = await stage.run("feedback")
    assert heard.code == 0, heard.said
    assert [(word["ownId"], word["id"], word["status"]) for word in heard.answers] == [
        ("dossier 123456789", root.id, "accepted"),
        ("c-1", correction.id, "accepted"),
    ]


async def test_corrections_retractions_and_events_about_nobody(stage: Stage) -> None:
    lines = [
        event_line(1),
        event_line(2, corrects="2026-000001", person={"bsn": "999990019"}),
        event_line(3, retracts="2026-000001", person=None),
        event_line(4, person=None),
        event_line(5, person={"surname": "onbekend"}),
    ]
    async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
        answers = await partner.submit(lines)
    assert {answer.status for answer in answers} == {"accepted"}
    events = [received.event for received in region.received]
    assert [bool(event.data.identity) for event in events] == [True, True, False, False, False]
    assert events[1].data.corrects == events[2].data.retracts == "2026-000001"
    assert events[2].data.reason == "onjuist"


async def test_during_the_overlap_tokens_of_both_epochs_are_sent(stage: Stage, evaluators: Evaluators) -> None:
    (new_a, _), (new_b, _) = evaluators.halves
    new = keys.to_text(shares.pinned_key(new_a, new_b))
    stage.configure(epochs=[{"epoch": 1, "public_key": evaluators.pinned}, {"epoch": 2, "public_key": new}])
    async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
        answers = await partner.submit([event_line(1)])
    assert [answer.status for answer in answers] == ["accepted"]
    (received,) = region.received
    assert received.event.data.identity is not None
    assert received.event.data.identity.epoch == 2
    assert received.contents is not None
    assert {epoch: len(tokens) for epoch, tokens in received.contents.tokens.items()} == {1: 21, 2: 21}
    assert set(received.contents.tokens[1]).isdisjoint(received.contents.tokens[2])


async def test_the_library_in_ten_lines(stage: Stage) -> None:
    async with stage.region() as region, Partner.from_config(stage.folder / "partner.toml") as partner:
        answers = await partner.submit([event_line(1), event_line(2, type="nl.oggz-signalen.nieuw.v1")])
        more = await partner.submit([event_line(3)])
    assert [(answer.line, answer.status) for answer in answers + more] == [
        (1, "accepted"),
        (2, "rejected"),
        (1, "accepted"),
    ]
    assert len(region.received) == 2


async def test_check_needs_nobody_and_sends_nothing(stage: Stage) -> None:
    stage.configure(kafka={"bootstrap": "127.0.0.1:1"})
    done = await stage.run("check", str(stage.write([event_line(1), event_line(2, municipality="x")])))
    assert done.code == 65
    assert [(line["status"], len(line["tokens"])) for line in done.answers] == [("ok", 21), ("refused", 0)]
    assert done.answers[0]["tokens"][:2] == ["client", "date+region"]


async def test_a_large_file_is_spread_over_processes_and_stays_in_order(stage: Stage) -> None:
    lines = [event_line(n, person=event_line(n % 100)["person"]) for n in range(1, 601)]
    async with stage.region() as region:
        done = await stage.run("submit", "--processes", "2", str(stage.write(lines)))
    assert done.code == 0, done.said
    assert [received.event.id for received in region.received] == [line["id"] for line in lines]
    tokens = {number: region.received[number - 1].contents for number in (1, 101, 501, 2)}
    assert tokens[1] == tokens[101] == tokens[501] != tokens[2]


async def test_two_submissions_at_once_do_not_take_each_others_answers(stage: Stage) -> None:
    async with stage.region(), Partner.from_config(stage.folder / "partner.toml") as partner:
        both = await asyncio.gather(partner.submit([event_line(1)]), partner.submit([event_line(2)]))
    assert [[answer.id for answer in answers] for answers in both] == [["2026-000001"], ["2026-000002"]]


async def test_a_pipe_and_a_stop_in_the_middle(stage: Stage) -> None:
    async with stage.region(silent=True) as region:
        process = await stage.start("submit", "-")
        assert process.stdin is not None
        process.stdin.write(json.dumps(event_line(1)).encode())
        process.stdin.close()
        await region.took(1)
        process.terminate()
        out, _ = await process.communicate()
    assert process.returncode == 75
    assert json.loads(out)["status"] == "spooled"
    async with stage.region():
        assert (await stage.run("submit", "/dev/null")).code == 0


async def test_a_topic_that_does_not_exist_is_named(stage: Stage) -> None:
    stage.configure(name="nobody-here", limits={"retry_seconds": 0.5})
    done = await stage.run("submit", str(stage.write([event_line(1)])))
    assert done.code == 75
    assert "vangnet.feedback.nobody-here" in done.said
