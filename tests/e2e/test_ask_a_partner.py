"""A coordinator asks the partner behind a report to make contact; the partner sees it, answers, and the desk shows the answer."""

from datetime import datetime, timedelta

from vangnet_contract import topics

from tests.e2e.official import Official
from tests.e2e.sender import partner
from tests.e2e.town import Town

POLICE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
OBJECTION = "nl.oggz-signalen.beheer.vrijgavebezwaar.v1"
PERSON = {"bsn": "244444444", "givenNames": "Elise Roos", "surname": "Vraagbaak", "birthDate": "1982-07-08"}


def reported(town: Town) -> tuple[str, datetime]:
    """Four nights of one person; the alert that they make."""
    start = (town.now or datetime.fromisoformat("2027-06-01T00:00:00+02:00")) + timedelta(days=1)
    events = []
    for night in range(4):
        at = (start + timedelta(days=night)).isoformat(timespec="seconds")
        events.append({"id": f"ask-{night}", "type": POLICE, "registeredAt": at, "occurredAt": at, "municipality": "GM0034",
                       "details": {}, "person": PERSON})  # fmt: skip
    assert {answer.status for answer in town.submit("politie", *events)} == {"accepted"}
    town.tick(start + timedelta(days=4))
    town.settle()
    names = {event["id"] for event in events}
    [alert] = [a["id"] for a in town.alerts() if a["rule"] == "R1" and {e[1] for e in a["evidence"]} == names]
    return str(alert), start + timedelta(days=4)


def objects(town: Town, now: datetime) -> None:
    """The partner does not want its first report to be released."""
    at = now.isoformat(timespec="seconds")
    line = {"id": "ask-no", "type": OBJECTION, "registeredAt": at, "occurredAt": at,
            "details": {"melding": "ask-0", "grond": "onderzoeksbelang"}}  # fmt: skip
    assert [answer.status for answer in town.submit("politie", line)] == ["accepted"]
    town.settle()


def test_a_partner_is_asked_and_answers(town: Town) -> None:
    alert, now = reported(town)
    reviewer, coordinator = Official(town, "beoordelaar"), Official(town, "coordinator-almere")
    objects(town, now)
    page = reviewer.page(f"/attenderingen/{alert}")
    assert "Bezwaar tegen vrijgave" in page and "Reden: belang van een onderzoek" in page
    assert "Zeker: de meldingen horen bij één persoon" in page
    reviewer.decide(alert, "beoordelingen", besluit="vrijgeven").raise_for_status()
    assert "Bezwaar tegen vrijgave" not in coordinator.page(f"/attenderingen/{alert}")
    coordinator.decide(alert, "bevestigingen").raise_for_status()
    second = coordinator.see(alert)["gebeurtenissen"][1]["nummer"]
    asking = {"gebeurtenis": second, "doel": "contact-opnemen", "grondslag": "avg-6-1-e", "dringend": "nee"}
    asked = coordinator.decide(alert, "contactverzoeken", **asking).raise_for_status().json()["contactverzoeken"]
    request = str(asked[0]["id"])
    town.settle()
    assert partner(town, "politie", "requests") == []
    assert f"/attenderingen/{alert}" in reviewer.page("/vier-ogen")

    reviewer.decide(alert, "contactbesluiten", besluit="bevestigen", verzoek=request).raise_for_status()
    town.settle()
    [shown] = partner(town, "politie", "requests")
    assert (shown["request"], shown["ownId"], shown["municipality"], shown["answers"]) == (
        request,
        "ask-1",
        "GM0034",
        [],
    )
    for other in ("ggz", "gemeente"):
        assert partner(town, other, "requests") == []
    said = [value for _, value in town.read(topics.feedback("politie")) if request.encode() in value]
    assert len(said) == 1 and alert.encode() not in said[0]

    at = (now + timedelta(minutes=1)).isoformat(timespec="seconds")
    [sent] = partner(town, "politie", "answer", request, "al-in-beeld", "--ground", "anders", "--at", at)
    assert sent["status"] == "accepted"
    town.settle()
    [one] = coordinator.see(alert)["contactverzoeken"]
    assert (one["antwoord"], one["reden"]) == ("al-in-beeld", "anders")
    assert "Antwoord: De persoon was al in beeld (een andere reden)." in coordinator.page(f"/attenderingen/{alert}")
    assert partner(town, "politie", "own-id", "ask-1") == [{"eventId": "ask-1", "ownId": "ask-1"}]
    assert [asked["answers"] for asked in partner(town, "politie", "requests")] == [["al-in-beeld"]]

    gone = {"id": "ask-1-gone", "type": POLICE, "registeredAt": at, "occurredAt": at, "retracts": "ask-1"}
    town.submit("politie", gone | {"municipality": "GM0034"})
    town.settle()
    assert partner(town, "politie", "requests") == []  # taken back with the event
    assert coordinator.see(alert)["contactverzoeken"][0]["vervallenOp"]
