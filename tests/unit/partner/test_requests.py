"""Contact requests at the partner: which stand, under its own ids, and the line that answers one."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from vangnet_contract.contact import ANSWERS, GROUNDS
from vangnet_contract.messages import ContactRequest, encode
from vangnet_contract.taxonomy import detail_problems, event_types
from vangnet_partner.feedback import Word
from vangnet_partner.lines.line import Line, read_line
from vangnet_partner.requests import answer_id, answer_line, problems, still_asked

ASKED = ContactRequest(
    request="6f1c1c0e-58a6-4c77-9a68-0f6ac25dcb2e",
    source="urn:nld:oin:00000000000000000101:systeem:bvh",
    id="e1",
    at=datetime(2026, 3, 1, tzinfo=UTC),
    municipality="GM0034",
    purpose="contact-opnemen",
    ground="avg-6-1-e",
    urgent=True,
    answer_by=datetime(2026, 3, 2, tzinfo=UTC),
)


def word(request: ContactRequest) -> Word:
    return Word(1, request.id, None, encode(request), request)


def test_what_was_taken_back_is_not_shown() -> None:
    other = msgspec.structs.replace(ASKED, request="b", id="e2")
    words = [word(ASKED), word(other), Word(2, "e1", None, b"{}"), word(msgspec.structs.replace(other, withdrawn=True))]
    [shown] = still_asked(words, {"e1": "2026-17"}.get, {answer_id(ASKED.request, "opgepakt")}.__contains__)
    assert (shown.request, shown.own_id, shown.answers) == (ASKED.request, "2026-17", ["opgepakt"])
    assert shown.text == "Neem contact op met de persoon van deze melding"


def test_every_answer_is_a_line_that_the_contract_takes() -> None:
    kind = next(kind for kind in event_types().values() if kind.type.endswith("contactantwoord.v1"))
    assert set(kind.details["antwoord"]) == set(ANSWERS) and set(kind.details["grond"]) == set(GROUNDS)
    ids = set()
    for answer in ANSWERS:
        line = answer_line(ASKED.request, answer, "anders", "2026-03-01T10:00:00+01:00")
        read = read_line(msgspec.json.encode(line))
        assert isinstance(read, Line) and list(detail_problems(kind, read.details)) == []
        assert str(UUID(read.id)) == read.id
        ids.add(read.id)
    assert len(ids) == len(ANSWERS)


def test_what_cannot_be_answered() -> None:
    known = still_asked([word(ASKED)], lambda _: None, lambda _: False)
    assert problems(ASKED.request, known, "opgepakt", "anders") == []
    assert len(problems("x", known, "ja", "zomaar")) == 3
