"""A secured broker: everybody may do what the catalogue of topics says and nothing else; whoever comes wrongly is told why in one line."""

import asyncio
import secrets
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import kafka.errors
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import ClusterAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError
from kafka import KafkaAdminClient
from kafka.admin import ACLOperation, ResourceType, ScramMechanism, UserScramCredentialUpsertion
from vangnet_contract.topics import Topic, catalogue, feedback, inbound
from vangnet_local import pki
from vangnet_local.control import status
from vangnet_local.kafka import Kafka, Tls
from vangnet_local.kafka_access import GROUPS, Rule, as_acl, grant, principals
from vangnet_local.platform import Platform
from vangnet_local.ports import LOOPBACK, free_port
from vangnet_partner.config import KafkaConfig
from vangnet_partner.doors.kafka import KafkaDoor
from vangnet_partner.patience import Away, Patience
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import KafkaAway, connect_admin, make_topics

from tests.e2e.town import Town

NUISANCE = "nl.oggz-signalen.veiligheid.overlast-verward-gedrag.v1"
PARTNERS = ["ggz", "politie"]
TOPICS = catalogue(PARTNERS)
EVERYBODY = principals(TOPICS)


class Secured:
    """A broker with users and rules. `passwords` by user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kafka = Kafka(folder / "kafka", tls=Tls(folder / "pki", free_port()))
        self.passwords = {name: secrets.token_urlsafe(12) for name in EVERYBODY}

    def start(self) -> None:
        self.kafka.start()
        grant(self.kafka.admin, TOPICS, self.passwords)
        make_topics(self.kafka.admin, TOPICS)

    def user(self, name: str, **changes: object) -> Broker:
        broker = Broker(self.kafka.bootstrap, "SASL_SSL", self.folder / "pki" / "ca.pem", name, self.passwords[name])
        return broker._replace(**changes)

    def partner(self, name: str, **changes: object) -> KafkaConfig:
        word = self.folder / f"{name}-{secrets.token_hex(4)}"
        word.write_text(str(changes.pop("password", self.passwords[f"partner-{name}"])))
        values = {"bootstrap": self.kafka.bootstrap, "security": "SASL_SSL", "username": f"partner-{name}", "password_file": word,
                  "ca_file": self.folder / "pki" / "ca.pem"} | changes  # fmt: skip
        return KafkaConfig.model_validate(values)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    made = Secured(tmp_path_factory.mktemp("secured"))
    made.start()
    yield made
    made.kafka.stop()


async def written(broker: Broker, topics: Iterable[str]) -> set[str]:
    """Those that may be written."""
    producer = AIOKafkaProducer(**broker.options(), enable_idempotence=True, acks="all", request_timeout_ms=5_000)
    found = set()
    try:
        await producer.start()
        for topic in topics:
            with suppress(TopicAuthorizationFailedError):
                await asyncio.wait_for(producer.send_and_wait(topic, b"x", partition=0), 10)
                found.add(topic)
    except ClusterAuthorizationFailedError:  # who may write nothing gets no producer id either
        return set()
    finally:
        await producer.stop()
    return found


async def read(broker: Broker, topics: Iterable[str]) -> set[str]:
    """Those that may be read. Who may read one also sees that it is there."""
    found = set()
    async with AIOKafkaConsumer(**broker.options(), enable_auto_commit=False, auto_offset_reset="earliest") as consumer:
        seen = await consumer.topics()
        for topic in seen & set(topics):
            consumer.assign([TopicPartition(topic, 0)])
            with suppress(TopicAuthorizationFailedError):
                await asyncio.wait_for(consumer.getone(), 10)
                found.add(topic)
    return found


def may_write(broker: Broker, topic: str) -> bool:
    return asyncio.run(written(broker, [topic])) == {topic}


def may_read(broker: Broker, topic: str) -> bool:
    return asyncio.run(read(broker, [topic])) == {topic}


@pytest.mark.parametrize("name", EVERYBODY)
async def test_everybody_may_write_and_read_what_the_catalogue_says_and_nothing_else(
    secured: Secured, name: str
) -> None:
    every = {topic.name for topic in TOPICS}
    assert await written(secured.kafka.admin, every) == every == await read(secured.kafka.admin, every)
    assert await written(secured.user(name), every) == {topic.name for topic in TOPICS if name in topic.writers}
    assert await read(secured.user(name), every) == {topic.name for topic in TOPICS if name in topic.readers}


def make_rule(admin: KafkaAdminClient) -> None:
    rule = Rule("partner-ggz", ResourceType.TOPIC, "vangnet.persons", ACLOperation.READ)
    for fault in admin.create_acls([as_acl(rule)])["failed"]:
        raise fault


def make_user(admin: KafkaAdminClient) -> None:
    word = UserScramCredentialUpsertion("stranger", ScramMechanism.SCRAM_SHA_512, "x", 4096)
    if any(admin.alter_user_scram_credentials([word]).values()):
        raise kafka.errors.KafkaError


FORBIDDEN: dict[str, Callable[[KafkaAdminClient], object]] = {
    "make a topic": lambda admin: admin.create_topics({"other": {"num_partitions": 1}}),
    "delete a topic": lambda admin: admin.delete_topics(["vangnet.persons"]),
    "delete a partner's topic": lambda admin: admin.delete_topics([inbound("ggz")]),
    "change a topic": lambda admin: admin.create_partitions({"vangnet.persons": 9}),
    "make a rule": make_rule,
    "make a user": make_user,
}


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_but_the_administrator_changes_topics_rules_or_users(secured: Secured, name: str) -> None:
    admin = connect_admin(secured.user(name), within=10)
    try:
        for what, attempt in FORBIDDEN.items():
            with pytest.raises(kafka.errors.KafkaError):
                print(what, attempt(admin))
    finally:
        admin.close()
    found = connect_admin(secured.kafka.admin)
    try:
        assert {topic.name for topic in TOPICS} <= set(found.list_topics()) and "other" not in found.list_topics()
        assert sorted(found.describe_user_scram_credentials()) == EVERYBODY
    finally:
        found.close()


async def test_a_service_joins_its_own_group_and_no_other(secured: Secured) -> None:
    for name, groups in GROUPS.items():
        topic = next(topic.name for topic in TOPICS if name in topic.readers)
        for group in (*groups, "another"):
            consumer = AIOKafkaConsumer(topic, **secured.user(name).options(), group_id=group, enable_auto_commit=False)
            try:
                await asyncio.wait_for(consumer.start(), 15)
                await consumer.getmany(timeout_ms=100)
                joined = True
            except KafkaError:
                joined = False
            finally:
                await consumer.stop()
            assert joined == (group in groups), (name, group)


async def said(config: KafkaConfig) -> str:
    """What a partner is told that cannot connect."""
    door = KafkaDoor(config, "politie", Patience(0.0))
    with pytest.raises(Away) as away:
        await door.open()
    await door.close()
    return str(away.value)


async def test_whoever_comes_wrongly_is_refused_and_told_in_one_line(secured: Secured, tmp_path: Path) -> None:
    pki.make_authority(tmp_path)
    stranger = tmp_path / "ca.pem"
    wrong = {
        "password_file": secured.partner("politie", password="not-it"),
        "ca_file": secured.partner("politie", ca_file=stranger),
        "security": KafkaConfig(bootstrap=secured.kafka.bootstrap),
        "username": secured.partner("politie", username="partner-niemand"),
    }
    for named, config in wrong.items():
        text = await said(config)
        assert f"kafka.{named}" in text and "\n" not in text, (named, text)


def test_a_certificate_of_ours_opens_the_door_to_nothing_and_one_that_has_ended_not_even_the_door(
    secured: Secured,
) -> None:
    folder = secured.folder / "pki"
    for name, days in (("fresh", 1), ("ended", -1)):
        pki.issue(folder, name, days=days)
    by = {
        name: secured.kafka.admin._replace(certificate=folder / f"{name}.pem", key=folder / f"{name}-key.pem")
        for name in ("fresh", "ended")
    }
    assert not may_write(by["fresh"], "vangnet.persons") and not may_read(by["fresh"], "vangnet.persons")
    for refused in (by["ended"], secured.kafka.admin._replace(certificate=None, key=None)):
        with pytest.raises(KafkaAway, match="certificate"):
            connect_admin(refused, within=3)


async def test_a_server_whose_certificate_has_ended_is_not_believed(secured: Secured, tmp_path: Path) -> None:
    pki.issue(secured.folder / "pki", "old-server", [LOOPBACK], days=-1)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(secured.folder / "pki" / "old-server-store.pem")
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), LOOPBACK, 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        text = await said(secured.partner("politie", bootstrap=f"{LOOPBACK}:{port}"))
    assert "certificate has expired" in text and "kafka.ca_file" in text


def test_a_certificate_that_ends_soon_is_made_anew_at_the_next_start(secured: Secured) -> None:
    folder = secured.folder / "pki"
    pki.issue(folder, "broker", [LOOPBACK], days=pki.RENEW_BEFORE - 1)
    soon = (folder / "broker.pem").read_text()
    secured.kafka.stop()
    secured.kafka.start()
    assert (folder / "broker.pem").read_text() != soon
    assert may_write(secured.user("partner-politie"), inbound("politie"))


def test_who_is_no_partner_any_more_is_cut_off(secured: Secured) -> None:
    left = catalogue(["politie"])
    grant(secured.kafka.admin, left, {name: secured.passwords[name] for name in principals(left)})
    try:
        with pytest.raises(KafkaAway):
            connect_admin(secured.user("partner-ggz"), within=3)
        assert may_write(secured.user("partner-politie"), inbound("politie"))
        assert may_read(secured.user("notifier"), feedback("ggz")) is False
        assert may_write(secured.user("notifier"), feedback("ggz")) is False
    finally:
        grant(secured.kafka.admin, TOPICS, secured.passwords)
    assert may_write(secured.user("partner-ggz"), inbound("ggz"))


def test_rules_that_nobody_asked_for_are_taken_away(secured: Secured) -> None:
    extra = Topic(name="vangnet.persons", partitions=8, key="", retention_ms=1, writers=(), readers=("partner-ggz",))
    grant(secured.kafka.admin, [*TOPICS, extra], secured.passwords)
    assert may_read(secured.user("partner-ggz"), "vangnet.persons")
    grant(secured.kafka.admin, TOPICS, secured.passwords)
    assert not may_read(secured.user("partner-ggz"), "vangnet.persons")


def test_a_whole_platform_on_a_secured_broker(tmp_path: Path) -> None:
    """Four reports of one person by Kafka: answers come back, an alert stands, and the clock can be moved; then again, as it was."""
    at = datetime.fromisoformat("2027-06-01T00:00:00+02:00")
    events = [
        {"id": f"s-{n}", "type": NUISANCE, "registeredAt": (at + timedelta(days=n)).isoformat(), "municipality": "GM0034",
         "occurredAt": (at + timedelta(days=n)).isoformat(), "details": {}, "person": {"bsn": "111222333"}}
        for n in range(4)
    ]  # fmt: skip
    platform = Platform.start(tmp_path, None, "event", say=lambda line: None, secure=True)
    try:
        town = Town(platform)
        assert {answer.status for answer in town.submit("politie", *events)} == {"accepted"}
        town.tick(at + timedelta(days=5))
        town.settle()
        assert frozenset(event["id"] for event in events) in town.persons()
        assert [alert["rule"] for alert in town.alerts() if len(alert["evidence"]) == 4] != []
        assert town.compare(at + timedelta(days=5)).differences == []
        with pytest.raises(KafkaAway):
            connect_admin(Broker(platform.kafka.bootstrap), within=3)
    finally:
        platform.stop()
    again = Platform.start(tmp_path, say=lambda line: None)
    try:
        assert again.state.secure and status(again.layout)
        assert {answer.status for answer in Town(again).submit("politie", events[0] | {"id": "s-9"})} == {"accepted"}
    finally:
        again.stop()
