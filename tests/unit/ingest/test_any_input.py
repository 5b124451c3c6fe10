"""Whatever comes in: a verdict, never an exception; and what is said about it repeats nothing of it."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from vangnet_contract import messages
from vangnet_contract.stamp import Stamp, is_control, read_stamp
from vangnet_ingest.app import Arrival, Reception
from vangnet_ingest.domain.admission import Admitted, Refused
from vangnet_runtime.clock import FixedClock

from tests.unit.ingest.region import DEMO, NOW, REGIO, data, event, judged, partner, sealed, signed

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80)
ANY = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=8,
)
LIKELY = st.sampled_from(
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-01T24:00:00Z", "2026-03-01T02:10:60+01:00", "GM0034", "WK003401",
     "111222333", "a@b", "NL91ABNA0417164300", "\ud800", "\0", "", "a" * 1430, 10**400, "nl.oggz-signalen.beheer.levensteken.v1"]
)  # fmt: skip
POLICIES = {"demo": DEMO, "regio": REGIO}
PATHS = [(name,) for name in event()] + [("dataschema",), ("dssematerial",), ("subject",)]
PATHS += [
    ("data", name)
    for name in (
        *data(),
        "district",
        "incident",
        "grondslag",
        "vrijgave",
        "identity",
        "corrects",
        "retracts",
        "reason",
        "x",
    )
]
PATHS += [("data", "identity", name) for name in ("keyId", "scheme", "epoch", "sealed")] + [("data", "details", "fase")]


def put(members: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The same with one value in another place."""
    if not path:
        return value
    inner = members.get(path[0])
    return members | {path[0]: put(inner if isinstance(inner, dict) else {}, path[1:], value)}


@given(st.sampled_from(PATHS), ANY | LIKELY, st.booleans(), st.sampled_from(["demo", "regio"]))
def test_any_value_in_any_field_gets_a_verdict(
    path: tuple[str, ...], value: Any, event_mode: bool, policy: Any
) -> None:
    members = put(json.loads(signed(sealed(event()))), path, value)
    verdict = judged(json.dumps(members).encode(), of=POLICIES[policy], event_mode=event_mode).verdict
    assert isinstance(verdict, Admitted | Refused)
    assert isinstance(verdict, Admitted) or verdict.problems


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict(raw: bytes) -> None:
    assert isinstance(judged(raw).verdict, Refused)


WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=40).map(
    lambda word: f"Zq{word}"
)


@given(st.sampled_from([path for path in PATHS if path[0] not in ("specversion", "datacontenttype")]), WORDS)
def test_what_is_said_about_a_refused_event_holds_no_value_of_it(path: tuple[str, ...], word: str) -> None:
    reception = Reception(DEMO, FixedClock(NOW), event_mode=False)
    members = put(json.loads(signed(sealed(event()))), path, word)
    raw = json.dumps(members).encode()
    arrival = Arrival(raw, partner("politie"), "vangnet.in.politie", 0, 7)
    decided = reception.decide(arrival)
    if isinstance(decided.judged.verdict, Refused) and path != ("id",):
        assert word.encode() not in b"".join(message.value + message.key for message in decided.outgoing)


@given(
    st.sampled_from(["111222333", "1980-05-17", "0612345678", "jan@example.nl", "NL91ABNA0417164300", "a b", "x" * 65])
)
def test_an_unsafe_id_is_not_repeated(unsafe: str) -> None:
    reception = Reception(DEMO, FixedClock(NOW), event_mode=False)
    for raw in (signed(event(id=unsafe)), json.dumps({"id": unsafe, "source": event()["source"]}).encode()):
        decided = reception.decide(Arrival(raw, partner("politie"), "vangnet.in.politie", 0, 7))
        rejected, answer = decided.outgoing
        assert unsafe.encode() not in rejected.value + rejected.key + answer.value + answer.key
        told = messages.decode_feedback(answer.value)
        assert (told.source, told.id) == ("", "")
        assert answer.key.decode() == decided.judged.digest


def test_a_harmless_id_of_a_refused_event_is_named() -> None:
    reception = Reception(DEMO, FixedClock(NOW), event_mode=False)
    for raw in (signed(event(type="x")), json.dumps(event(time=None)).encode()):
        rejected, answer = reception.decide(Arrival(raw, partner("politie"), "vangnet.in.politie", 0, 7)).outgoing
        told = messages.decode_feedback(answer.value)
        assert (told.source, told.id, told.status) == (event()["source"], "2026-000123", "rejected")
        assert answer.key == b"2026-000123"
        assert answer.topic == "vangnet.feedback.politie"
        assert rejected.topic == "vangnet.events.rejected"


def test_an_admitted_event_goes_on_untouched_with_its_stamp() -> None:
    raw = b"  " + signed(sealed(event())) + b"\n"
    reception = Reception(DEMO, FixedClock(NOW), event_mode=False)
    (accepted,) = reception.decide(Arrival(raw, partner("politie"), "vangnet.in.politie", 0, 7)).outgoing
    assert accepted.value == raw
    assert accepted.key.decode() == f"{event()['source']}|2026-000123"
    assert (accepted.topic, accepted.partition) == ("vangnet.events.accepted", 0)
    assert read_stamp(accepted.headers) == Stamp(
        partner="politie",
        basis="wpg-meldpunt",
        policy_version="demo-1",
        received_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )
    assert not is_control(accepted.headers)
