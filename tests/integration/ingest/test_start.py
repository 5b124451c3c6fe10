"""How it starts, by the event clock and with settings that cannot be."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from vangnet_contract.stamp import read_stamp
from vangnet_contract.topics import EVENTS_ACCEPTED, catalogue
from vangnet_local.kafka import Kafka
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.programs import command

from tests.integration.ingest.rig import Ingest, Issuer, connected, policy_folder, running
from tests.unit.ingest.region import data, event, signed

OLD = signed(event(content=data(occurredAt="2010-03-01T01:40:00+01:00"), time="2010-03-01T02:10:00+01:00"))


@pytest.fixture
def by_events(kafka: Kafka, tmp_path: Path) -> Iterator[Ingest]:
    with running(kafka, tmp_path, clock="event") as process:
        yield process


async def test_by_the_event_clock_an_event_is_received_when_it_was_registered_and_no_time_is_told(
    kafka: Kafka, by_events: Ingest
) -> None:
    async with connected(kafka) as partners:
        assert by_events.post(OLD).status_code == 202
        await partners.send(OLD)
        records = await partners.logs.until(EVENTS_ACCEPTED, lambda found: len(found) >= 2)
        assert [record.value for record in records] == [OLD, OLD]
        stamps = [read_stamp(record.headers) for record in records]
        assert [stamp and stamp.received_at for stamp in stamps] == [datetime(2010, 3, 1, 1, 10, tzinfo=UTC)] * 2
        with pytest.raises(AssertionError, match="only 0"):
            await partners.logs.until(EVENTS_ACCEPTED, lambda found: len(found) > 0, within=5.5)


def test_topics_are_made_once_and_another_number_of_partitions_is_refused(kafka: Kafka, tmp_path: Path) -> None:
    issuer = Issuer()
    ingest = Ingest(kafka, issuer, policy_folder(tmp_path / "policy"), tmp_path)
    ingest.make_topics()
    assert ingest.make_topics().splitlines()[-1] == "all topics exist"
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    wanted = {topic.name for topic in catalogue(["politie", "ggz", "ambulance", "gemeente", "wonen", "client"])}
    assert wanted <= set(admin.list_topics())
    admin.close()

    partners = tmp_path / "policy" / "partners.yaml"
    partners.write_text(
        partners.read_text()
        + '  - {name: buur, title: Buur, sources: ["urn:nld:oin:00000000000000000107:systeem:x"]}\n'
    )
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    admin.create_topics({"vangnet.in.buur": {"num_partitions": 2}})
    admin.wait_for_topics(["vangnet.in.buur"])
    admin.close()
    said = subprocess.run(
        [command("ingest"), "topics"], env=ingest.environment, capture_output=True, text=True, check=False
    )
    issuer.close()
    assert said.returncode == 1
    assert "vangnet.in.buur has 2 partition(s), the catalogue wants 1" in said.stderr
    assert "Traceback" not in said.stderr


def started_with(folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    http, metrics, nobody = free_ports(3)
    environment = {
        "VANGNET_KAFKA": f"{LOOPBACK}:{nobody}",
        "VANGNET_POLICY": str(folder / "policy"),
        "VANGNET_HTTP_PORT": str(http),
        "VANGNET_METRICS_PORT": str(metrics),
        "VANGNET_TOKEN_ISSUER": "https://issuer.example",
        "VANGNET_TOKEN_AUDIENCE": "https://vangnet.example/v1",
        "VANGNET_TOKEN_JWKS_URL": "https://issuer.example/jwks",
    } | changes
    return subprocess.run(
        [command("ingest"), "run"], env=environment, capture_output=True, text=True, check=False, timeout=30
    )


def test_it_refuses_to_start_with_a_policy_that_is_not_one(tmp_path: Path) -> None:
    policy = policy_folder(tmp_path / "policy")
    (policy / "region.yaml").write_text("name: 7\n")
    (policy / "rules.yaml").unlink()
    ended = started_with(tmp_path)
    assert ended.returncode == 1
    assert "cannot start: VANGNET_POLICY" in ended.stderr
    assert "rules.yaml" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_refuses_to_start_with_a_key_that_is_not_one(tmp_path: Path) -> None:
    policy = policy_folder(tmp_path / "policy")
    keys = policy / "keys.yaml"
    keys.write_text(keys.read_text().replace("publicKey: MFkw", "publicKey: AAAA", 1))
    ended = started_with(tmp_path)
    assert ended.returncode == 1
    assert "ECDSA P-256" in ended.stderr


def test_it_says_which_settings_are_missing(tmp_path: Path) -> None:
    ended = started_with(
        tmp_path, VANGNET_KAFKA="", VANGNET_TOKEN_JWKS_URL="", VANGNET_POLICY=str(tmp_path / "nowhere")
    )
    assert ended.returncode == 78
    assert {"VANGNET_KAFKA", "VANGNET_TOKEN_JWKS_URL", "VANGNET_POLICY"} <= set(ended.stderr.replace("(", " ").split())
