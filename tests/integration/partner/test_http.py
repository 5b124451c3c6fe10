"""--via http: a real issuer of access tokens and a real ingest; the region answers what ingest let in."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from vangnet_contract.policy import load_policy
from vangnet_contract.topics import EVENTS_ACCEPTED, catalogue
from vangnet_local.kafka import Kafka
from vangnet_local.people.settings import Settings
from vangnet_local.ports import LOOPBACK, free_ports
from vangnet_local.processes import Child, Folders, Program, answers_ok
from vangnet_pseudonym import keys
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import make_topics

from tests.integration.ingest.rig import AUDIENCE, SHIPPED, Ingest
from tests.integration.partner.stage import VALID, Evaluators, Stage, event_line

PARTNER = "politie"


@dataclass(frozen=True)
class Issuer:
    """As the ingest rig wants it."""

    url: str


@dataclass
class Door:
    """Ingest, and the process that gives out access tokens."""

    ingest: Ingest
    people: Child
    seal_key: bytes
    client_key: bytes


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, kafka: Kafka, evaluators: Evaluators) -> Iterator[Door]:
    """Both run; a test that stops one starts it again."""
    folder = tmp_path_factory.mktemp("door")
    seal_key = keys.new_seal_key()
    policy = _policy(folder / "policy", evaluators, seal_key)
    make_topics(Broker(kafka.bootstrap), catalogue(partner.name for partner in load_policy(policy).partners))
    client_key, settings = _people(folder, policy)
    program = Program(
        "people",
        [sys.executable, "-m", "vangnet_local.people"],
        lambda: answers_ok(settings.http_port),
        settings.environment(),
    )
    people = Child(program, Folders(folder / "run", folder / "logs"))
    ingest = Ingest(kafka, Issuer(settings.token_issuer), policy, folder, clock="event")
    for child in (people, ingest.child):
        child.start()
    for child in (people, ingest.child):
        child.wait_ready()
    yield Door(ingest, people, seal_key, client_key)
    ingest.child.stop()
    people.stop()


@pytest.fixture
def stage(tmp_path: Path, kafka: Kafka, evaluators: Evaluators, door: Door) -> Stage:
    """A partner whose way in is HTTP."""
    prepared = Stage(tmp_path, PARTNER, kafka.bootstrap, evaluators, door.seal_key)
    prepared.prepare()
    (tmp_path / "client-key.pem").write_bytes(door.client_key)
    http = {
        "url": f"http://{LOOPBACK}:{door.ingest.http_port}",
        "token_endpoint": f"{door.ingest.issuer.url}/token",
        "client_id": PARTNER,
        "key_file": "client-key.pem",
    }
    prepared.configure(http=http, limits={"retry_seconds": 2.0, "answer_seconds": 60.0})
    return prepared


async def test_a_batch_goes_in_untouched_and_every_line_is_answered(stage: Stage) -> None:
    lines = [event_line(1), event_line(2, grondslag="onbekend"), event_line(3, person=None)]
    async with stage.region(topic=EVENTS_ACCEPTED) as region:
        done = await stage.run("submit", "--via", "http", str(stage.write(lines)))
    assert done.code == 65, done.said
    assert {answer["line"]: answer["status"] for answer in done.answers} == {
        1: "accepted",
        2: "rejected",
        3: "accepted",
    }
    assert [received.event.id for received in region.received] == ["2026-000001", "2026-000003"]


async def test_the_door_is_away_then_back(stage: Stage, door: Door) -> None:
    door.ingest.child.stop()
    (away,) = await stage.submit(event_line(4), via="http")
    door.people.stop()
    (no_token,) = await stage.submit(event_line(4), via="http")
    for child in (door.people, door.ingest.child):
        child.start()
    for child in (door.people, door.ingest.child):
        child.wait_ready()
    async with stage.region(topic=EVENTS_ACCEPTED) as region:
        (back,) = await stage.submit(event_line(4), via="http")
    assert (away.status, no_token.status, back.status) == ("spooled", "spooled", "accepted")
    assert len(region.of("2026-000004")) == 1


async def test_a_client_that_is_not_known_is_told_so(stage: Stage) -> None:
    (stage.folder / "client-key.pem").write_bytes(_private_pem())
    done = await stage.run("submit", "--via", "http", str(stage.write([event_line(5)])))
    assert done.code == 78
    assert "refused client politie" in done.said


def _policy(folder: Path, evaluators: Evaluators, seal_key: bytes) -> Path:
    copytree(SHIPPED / "demo", folder)
    public = keys.verifying_key_text(evaluators.signing[PARTNER])
    members = {
        "partners": {PARTNER: [{"keyId": f"{PARTNER}-1", "publicKey": public, **VALID}]},
        "seal": [{"keyId": "seal-1", "publicKey": keys.to_text(keys.seal_public_key(seal_key)), **VALID}],
        "epochs": [{"epoch": 1, "publicKey": evaluators.pinned}],
    }
    (folder / "keys.yaml").write_text(yaml.safe_dump(members))
    return folder


def _people(folder: Path, policy: Path) -> tuple[bytes, Settings]:
    """The partner's client key, which the issuer knows, and the issuer's settings."""
    client_key = _private_pem()
    (folder / "clients").mkdir()
    (folder / "clients" / f"{PARTNER}.pem").write_bytes(_public_pem(client_key))
    (folder / "issuer.pem").write_bytes(_private_pem())
    (folder / "secret").write_text("secret-of-a-test")
    http_port, smtp_port = free_ports(2)
    return client_key, Settings(
        http_port=http_port,
        smtp_port=smtp_port,
        folder=folder / "people",
        policy=policy,
        signing_key=folder / "issuer.pem",
        clients=folder / "clients",
        oidc_client_id="inbox",
        oidc_client_secret_file=folder / "secret",
        oidc_redirect_uri=f"http://{LOOPBACK}:1/terug",
        token_audience=AUDIENCE,
    )


def _private_pem() -> bytes:
    key = generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_pem(private: bytes) -> bytes:
    key = load_pem_private_key(private, None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
