"""Two people taken for one: the desk says so with four eyes, they come apart, whoever was told is told; and back again."""

import re
from datetime import datetime, timedelta

from tests.e2e.official import Official
from tests.e2e.sender import partner
from tests.e2e.town import Town

POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
BSN = "255555556"
NUMBER_ONLY = {"bsn": BSN}
"""A number that was typed wrongly is somebody else's."""
SOMEBODY = {"bsn": BSN, "givenNames": "Dirk Willem", "surname": "Tweelinga", "birthDate": "1975-05-06"}


def reports(town: Town) -> list[str]:
    """Four nights: two of one person, two of another, under one number."""
    start = (town.now or datetime.fromisoformat("2027-06-01T00:00:00+02:00")) + timedelta(days=1)
    lines = []
    for night in range(4):
        at = (start + timedelta(days=night)).isoformat(timespec="seconds")
        person = NUMBER_ONLY if night < 2 else SOMEBODY
        lines.append({"id": f"two-{night}", "type": POLICE, "registeredAt": at, "occurredAt": at, "municipality": "GM0034",
                      "details": {}, "person": person})  # fmt: skip
    assert {answer.status for answer in town.submit("politie", *lines)} == {"accepted"}
    town.tick(start + timedelta(days=4))
    town.settle()
    return [str(line["id"]) for line in lines]


def alert_on(town: Town, events: list[str], state: str) -> str:
    """Of R1; other rules may speak of these nights as well."""
    [found] = [
        str(a["id"])
        for a in town.alerts()
        if (a["rule"], a["state"], {e[1] for e in a["evidence"]}) == ("R1", state, set(events))
    ]
    return found


def recipients(town: Town, alert: str, subject: str) -> set[str]:
    return {
        to for mail in town.mails() if alert in mail["text"] and subject in mail["subject"] for to in mail["recipients"]
    }


def test_the_desk_takes_two_people_apart_and_joins_them_again(town: Town) -> None:
    events = reports(town)
    assert frozenset(events) in town.persons()
    alert = alert_on(town, events, "candidate")
    reviewer, coordinator = Official(town, "beoordelaar"), Official(town, "coordinator-almere")
    reviewer.decide(alert, "beoordelingen", besluit="vrijgeven").raise_for_status()
    coordinator.decide(alert, "bevestigingen").raise_for_status()

    wrong = [event["nummer"] for event in coordinator.see(alert)["gebeurtenissen"][:2]]
    closing = {"uitkomst": "verkeerde-persoon", "nieuw": "nee"}
    assert coordinator.decide(alert, "sluitingen", **closing).json()["errors"][0]["code"] == "mark-events"
    coordinator.decide(alert, "sluitingen", **closing, anderePersoon=wrong).raise_for_status()
    alone = coordinator.decide(alert, "koppelbesluiten", besluit="bevestigen")
    assert (alone.status_code, alone.json()["errors"][0]["code"]) == (409, "second-person")
    town.settle()
    assert frozenset(events) in town.persons()
    assert recipients(town, alert, "bevestiging") == {"beoordelaar@vangnet.example"}
    assert f"/attenderingen/{alert}" in reviewer.page("/vier-ogen")

    reviewer.decide(alert, "koppelbesluiten", besluit="bevestigen").raise_for_status()
    assert f"/attenderingen/{alert}" not in reviewer.page("/vier-ogen")
    town.settle()
    assert {frozenset(events[:2]), frozenset(events[2:])} <= town.persons()
    seen = coordinator.see(alert)
    assert (seen["status"], seen["gebeurtenissen"]) == ("ingetrokken", [])
    told = {"beoordelaar@vangnet.example", "coordinator-almere@vangnet.example"}
    assert recipients(town, alert, "ingetrokken") >= told
    page = coordinator.page(f"/attenderingen/{alert}")
    assert len(re.findall(r"<del>[^<]*</del><br><small>gaat over iemand anders</small>", page)) == 2
    said = [step["tekst"] for step in seen["verloop"]]
    assert "Koppelbesluit bevestigd: de meldingen gaan niet over één persoon" in said

    doubted = [line for line in partner(town, "politie", "feedback") if line["kind"] == "report-doubted"]
    assert {(line["ownId"], line["reason"]) for line in doubted} == {(own, "verkeerde-persoon") for own in events[:2]}

    coordinator.decide(alert, "koppelbesluiten", besluit="terugdraaien").raise_for_status()
    assert coordinator.decide(alert, "koppelbesluiten", besluit="bevestigen").status_code == 409
    reviewer.decide(alert, "koppelbesluiten", besluit="bevestigen").raise_for_status()
    town.settle()
    assert frozenset(events) in town.persons()
    assert alert_on(town, events, "candidate") != alert
    assert "<del>" not in coordinator.page(f"/attenderingen/{alert}")
