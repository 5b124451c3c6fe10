"""`vangnet-partner submit`, as a partner runs it: on real Kafka, with real evaluators."""

import json

from tests.integration.partner.stage import Stage, event_line

S3 = "nl.oggz-signalen.acute-zorg.crisisbeoordeling.v1"


async def test_every_line_is_answered_and_the_exit_code_is_0(stage: Stage) -> None:
    lines = [event_line(n) for n in range(1, 6)]
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write(lines)))
    assert done.code == 0, done.said
    assert sorted(answer["line"] for answer in done.answers) == [1, 2, 3, 4, 5]
    assert {answer["status"] for answer in done.answers} == {"accepted"}
    assert [received.event.id for received in region.received] == [line["id"] for line in lines]
    assert all(received.contents and len(received.contents.tokens[1]) == 3 for received in region.received)


async def test_nothing_that_names_the_person_leaves(stage: Stage) -> None:
    line = event_line(
        7,
        person={
            "bsn": "999990019",
            "surname": "Zonnebloem",
            "birthDate": "1980-05-17",
            "postcode": "1315AB",
            "houseNumber": 12,
        },
    )
    async with stage.region() as region:
        done = await stage.run("submit", str(stage.write([line])))
    assert done.code == 0, done.said
    state = b"".join(path.read_bytes() for path in (stage.folder / "state").iterdir())
    for place in (region.received[0].raw, state, done.said.encode(), json.dumps(done.answers).encode()):
        for value in (b"999990019", b"Zonnebloem", b"zonnebloem", b"1980-05-17", b"1315AB"):
            assert value not in place
