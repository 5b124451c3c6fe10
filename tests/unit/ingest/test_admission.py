"""What may come in, and every reason why not: really signed and sealed events, one rule broken in each."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from vangnet_contract.policy import AnswerKey, Policy
from vangnet_contract.reasons import Reason
from vangnet_ingest.domain.admission import Admitted, Refused

from tests.unit.ingest.region import (
    CRISIS_MEASURE,
    DEMO,
    FUTURE_KEY,
    GGZ,
    NOW,
    OLD_KEY,
    REGIO,
    SIGNING,
    STRANGER,
    data,
    event,
    full,
    judged,
    policy,
    sealed,
    signed,
)

KEYED = "abcdefghijklmnopabcdefghijklmnop"
UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
UUID_OF_DIGITS = "12345678-1234-1234-1234-123456789012"
HEARTBEAT = full("beheer.levensteken")


def problems(raw: bytes, sender: str = "politie", of: Policy = DEMO) -> set[tuple[str, str]]:
    verdict = judged(raw, sender, of).verdict
    assert isinstance(verdict, Refused)
    return {(problem.reason.value, problem.field) for problem in verdict.problems}


def basis(raw: bytes, sender: str = "politie", of: Policy = DEMO) -> str:
    verdict = judged(raw, sender, of).verdict
    assert isinstance(verdict, Admitted), verdict
    return verdict.basis


def content(**changes: Any) -> dict[str, Any]:
    return event(content=data(**changes))


def from_ggz(kind: str, **changes: Any) -> dict[str, Any]:
    return event("ggz", data(**changes), type=full(kind))


def heartbeat(**changes: Any) -> dict[str, Any]:
    return event(
        content=data(**{"occurredAt": "2026-03-01T02:10:00+01:00", "municipality": None} | changes), type=HEARTBEAT
    )


ADMITTED = {
    "anonymous": (event(), "politie", "wpg-meldpunt"),
    "about a person": (sealed(event()), "politie", "wpg-meldpunt"),
    "another basis of the cell": (content(grondslag="avg-6-1-e"), "politie", "avg-6-1-e"),
    "a district": (content(district="WK003401"), "politie", "wpg-meldpunt"),
    "just registered, our clock behind": (event(time="2026-03-01T12:04:59Z"), "politie", "wpg-meldpunt"),
    "fractions of a second": (event(time="2026-03-01T02:10:00.123456789+01:00"), "politie", "wpg-meldpunt"),
    "an old correction": (content(occurredAt="2022-01-01T00:00:00Z", corrects="2022-7"), "politie", "wpg-meldpunt"),
    "a retraction": (content(retracts="2026-7", reason="dubbel"), "politie", "wpg-meldpunt"),
    "a retraction without a place": (content(retracts="2026-7", reason="dubbel", municipality=None), "politie", "wpg-meldpunt"),
    "details in clear": (event("gemeente", data(details={"melder": "zelf"}), type=full("sociaal-domein.oggz-melding")), "gemeente", "avg-6-1-e"),
    "details in the seal": (sealed(from_ggz("verplichte-zorg.crisismaatregel")), "ggz", "avg-6-1-e"),
    "S4 about nobody: only the phase": (from_ggz("verplichte-zorg.crisismaatregel", details={"fase": "start"}), "ggz", "avg-6-1-e"),
    "S3 about nobody: no details": (from_ggz("ggz.opname"), "ggz", "avg-6-1-e"),
    "a heartbeat": (heartbeat(), "politie", "wpg-meldpunt"),
    "a rights desk": (event("client", data(municipality=None), type=full("beheer.wissing")), "client", "toestemming"),
    "consent": (content(vrijgave={"niveau": "soort", "toestemmingDatum": "2026-02-28"}), "politie", "wpg-meldpunt"),
    "a keyed id": (event(id=KEYED), "politie", "wpg-meldpunt"),
    "a UUID, though of digits": (event(id=UUID_OF_DIGITS), "politie", "wpg-meldpunt"),
    "an incident": (content(incident="2026-03-01/17"), "politie", "wpg-meldpunt"),
    "an answer": (event(content=data(municipality=None, details={"verzoek": UUID, "antwoord": "opgepakt", "grond": "anders"}), type=full("beheer.contactantwoord")), "politie", "wpg-meldpunt"),
    "a data schema": (event(dataschema="https://schemas.example/overlast/v1"), "politie", "wpg-meldpunt"),
}  # fmt: skip


@pytest.mark.parametrize("name", ADMITTED)
def test_comes_in(name: str) -> None:
    members, sender, expected = ADMITTED[name]
    assert basis(signed(members, sender), sender) == expected


REFUSED = {
    "unknown type": (event(type=full("veiligheid.iets")), {("unknown-type", "type")}),
    "another partner's source": (event(source=GGZ), {("source-not-yours", "source")}),
    "objection from no rights desk": (event(type=full("beheer.wissing")), {("rights-desk-only", "type")}),
    "a heartbeat about a person": (sealed(heartbeat()), {("identity-not-allowed", "data.identity")}),
    "a basis of another cell": (content(grondslag="toestemming"), {("no-basis", "data.grondslag")}),
    "time without offset": (event(time="2026-03-01T02:10:00"), {("time-invalid", "time")}),
    "time with a space": (event(time="2026-03-01 02:10:00+01:00"), {("time-invalid", "time")}),
    "only a date": (content(occurredAt="2026-03-01"), {("time-invalid", "data.occurredAt")}),
    "a basic form": (content(occurredAt="20260301T014000Z"), {("time-invalid", "data.occurredAt")}),
    "a day that does not exist": (content(occurredAt="2026-02-30T01:40:00Z"), {("time-invalid", "data.occurredAt")}),
    "before computers": (content(occurredAt="0001-01-01T00:00:00+14:00", corrects="a"), {("time-invalid", "data.occurredAt")}),
    "occurred in the future": (content(occurredAt="2026-03-01T12:05:01Z"), {("time-in-future", "data.occurredAt")}),
    "registered in the future": (event(time="2026-03-01T12:05:01Z"), {("time-in-future", "time")}),
    "before the horizon": (content(occurredAt="2024-10-01T00:00:00Z"), {("before-horizon", "data.occurredAt")}),
    "corrects what is destroyed": (content(occurredAt="2021-01-01T00:00:00Z", corrects="a"), {("before-horizon", "data.occurredAt")}),
    "unknown municipality": (content(municipality="GM9999"), {("unknown-municipality", "data.municipality")}),
    "no municipality": (content(municipality=None), {("unknown-municipality", "data.municipality")}),
    "a heartbeat with a place": (heartbeat(municipality="GM0034"), {("wrong-value", "data.municipality")}),
    "a heartbeat about another time": (heartbeat(occurredAt="2026-03-01T02:10:01+01:00"), {("time-invalid", "data.occurredAt")}),
    "a district elsewhere": (content(district="WK099501"), {("district-invalid", "data.district")}),
    "a district in other digits": (content(district="WK0034٠١"), {("district-invalid", "data.district")}),
    "a district of a sensitive type": (event(content=data(district="WK003401"), type=full("veiligheid.zelfdoding-poging-dreiging")), {("district-invalid", "data.district")}),
    "a detail of another type": (content(details={"fase": "start"}), {("details-invalid", "data.details.fase")}),
    "details that the seal should hold": (sealed(event(content=data(details={"fase": "start"}), type=CRISIS_MEASURE)), {("details-invalid", "data.details")}),
    "S3 about nobody with a detail": (event(content=data(details={"soort": "verplicht"}), type=full("ggz.opname")), {("details-invalid", "data.details.soort")}),
    "S4 about nobody without its phase": (event(type=CRISIS_MEASURE), {("details-invalid", "data.details.fase")}),
    "a reference that is a text": (event(content=data(municipality=None, details={"verzoek": "mevrouw Jansen", "antwoord": "opgepakt", "grond": "anders"}), type=full("beheer.contactantwoord")), {("details-invalid", "data.details.verzoek")}),
    "both corrects and retracts": (content(corrects="a", retracts="a", reason="dubbel"), {("correction-invalid", "data.retracts")}),
    "corrects itself": (content(corrects="2026-000123"), {("correction-invalid", "data.corrects")}),
    "a retraction without a reason": (content(retracts="a"), {("correction-invalid", "data.reason")}),
    "a reason without a retraction": (content(reason="dubbel"), {("correction-invalid", "data.reason")}),
    "a retraction with a person": (sealed(content(retracts="a", reason="dubbel")), {("correction-invalid", "data.identity")}),
    "a retraction with details": (content(retracts="a", reason="dubbel", details={"fase": "start"}), {("correction-invalid", "data.details")}),
    "an empty id": (event(id=""), {("wrong-value", "id")}),
    "a long id": (event(id="a" * 65), {("wrong-value", "id")}),
    "an id with a bar": (event(id="a|b"), {("wrong-value", "id")}),
    "a name as incident": (content(incident="Jan de Vries"), {("wrong-value", "data.incident")}),
    "a text as schema": (event(dataschema="zie het dossier"), {("wrong-value", "dataschema")}),
    "a text as date of consent": (content(vrijgave={"niveau": "soort", "toestemmingDatum": "gisteren"}), {("wrong-value", "data.vrijgave.toestemmingDatum")}),
    "consent of tomorrow": (content(vrijgave={"niveau": "soort", "toestemmingDatum": "2026-03-02"}), {("time-in-future", "data.vrijgave.toestemmingDatum")}),
    "nine digits as id": (event(id="123456789"), {("identifier-in-clear", "id")}),
    "eight digits in an incident": (content(incident="zaak-19800517"), {("identifier-in-clear", "data.incident")}),
    "a date of birth in an id": (event(id="1980-05-17"), {("identifier-in-clear", "id")}),
    "a BSN in a corrected id": (content(corrects="x111222333"), {("identifier-in-clear", "data.corrects")}),
    "a BSN as detail": (content(details={"fase": "111222333"}), {("details-invalid", "data.details.fase"), ("identifier-in-clear", "data.details.fase")}),
    "a BSN as a detail's name": (content(details={"111222333": "start"}), {("details-invalid", "data.details.(a member)"), ("identifier-in-clear", "data.details.(a member)")}),
    "a BSN as request": (event(content=data(municipality=None, details={"verzoek": "111222333", "antwoord": "opgepakt", "grond": "anders"}), type=full("beheer.contactantwoord")), {("identifier-in-clear", "data.details.verzoek")}),
    "an unknown seal key": (sealed(event(), keyId="zegel-9"), {("seal-key-unknown", "data.identity.keyId")}),
    "a seal key that has ended": (sealed(event(), keyId="zegel-0"), {("seal-key-unknown", "data.identity.keyId")}),
    "an unknown scheme": (sealed(event(), scheme="v9"), {("scheme-unknown", "data.identity.scheme")}),
    "an unknown epoch": (sealed(event(), epoch=2), {("epoch-unknown", "data.identity.epoch")}),
    "a truncated seal": (sealed(event(), sealed="A" * 1429), {("seal-truncated", "data.identity.sealed")}),
    "an oversized seal": (sealed(event(), sealed="A" * 1431), {("seal-oversized", "data.identity.sealed")}),
    "a seal that is not base64url": (sealed(event(), sealed="=" * 1430), {("wrong-value", "data.identity.sealed")}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_for_exactly_this_reason(name: str) -> None:
    members, expected = REFUSED[name]
    assert problems(signed(members)) == expected


SIGNATURES = {
    "unsigned": (json.dumps(event()).encode(), "signature-missing"),
    "not an envelope": (json.dumps(event(dssematerial="hallo")).encode(), "signature-invalid"),
    "a key that nobody has": (signed(event(), key_id="politie-9"), "key-unknown"),
    "a key of another partner": (signed(event(), key=SIGNING["ggz"], key_id="ggz-1"), "key-of-other-partner"),
    "a key that has ended": (signed(event(), key=OLD_KEY, key_id="politie-0"), "key-expired"),
    "a key not yet valid": (signed(event(), key=FUTURE_KEY, key_id="politie-2"), "key-expired"),
    "another key under this name": (signed(event(), key=STRANGER), "signature-invalid"),
    "data altered after signing": (signed(event()).replace(b"GM0034", b"GM0995"), "signature-invalid"),
    "white space in data altered": (signed(event()).replace(b'"municipality": ', b'"municipality":'), "signature-invalid"),
    "id altered after signing": (signed(event()).replace(b"2026-000123", b"2026-000124"), "signature-invalid"),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_that_does_not_hold_has_a_reason_of_its_own(name: str) -> None:
    raw, expected = SIGNATURES[name]
    assert problems(raw) == {(expected, "dssematerial")}


FORMS = {
    "not JSON": (b"hallo", {("not-json", "")}),
    "too large": (signed(event(dataschema="a" * 70_000)), {("too-large", "")}),
    "twice": (signed(event()).replace(b'"id"', b'"id": "a", "id"'), {("duplicate-member", "id")}),
    "unknown member": (signed(event()).replace(b'"id"', b'"subject": "a", "id"'), {("unknown-member", "subject")}),
    "unknown member with a BSN": (
        signed(event()).replace(b'"id"', b'"subject": {"a": [111222333]}, "id"'),
        {("unknown-member", "subject"), ("identifier-in-clear", "subject")},
    ),
    "unknown member of data with an e-mail address": (
        signed(event()).replace(b'"municipality"', b'"naam": "a@b.nl", "municipality"'),
        {("unknown-member", "data.naam"), ("identifier-in-clear", "data.naam")},
    ),
    "missing": (json.dumps(event(time=None)).encode(), {("missing-member", "time")}),
    "wrong kind": (json.dumps(event(time=3)).encode(), {("wrong-value", "time")}),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_is_no_event_says_so(name: str) -> None:
    raw, expected = FORMS[name]
    assert problems(raw) == expected


def test_the_matrix_of_the_safe_policy() -> None:
    def verdict(members: dict[str, Any], sender: str = "politie") -> set[tuple[str, str]]:
        return problems(signed(members, sender), sender, REGIO)

    regio = event(id=KEYED)
    assert basis(signed(regio), of=REGIO) == ""
    assert verdict(sealed(regio)) == {("identity-not-allowed", "data.identity")}
    assert verdict(regio | {"type": full("ggz.opname")}) == {("type-not-allowed", "type")}
    assert verdict(event(content=data(grondslag="avg-6-1-e"), id=KEYED)) == {("no-basis", "data.grondslag")}
    reported = sealed(regio | {"type": full("veiligheid.zorgmelding")})
    assert basis(signed(reported), of=REGIO) == "wpg-meldpunt"


def test_an_access_request_comes_in_only_when_its_answer_can_be_sealed() -> None:
    asked = event("client", data(municipality=None), type=full("beheer.inzageverzoek"))
    taken_back = event("client", data(municipality=None, retracts="a", reason="dubbel"), type=asked["type"])
    since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
    refusal = {("no-answer-key", "type")}
    assert problems(signed(asked, "client"), "client") == refusal
    assert basis(signed(taken_back, "client"), "client") == "toestemming"
    for valid, partner, expected in (
        ((since, until), "client", set()),
        ((since, NOW), "client", refusal),
        ((until, until + timedelta(days=1)), "client", refusal),
        ((since, until), "gemeente", refusal),
    ):
        key = AnswerKey(key_id="a", public_key="A" * 43, valid_from=valid[0], valid_to=valid[1])
        of = DEMO.model_copy(update={"keys": DEMO.keys.model_copy(update={"answers": {partner: [key]}})})
        verdict = judged(signed(asked, "client"), "client", of).verdict
        assert {(p.reason, p.field) for p in getattr(verdict, "problems", [])} == expected


def test_where_own_ids_are_not_allowed_only_meaningless_ones_come_in() -> None:
    assert problems(signed(event()), of=REGIO) == {("wrong-value", "id")}
    assert problems(signed(event(content=data(corrects="2026-7"), id=UUID)), of=REGIO) == {
        ("wrong-value", "data.corrects")
    }
    assert basis(signed(event(id=UUID)), of=REGIO) == ""


def test_when_the_decision_behind_a_cell_has_ended_nothing_new_comes_in_but_things_can_be_taken_back() -> None:
    ended = policy("demo")
    cells = [cell.model_copy(update={"geldig_tot": date(2026, 2, 28)}) for cell in ended.matrix]
    ended = ended.model_copy(update={"matrix": cells})
    assert problems(signed(event()), of=ended) == {("no-basis", "type")}
    assert basis(signed(content(retracts="a", reason="dubbel")), of=ended) == "wpg-meldpunt"


def test_the_last_day_of_a_decision_is_a_day_in_amsterdam() -> None:
    last = policy("demo")
    last = last.model_copy(
        update={"matrix": [cell.model_copy(update={"geldig_tot": date(2026, 3, 1)}) for cell in last.matrix]}
    )
    raw = signed(event())
    evening, night = datetime(2026, 3, 1, 22, 59, tzinfo=UTC), datetime(2026, 3, 1, 23, 1, tzinfo=UTC)
    assert isinstance(judged(raw, of=last, now=evening).verdict, Admitted)
    assert isinstance(judged(raw, of=last, now=night).verdict, Refused)


def test_every_problem_is_told_at_once() -> None:
    members = event(
        content=data(occurredAt="2027-01-01T00:00:00Z", municipality="GM9999", reason="anders"), id="111222333"
    )
    assert problems(signed(members, key_id="politie-9")) == {
        ("time-in-future", "data.occurredAt"),
        ("unknown-municipality", "data.municipality"),
        ("correction-invalid", "data.reason"),
        ("identifier-in-clear", "id"),
        ("key-unknown", "dssematerial"),
    }


def test_every_reason_of_this_door_is_reached() -> None:
    told = [reason for _, expected in (*REFUSED.values(), *FORMS.values()) for reason, _ in expected]
    reached = {*told, *(reason for _, reason in SIGNATURES.values()), "type-not-allowed", "no-answer-key"}
    of_the_linker = {
        Reason.SEAL_NOT_OPENABLE, Reason.SEAL_LAYOUT, Reason.TOKENS_EMPTY, Reason.ID_REUSED, Reason.ROOT_MISSING,
        Reason.ALREADY_RETRACTED, Reason.TYPE_OF_ROOT_DIFFERS, Reason.CANNOT_BE_PROCESSED,
    }  # fmt: skip
    assert reached == {reason.value for reason in Reason if reason not in of_the_linker}


def test_received_is_now_by_the_wall_and_the_events_own_time_by_events() -> None:
    raw = signed(event(content=data(occurredAt="2010-03-01T01:40:00Z"), time="2010-03-01T02:00:00Z"))
    assert isinstance(judged(raw).verdict, Refused)
    by_event = judged(raw, event_mode=True)
    assert isinstance(by_event.verdict, Admitted)
    assert by_event.received_at == datetime(2010, 3, 1, 2, 0, tzinfo=UTC)
    assert judged(b"{}", event_mode=True).received_at == NOW
