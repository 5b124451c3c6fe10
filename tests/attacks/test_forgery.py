"""Forging events, further: byte by byte, member by member, and in another's name."""

import json
from functools import partial
from typing import Any

import pytest
from vangnet_contract.event import Event, read_event
from vangnet_contract.reasons import Reason
from vangnet_contract.topics import EVENTS_ACCEPTED, catalogue, feedback, inbound
from vangnet_ingest.domain.admission import Refused
from vangnet_pseudonym import keys, signature

from tests.attacks import region
from tests.attacks.forging import Change, believed, reasons, rewritten
from tests.attacks.region import CARE, line, person, sent

SIGNED = sent(line("e-1", person(), district="WK003401", incident="i-1"))
ORIGINAL = believed(SIGNED)


def test_every_byte_changed_is_refused_or_says_the_same() -> None:
    """Of the 1,430 characters of the seal every tenth."""
    seal = region.identity(SIGNED)["sealed"].encode()
    start, end = SIGNED.index(seal), SIGNED.index(seal) + len(seal)
    for at in (*range(start), *range(start, end, 10), *range(end, len(SIGNED))):
        changed = SIGNED[:at] + bytes([SIGNED[at] ^ 1]) + SIGNED[at + 1 :]
        assert believed(changed) in (None, ORIGINAL), at
        assert not region.admitted(changed) or believed(changed) == ORIGINAL, at


MEMBERS: dict[str, Change] = {
    "id": lambda event: event.update(id="e-2"),
    "type": lambda event: event.update(type="nl.oggz-signalen.veiligheid.zorgmelding.v1"),
    "time": lambda event: event.update(time="2026-03-01T02:10:01+01:00"),
    "occurredAt": lambda event: event["data"].update(occurredAt="2026-03-01T01:40:01+01:00"),
    "municipality": lambda event: event["data"].update(municipality="GM0995", district="WK099501"),
    "district": lambda event: event["data"].pop("district"),
    "incident": lambda event: event["data"].update(incident="i-2"),
    "corrects": lambda event: event["data"].update(corrects="e-0"),
    "vrijgave": lambda event: event["data"].update(vrijgave={"niveau": "datum"}),
    "identity": lambda event: event["data"].pop("identity"),
}


@pytest.mark.parametrize("member", MEMBERS)
def test_no_member_can_be_changed(member: str) -> None:
    changed = rewritten(SIGNED, MEMBERS[member])
    assert not region.admitted(changed)
    assert Reason.SIGNATURE_INVALID in reasons(changed)

    assert region.admitted(rewritten(SIGNED, MEMBERS[member], signer="politie")), "signed by the partner it is good"


def test_nobody_else_signs_for_a_partner() -> None:
    def stranger(key_id: str) -> Change:
        event = read_event(SIGNED)
        assert isinstance(event, Event)
        material = signature.sign_event(event.attributes, event.data_bytes, keys.new_signing_key(), key_id)
        return lambda event: event.update(dssematerial=material)

    unsigned: Change = lambda event: event.pop("dssematerial")  # noqa: E731  named for what it does
    for change, signer in ((unsigned, None), (stranger("politie-1"), None), (stranger("x-1"), None), (len, "ggz")):
        forged = rewritten(SIGNED, change, signer)
        assert not region.admitted(forged)
        assert believed(forged) is None

    assert region.admitted(rewritten(SIGNED, len, "politie")), "the partner itself does"


def test_what_a_newspaper_reader_needs_is_refused_at_the_door() -> None:
    """A partner's software that would show it: district, or details in clear, of a sensitive event."""
    sensitive = sent(line("e-1", person(), type=CARE, details={"fase": "start"}), "ggz")
    for more, field in (({"district": "WK003401"}, "district"), ({"details": {"fase": "start"}}, "details")):
        shown = rewritten(sensitive, partial(_update_data, more), signer="ggz")
        verdict = region.verdict(shown, "ggz")
        assert isinstance(verdict, Refused)
        assert [problem.field for problem in verdict.problems] == [f"data.{field}"]
    eviction = "nl.oggz-signalen.wonen.huisuitzetting.v1"
    less = sent(line("e-1", person(), type=eviction, details={"fase": "ontruimd"}, district="WK003401"), "wonen")
    assert region.admitted(less, "wonen"), "a less sensitive one may show both"
    assert json.loads(less)["data"]["district"] and json.loads(less)["data"]["details"]


def test_only_one_service_is_named_as_reader_of_a_topic_with_sealed_identities() -> None:
    topics = {topic.name: topic for topic in catalogue(["politie", "ggz"])}
    assert topics[EVENTS_ACCEPTED].readers == ("linker",)
    assert topics[inbound("ggz")].readers == ("ingest",)
    assert topics[feedback("ggz")].readers == ("partner-ggz",)


def _update_data(more: dict[str, Any], event: dict[str, Any]) -> None:
    event["data"].update(more)
