"""From a signal to somebody who acts, through real Kafka, PostgreSQL, login and SMTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.integration.notifier.region import Region, items
from tests.unit.notifier.signals import signal

TO_REVIEW = "DEMO, geen echte gegevens – Nieuwe attendering om te beoordelen"


def to(mails: list[dict[str, object]]) -> list[tuple[object, str]]:
    return [(mail["recipients"], str(mail["subject"]).partition(" – ")[2]) for mail in mails]


def test_signal_mail_release_mail_acknowledge_close(region: Region) -> None:
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    assert to(region.wait_for_mails(alert, 1)) == [
        (["beoordelaar@vangnet.example"], "Nieuwe attendering om te beoordelen")
    ]

    reviewer = region.log_in("beoordelaar")
    assert f"/attenderingen/{alert}" in reviewer.page("/?status=kandidaat")
    coordinator = region.log_in("coordinator-almere")
    assert alert not in coordinator.page("/?status=alles")
    assert coordinator.http.get(f"/attenderingen/{alert}").status_code == 404
    assert coordinator.http.get(f"/v1/attenderingen/{alert}").status_code == 404

    page = reviewer.page(f"/attenderingen/{alert}")
    assert (
        "4 voorvallen (4 meldingen) in 90 dagen: 13 jan, 14 jan, 15 jan, 16 jan; drempel 4; in zorg: onbekend." in page
    )
    released = reviewer.press(alert, "Vrijgeven")
    assert released.status_code == 200 and "Vrijgegeven. De coördinatoren krijgen een mail." in released.text
    assert to(region.wait_for_mails(alert, 2))[1:] == [
        (["coordinator-almere@vangnet.example"], "Nieuwe attendering voor uw gemeente")
    ]

    assert f"/attenderingen/{alert}" in coordinator.page("/")
    assert region.log_in("coordinator-urk").http.get(f"/attenderingen/{alert}").status_code == 404
    held = coordinator.press(alert, "Ik heb deze attendering ontvangen")
    assert "De ontvangst is bevestigd." in held.text
    closed = coordinator.press(alert, "Sluiten", uitkomst="contact-gelegd", nieuw="ja")
    assert "Gesloten: Er is contact gelegd" in closed.text

    seen = coordinator.see(alert)
    assert (seen["status"], seen["gemeente"], seen["besluiten"]) == (
        "gesloten",
        "GM0034",
        ["heropeningen", "dossiernummers"],
    )
    first = seen["gebeurtenissen"][0]
    assert len(first.pop("nummer")) == 32 and first == {
        "groep": "politie",
        "soort": "Overlast door verward/overspannen persoon",
        "datum": "2026-01-13",
        "uwMelding": None,
    }
    assert seen["kenmerk"] != reviewer_reference(region, alert) and person not in str(seen) + page + closed.text
    (row,) = region.exported(person)
    assert (row["state"], row["lead"], row["occurrences"], len(row["evidence"])) == ("closed", "GM0034", 4, 4)
    trail = region.rows(
        f"SELECT action, user_id, before_state, after_state FROM trail WHERE alert = '{alert}' ORDER BY id"
    )
    steps = [line for line in trail if line[0] not in ("view", "mail")]
    assert steps == [
        ["raise", "systeem", "", "candidate"],
        ["release", "beoordelaar", "candidate", "released"],
        ["acknowledge", "coordinator-almere", "released", "acknowledged"],
        ["close", "coordinator-almere", "acknowledged", "closed"],
    ]
    assert ["view", "beoordelaar", "", ""] in trail and ["mail", "systeem", "", ""] in trail


def reviewer_reference(region: Region, alert: str) -> str:
    return str(region.log_in("beoordelaar").see(alert)["kenmerk"])


def test_two_reviewers_at_once_one_wins_and_the_other_is_told(region: Region) -> None:
    people = [region.log_in("beoordelaar"), region.log_in("piket")]
    for _ in range(3):
        person = region.person()
        region.raise_signal(person)
        alert = region.alert(person)
        decisions = [{"besluit": "vrijgeven", "versie": 1}, {"besluit": "afwijzen", "reden": "al-bekend", "versie": 1}]
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(lambda w, a=alert: w[0].decide(a, "beoordelingen", w[1]), zip(people, decisions, strict=True))
            )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        lost = next(answer for answer in answers if answer.status_code == 409)
        assert lost.json()["errors"][0]["code"] in ("already-reviewed", "declined")
        assert (
            len(region.rows(f"SELECT 1 FROM trail WHERE alert = '{alert}' AND action IN ('release', 'decline')")) == 1
        )


def test_what_changed_meanwhile_must_be_seen_first(region: Region) -> None:
    person = region.person()
    made = region.raise_signal(person)
    alert = region.alert(person)
    region.publish(signal("updated", signal_id=made.id, person=person, items=items(1, 2, 3, 4, 5), at=made.at))
    reviewer = region.log_in("beoordelaar")
    while reviewer.see(alert)["versie"] == 1:
        pass
    refused = reviewer.decide(alert, "beoordelingen", {"besluit": "vrijgeven", "versie": 1})
    assert refused.status_code == 409 and refused.json()["errors"][0]["code"] == "changed-meanwhile"
    page = reviewer.page(f"/attenderingen/{alert}")
    assert "Nieuwe gebeurtenis toegevoegd" in page
    assert reviewer.press(alert, "Vrijgeven").status_code == 200
    again = reviewer.http.post(
        f"/attenderingen/{alert}/beoordelingen", data={"csrf": reviewer.csrf, "versie": "2", "besluit": "vrijgeven"}
    )
    assert again.status_code == 409 and "Deze attendering is al beoordeeld." in again.text


def test_a_withdrawal_reaches_everyone_who_was_told_or_looked(region: Region) -> None:
    person = region.person()
    made = region.raise_signal(person)
    alert = region.alert(person)
    region.log_in("piket").see(alert)  # opened, not mailed
    region.log_in("beoordelaar").press(alert, "Vrijgeven")
    region.wait_for_mails(alert, 2)
    region.publish(signal("withdrawn", signal_id=made.id, person=person, items=(), at=made.at))
    mails = region.wait_for_mails(alert, 5)[2:]
    assert {str(mail["recipients"]) for mail in mails} == {
        "['beoordelaar@vangnet.example']",
        "['coordinator-almere@vangnet.example']",
        "['piket@vangnet.example']",
    }
    assert all("ingetrokken, niet meer gebruiken" in mail["subject"] for mail in mails)
    page = region.log_in("coordinator-almere").page(f"/attenderingen/{alert}")
    assert "Gebruik niet meer wat u hier eerder zag." in page and "Overlast" not in page
    (row,) = region.exported(person)
    assert (row["state"], row["evidence"], row["occurrences"]) == ("withdrawn", [], 0)


def test_not_reviewed_in_time_goes_to_the_escalation_contacts_by_the_clock_of_the_stream(region: Region) -> None:
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    region.wait_for_mails(alert, 1)
    region.let_time_pass(timedelta(minutes=29))
    region.let_time_pass(timedelta(minutes=1))
    mails = region.wait_for_mails(alert, 2)
    assert to(mails)[1:] == [(["piket@vangnet.example"], "Attendering niet op tijd beoordeeld")]
    assert "niet op tijd beoordeeld" in region.log_in("piket").page(f"/attenderingen/{alert}")


def test_a_shadow_is_for_reviewers_only_and_mails_nobody(region: Region) -> None:
    person = region.person()
    region.raise_signal(person, mode="schaduw")
    alert = region.alert(person, "shadow")
    marker = region.person()
    region.raise_signal(marker)
    region.wait_for_mails(region.alert(marker), 1)  # whatever was to be mailed before has been
    assert region.mails(alert) == []
    reviewer = region.log_in("beoordelaar")
    assert "Deze regel draait op proef (schaduw)." in reviewer.page(f"/attenderingen/{alert}")
    refused = reviewer.decide(alert, "beoordelingen", {"besluit": "vrijgeven", "versie": 1})
    assert refused.status_code == 409 and refused.json()["errors"][0]["code"] == "shadow"
    assert region.log_in("coordinator-almere").http.get(f"/attenderingen/{alert}").status_code == 404


def test_mails_say_nothing_about_anybody(region: Region) -> None:
    person = region.person()
    made = region.raise_signal(person)
    alert = region.alert(person)
    region.log_in("beoordelaar").press(alert, "Vrijgeven")
    for mail in region.wait_for_mails(alert, 2):
        told = mail["subject"] + mail["text"]
        facts = [person, person[:12], "R1", "Herhaling", "Almere", "politie", "Overlast", "januari", "voorval", "zorg:"]
        facts += [item.event.id + " " for item in made.evidence]
        assert not [
            fact for fact in facts if fact in told.replace("coordinator-almere", "").replace("Coördinator Almere", "")
        ]
        assert (
            "DEMO, geen echte gegevens" in told and "Geen noodkanaal: bij direct gevaar 112 of de crisisdienst." in told
        )
        assert mail["message_id"].endswith("@vangnet.example>")
