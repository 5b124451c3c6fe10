"""What came of alerts goes onto `vangnet.alerts`, of the stream and of people alike, and says nothing of anybody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiokafka import AIOKafkaConsumer, TopicPartition
from vangnet_contract import topics
from vangnet_contract.messages import AlertChanged, decode_alerts

from tests.integration.notifier.region import START, Region, until


def published(region: Region, alert: str) -> list[tuple[str, AlertChanged, bytes]]:
    """Sequence producer, message and bytes of everything said about an alert."""

    async def read() -> list[tuple[str, AlertChanged, bytes]]:
        where = TopicPartition(topics.ALERTS, 0)
        consumer = AIOKafkaConsumer(bootstrap_servers=region.kafka.bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        try:
            consumer.assign([where])
            end = (await consumer.end_offsets([where]))[where]
            await consumer.seek_to_beginning(where)
            found = []
            while await consumer.position(where) < end:
                record = await consumer.getone()
                if record.key == alert.encode():
                    producer = dict(record.headers)["vangnet-seq"].decode().rpartition("/")[0]
                    found.append((producer, decode_alerts(record.value), record.value))
            return found
        finally:
            await consumer.stop()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(read())).result()


def test_every_step_is_published_with_the_outcome_and_without_the_person(region: Region) -> None:
    person = region.person()
    made = region.raise_signal(person)
    alert = region.alert(person)
    region.log_in("beoordelaar").press(alert, "Vrijgeven")
    coordinator = region.log_in("coordinator-almere")
    coordinator.press(alert, "Ik heb deze attendering ontvangen")
    coordinator.press(alert, "In behandeling nemen")
    wrong = coordinator.decide(alert, "dossiernummers", {"versie": 4, "dossiernummer": "123456782"})
    assert wrong.status_code == 409 and wrong.json()["errors"][0]["code"] == "reference-identifies"
    coordinator.press(alert, "Bewaren", dossiernummer="Z-2026/17")
    assert coordinator.see(alert)["dossiernummer"] == "Z-2026/17"
    assert region.log_in("beoordelaar").see(alert)["dossiernummer"] is None
    day = {"interventie": "bemoeizorg", "begonnenOp": START.date().isoformat()}
    coordinator.press(alert, "Sluiten", uitkomst="zorg-gestart", nieuw="ja", **day)

    said = until(lambda: found if len(found := published(region, alert)) >= 5 else [], "five messages")
    assert [message.state for _, message, _ in said] == [
        "candidate",
        "released",
        "acknowledged",
        "in-progress",
        "closed",
    ]
    assert [producer.startswith("notifier/http") for producer, _, _ in said] == [False, True, True, True, True]
    assert [message.version for _, message, _ in said] == [1, 2, 3, 4, 6]  # the file reference is nobody else's
    last = said[-1][1]
    assert (last.outcome, last.novelty, last.intervention) == ("zorg-gestart", "ja", "bemoeizorg")
    assert last.started_on == START.date() and last.municipality == "GM0034"
    assert last.crossing_received_at == max(item.received_at for item in made.evidence)
    assert last.released_at and last.acknowledged_at and last.closed_at
    facts = [person, "Z-2026/17", "coordinator", *(item.event.id for item in made.evidence if len(item.event.id) > 3)]
    assert not [fact for fact in facts for _, _, raw in said if fact.encode() in raw]


def test_what_is_on_trial_is_not_published(region: Region) -> None:
    person, marker = region.person(), region.person()
    region.raise_signal(person, mode="schaduw")
    shadow = region.alert(person, "shadow")
    region.log_in("beoordelaar").press(shadow, "Antwoord geven", antwoord="ja")
    assert region.log_in("beoordelaar").see(shadow)["proefantwoord"] == "ja"
    region.raise_signal(marker)
    candidate = region.alert(marker)
    until(lambda: published(region, candidate), "the candidate")
    assert published(region, shadow) == []


def test_an_alert_goes_to_another_municipality_and_out_of_sight_of_the_first(region: Region) -> None:
    person = region.person()
    region.raise_signal(person)
    alert = region.alert(person)
    region.log_in("beoordelaar").press(alert, "Vrijgeven")
    almere, urk = region.log_in("coordinator-almere"), region.log_in("coordinator-urk")
    almere.press(alert, "Ik heb deze attendering ontvangen")
    assert urk.http.get(f"/attenderingen/{alert}").status_code == 404
    done = almere.press(alert, "Overdragen", gemeente="GM0184")
    assert done.status_code == 200 and "Overgedragen." in done.text and alert not in done.text
    assert almere.http.get(f"/attenderingen/{alert}").status_code == 404
    assert "aan Urk" in urk.page(f"/attenderingen/{alert}")
    subjects = [mail["subject"] for mail in region.wait_for_mails(alert, 3)]
    assert any("aan uw gemeente overgedragen" in subject for subject in subjects)
    assert urk.press(alert, "Ik heb deze attendering ontvangen").status_code == 200
