"""Every field of a line: what is refused, under which reason and field, and that no value is repeated."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_partner.lines.line import Line, Unreadable, read_line
from vangnet_partner.lines.survey import Numbered, inspect, numbered, survey

from tests.unit.partner.lines import (
    AMBULATORY,
    CRISIS,
    E33,
    GONE,
    GOOD,
    HEARTBEAT,
    OGGZ,
    PERSON,
    RELEASE_OBJECTION,
    changed,
)


def refusals(raw: bytes, own_ids: bool = True) -> list[tuple[str, str]]:
    """(reason, field) of everything wrong with a line."""
    line = inspect(raw, own_ids)
    return [(problem.reason.value, problem.field) for problem in line.problems] if isinstance(line, Unreadable) else []


BARE = {"district": GONE, "person": GONE, "details": {}}
BEAT = {"type": HEARTBEAT, "municipality": GONE, "district": GONE, "person": GONE, "occurredAt": GONE}

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"person": GONE},
    {"person": {}},
    {"person": None},
    {"details": GONE},
    {"registeredAt": "2026-03-01T01:10:00Z"},
    {"registeredAt": "2026-03-01T01:10:00.123456Z"},
    {"id": "123e4567-e89b-12d3-a456-426614174000"},
    {"incident": "inc-77"},
    {"grondslag": "wpg-meldpunt", "vrijgave": {"niveau": "soort", "toestemmingDatum": "2026-02-28"}},
    {"type": CRISIS, "details": {"uitkomst": "opname"}},
    {"type": CRISIS, "details": {}, "person": GONE},
    {"type": AMBULATORY, "details": {"fase": "einde", "reden": "uitval"}},
    {"type": AMBULATORY, "details": {"fase": "einde"}, "person": GONE},
    {"type": OGGZ, "details": {"melder": "naaste"}},
    {"id": "2026-000124", "corrects": "2026-000123"},
    {"id": "2026-000124", "retracts": "2026-000123", "reason": "dubbel"},
    {"id": "2026-000124", "retracts": "2026-000123", "municipality": GONE, "occurredAt": GONE, **BARE},
    {"type": OGGZ, "id": "2026-000124", "retracts": "2026-000123", **BARE},
    BEAT,
    BEAT | {"occurredAt": GOOD["registeredAt"]},
]


@pytest.mark.parametrize("changes", ACCEPTED)
def test_these_lines_may_be_sent(changes: dict[str, Any]) -> None:
    assert refusals(changed(**changes)) == []


REFUSED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"id": GONE}, [("missing-member", "id")]),
    ({"id": 7}, [("wrong-value", "id")]),
    ({"id": ""}, [("wrong-value", "id")]),
    ({"id": "met spatie"}, [("wrong-value", "id")]),
    ({"id": "x" * 65}, [("wrong-value", "id")]),
    ({"id": "K-123456789"}, [("identifier-in-clear", "id")]),
    ({"id": "12345678"}, [("identifier-in-clear", "id")]),
    ({"incident": "123456789"}, [("identifier-in-clear", "incident")]),
    ({"type": GONE}, [("missing-member", "type")]),
    ({"type": "nl.oggz-signalen.nieuw.v1"}, [("unknown-type", "type")]),
    ({"registeredAt": GONE}, [("missing-member", "registeredAt")]),
    ({"registeredAt": "2026-03-01T02:10:00"}, [("time-invalid", "registeredAt")]),
    ({"registeredAt": "2026-02-30T02:10:00Z"}, [("time-invalid", "registeredAt")]),
    ({"registeredAt": "2026-03-01 02:10:00Z"}, [("time-invalid", "registeredAt")]),
    ({"occurredAt": GONE}, [("missing-member", "occurredAt")]),
    ({"occurredAt": "gisteren"}, [("time-invalid", "occurredAt")]),
    ({"municipality": GONE}, [("missing-member", "municipality"), ("district-invalid", "district")]),
    ({"municipality": "GM9999", "district": GONE}, [("unknown-municipality", "municipality")]),
    ({"municipality": "Almere"}, [("unknown-municipality", "municipality")]),
    ({"district": "WK099501"}, [("district-invalid", "district")]),
    ({"grondslag": "Mijn Grondslag"}, [("no-basis", "grondslag")]),
    ({"vrijgave": {"niveau": "alles"}}, [("wrong-value", "vrijgave.niveau")]),
    ({"vrijgave": {"niveau": "soort", "toestemmingDatum": "gisteren"}}, [("wrong-value", "vrijgave.toestemmingDatum")]),
    ({"vrijgave": {}}, [("missing-member", "vrijgave.niveau")]),
    ({"details": {"uitkomst": "opname"}}, [("details-invalid", "details.(a member)")]),
    ({"details": {"uitkomst": 3}}, [("wrong-value", "details")]),
    ({"type": CRISIS, "details": {}}, [("details-invalid", "details.uitkomst")]),
    ({"type": CRISIS, "details": {"uitkomst": "weg"}}, [("details-invalid", "details.uitkomst")]),
    ({"type": AMBULATORY, "details": {"fase": "start", "reden": "uitval"}}, [("details-invalid", "details.reden")]),
    ({"type": AMBULATORY, "details": {}, "person": GONE}, [("details-invalid", "details.fase")]),
    ({"person": "Anna"}, [("wrong-value", "person")]),
    ({"person": PERSON | {"naam": "Anna"}}, [("unknown-member", "person.naam")]),
    ({"person": PERSON | {"houseNumber": "12"}}, [("wrong-value", "person.houseNumber")]),
    *[
        ({"person": PERSON | {name: 5}}, [("wrong-value", f"person.{name}")])
        for name in PERSON
        if name != "houseNumber"
    ],
    ({"corrects": "2026-000001", "retracts": "2026-000001", "details": GONE}, [("correction-invalid", "retracts")]),
    ({"corrects": "2026-000123"}, [("correction-invalid", "corrects")]),
    ({"retracts": "2026-000123"}, [("correction-invalid", "retracts")]),
    ({"reason": "dubbel"}, [("correction-invalid", "reason")]),
    ({"retracts": "2026-000001", "reason": "zomaar"}, [("wrong-value", "reason")]),
    ({"type": OGGZ, "retracts": "2026-000001", "details": {"melder": "zelf"}}, [("details-invalid", "details")]),
    ({"gemeente": "GM0034"}, [("unknown-member", "gemeente")]),
    (BEAT | {"municipality": "GM0034"}, [("unknown-member", "municipality")]),
    (BEAT | {"person": PERSON}, [("identity-not-allowed", "person")]),
    (BEAT | {"occurredAt": "2026-03-01T02:00:00+01:00"}, [("time-invalid", "occurredAt")]),
    (BEAT | {"incident": "i-1"}, [("unknown-member", "incident")]),
    (BEAT | {"retracts": "hb-1"}, [("correction-invalid", "retracts")]),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_each_broken_rule_is_named_with_its_field(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert refusals(changed(**changes)) == expected


def test_all_problems_of_a_line_are_told_together() -> None:
    raw = changed(id="123456789", occurredAt="gisteren", municipality="GM9999", district=GONE, reason="dubbel")
    assert {field for _, field in refusals(raw)} == {"id", "occurredAt", "municipality", "reason"}


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'"text"', b"[1]", b"null", b'{"id": "a",}'])
def test_what_is_no_json_object_is_said_to_be_none(raw: bytes) -> None:
    assert refusals(raw)[0][0] in {"not-json", "wrong-value"}


def test_a_line_that_is_too_long_is_refused_unread() -> None:
    assert refusals(b'{"id":"' + b"x" * 70_000 + b'"}') == [("too-large", "")]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b'{"id":"a","id":"b",' + changed()[1:], "id"),
        (changed()[:-1] + b',"id" : "2026-000123"}', "id"),
        (changed().replace(b'"bsn": ', b'"bsn": "x", "bsn": '), "bsn"),
        (changed(incident='a"b').replace(b'"bsn": ', b'"bsn": "x", "bsn" :'), "bsn"),
    ],
)
def test_a_member_given_twice_is_refused(raw: bytes, field: str) -> None:
    assert ("duplicate-member", field) in refusals(raw)


@given(st.text(), st.sampled_from(["surname", "street", "city", "givenNames"]))
def test_any_text_may_stand_in_a_name(text: str, field: str) -> None:
    raw = json.dumps(GOOD | {"person": PERSON | {field: text}}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        raw.decode()
    except UnicodeDecodeError:
        assert refusals(raw)
    else:
        assert refusals(raw) == []


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    assert isinstance(read_line(raw), Line | Unreadable)


@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.text(max_size=8), st.integers(), st.none(), st.lists(st.integers()))
    )
)
def test_no_object_breaks_the_reader(value: dict[str, Any]) -> None:
    assert isinstance(inspect(json.dumps(GOOD | value).encode(), own_ids=True), Line | Unreadable)


@pytest.mark.parametrize("field", ["id", "incident", "corrects"])
@pytest.mark.parametrize("value", ["geb-1964-10-29", "NL91ABNA0417164300", "tel:0612345678", "bsn/123456782"])
def test_what_ingest_would_take_for_an_identifier_is_refused_here(field: str, value: str) -> None:
    assert refusals(changed(**{field: value})) == [("identifier-in-clear", field)]
    assert refusals(changed(**{field: value}), own_ids=False) == [], "a keyed hash of it is sent"


def test_half_a_character_is_refused_and_the_answer_can_be_written() -> None:
    for raw in (b'{"id": "a\\ud800"}', b'{"id": 1, "type": "\\udfff"}'):
        line = read_line(raw)
        assert isinstance(line, Unreadable)
        assert line.id is None
        assert msgspec.json.encode(line)


def test_problems_never_repeat_a_value() -> None:
    raw = changed(id="123456789", person=PERSON | {"999990019": "x", "bsn": 999990019}, **{"J. de Vries": 1})
    line = inspect(raw, own_ids=True)
    assert isinstance(line, Unreadable)
    told = repr([problem[1:] for problem in line.problems])
    assert "999990019" not in told
    assert "Vries" not in told
    assert "123456789" not in told


def test_ids_that_are_not_published_may_be_any_text() -> None:
    assert refusals(changed(id="123456789", incident="Dossier 12345678"), own_ids=False) == []
    assert refusals(changed(id="123456789 "), own_ids=False) == [("wrong-value", "id")]


def test_the_event_named_by_an_objection_to_release_is_an_own_id() -> None:
    changes = {"type": RELEASE_OBJECTION, "person": GONE, "details": {"melding": "123456789", "grond": "anders"}}
    assert refusals(changed(**changes), own_ids=False) == []
    assert refusals(changed(**changes), own_ids=True) == [("identifier-in-clear", "details.melding")]


def content(canonical: bytes) -> bytes:
    return canonical


def test_one_id_for_two_things_is_refused_at_the_second_and_named() -> None:
    raws = [changed(), b"", changed(type=E33, occurredAt="2026-03-01T00:40:00+01:00"), changed()]
    seen = survey(numbered(raws), True, content)
    assert list(seen.refused) == [3]
    assert seen.refused[3].problems[0].rule == "was used in line 1 for something else"


def test_the_same_line_written_in_another_way_is_the_same() -> None:
    other = json.dumps(dict(reversed(GOOD.items())), indent=1).replace("\n", " ").encode()
    assert survey([Numbered(1, changed()), Numbered(2, other)], True, content).refused == {}


def test_a_line_that_changed_since_the_first_look_is_not_sent() -> None:
    seen = survey([Numbered(1, changed())], True, content)
    assert seen.sendable(Numbered(1, changed()))
    assert not seen.sendable(Numbered(1, changed(id="other")))
    assert not seen.sendable(Numbered(2, changed()))
