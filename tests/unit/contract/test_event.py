"""An event is read strictly, and what is wrong with it is said completely, without repeating a value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract.event import Event, read_event
from vangnet_contract.reasons import EXPLANATIONS, Reason

GOOD = {
    "specversion": "1.0",
    "id": "2026-000123",
    "source": "urn:nld:oin:00000000000000000101:systeem:bvh",
    "type": "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1",
    "time": "2026-03-01T02:10:00+01:00",
    "datacontenttype": "application/json",
    "data": {"occurredAt": "2026-03-01T01:40:00+01:00", "municipality": "GM0034", "details": {}},
}


def reasons(raw: bytes) -> set[tuple[str, str]]:
    problems = read_event(raw)
    assert isinstance(problems, list)
    return {(problem.reason.value, problem.field) for problem in problems}


def test_a_good_event_keeps_the_bytes_of_its_data() -> None:
    raw = json.dumps(GOOD).replace('"details": {}', '"details" :  {}').encode()
    event = read_event(raw)
    assert isinstance(event, Event)
    assert event.data_bytes == b'{"occurredAt": "2026-03-01T01:40:00+01:00", "municipality": "GM0034", "details" :  {}}'
    assert event.root_id == event.id == "2026-000123"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", {("not-json", "")}),
        (b"\xff\xfe", {("not-json", "")}),
        (b"[" * 100_000, {("too-large", "")}),
        (b"[" * 60_000, {("not-json", "")}),
        (b"[]", {("wrong-value", "")}),
        (b"{}", {("missing-member", name) for name in ("specversion", "id", "source", "type", "time", "datacontenttype", "data")}),
        (json.dumps(GOOD | {"subject": "x"}).encode(), {("unknown-member", "subject")}),
        (json.dumps(GOOD | {"111222333": "x"}).encode(), {("unknown-member", "")}),
        (json.dumps(GOOD | {"specversion": "0.3"}).encode(), {("wrong-value", "specversion")}),
        (json.dumps(GOOD | {"data": 3}).encode(), {("wrong-value", "data")}),
        (json.dumps(GOOD | {"data": {"details": {"a": 1}, "note": "x"}}).encode(),
         {("missing-member", "data.occurredAt"), ("wrong-value", "data.details"), ("unknown-member", "data.note")}),
        (json.dumps(GOOD).replace('"id"', '"id": "a", "id"').encode(), {("duplicate-member", "id")}),
        (json.dumps(GOOD).replace('"municipality"', '"municipality": "GM0014", "municipality"').encode(), {("duplicate-member", "municipality")}),
    ],
)  # fmt: skip
def test_everything_wrong_with_the_form_is_named_together(raw: bytes, expected: set[tuple[str, str]]) -> None:
    assert reasons(raw) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)
    )
)
def test_no_json_value_raises_or_comes_back_in_a_problem(value: object) -> None:
    for document in (value, GOOD | {"data": value}, GOOD | {"id": value}):
        result = read_event(json.dumps(document).encode())
        assert isinstance(result, Event) or all(problem.rule and problem.reason in Reason for problem in result)


def test_every_reason_is_explained_to_people() -> None:
    assert set(EXPLANATIONS) == set(Reason)
