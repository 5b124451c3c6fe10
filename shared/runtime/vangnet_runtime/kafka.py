"""Topics from a catalogue, made and compared by one short job with kafka-python's admin client. Nothing is ever auto-created."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from vangnet_runtime.broker import Broker
from vangnet_runtime.logging import get_logger
from vangnet_runtime.refusal import CannotStart

EXISTS = 36
"""Kafka's error code TOPIC_ALREADY_EXISTS: another job made it in between."""

log = get_logger()


class TopicPlan(Protocol):
    """One topic as the catalogue wants it."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def partitions(self) -> int:
        """How many partitions, fixed at birth."""
        ...

    @property
    def config(self) -> Mapping[str, str]:
        """Topic configuration."""
        ...


class TopicsRefused(CannotStart):
    """The topics cannot be as the catalogue wants; the text says which and what to do."""


class KafkaAway(CannotStart):
    """No broker answered; the text names the likely cause."""


def make_topics(broker: Broker, wanted: Iterable[TopicPlan], within: float = 30.0) -> list[str]:
    """Makes what is missing, brings configuration up to date, refuses another number of partitions; returns what it made."""
    admin = connect_admin(broker, within)
    try:
        return _reconcile(admin, {plan.name: plan for plan in wanted})
    except KafkaError as fault:
        raise KafkaAway(
            f"Kafka at {broker.bootstrap} stopped answering ({type(fault).__name__}): run it again"
        ) from None
    finally:
        admin.close()


def connect_admin(broker: Broker, within: float = 30.0) -> KafkaAdminClient:
    """The constructor connects at once; what it says about a wrong password is only that time is up."""
    try:
        return KafkaAdminClient(**broker.options(), bootstrap_timeout_ms=int(within * 1000))
    except KafkaError as fault:
        raise KafkaAway(
            f"no Kafka broker answered at {broker.bootstrap} within {within:.0f} s ({type(fault).__name__}): check that it runs, that "
            "VANGNET_KAFKA names its listener, and, that VANGNET_KAFKA_SECURITY fits it, and with SASL_SSL or SSL that authority, "
            "name and password or certificate are right"
        ) from None


def _reconcile(admin: KafkaAdminClient, wanted: Mapping[str, TopicPlan]) -> list[str]:
    existing = _partitions(admin, wanted)
    _refuse_other_counts(wanted, existing)
    missing = [plan for name, plan in wanted.items() if name not in existing]
    made = _create(admin, missing)
    _align(admin, [plan for name, plan in wanted.items() if name in existing])
    for plan in missing:
        if plan.name in made:
            log.info("topic-created", topic=plan.name, partitions=plan.partitions)
    return made


def _partitions(admin: KafkaAdminClient, names: Iterable[str]) -> dict[str, int]:
    """How many partitions each existing topic has."""
    described: list[dict[str, Any]] = admin.describe_topics(list(names))
    return {topic["name"]: len(topic["partitions"]) for topic in described if topic["error_code"] == 0}


def _refuse_other_counts(wanted: Mapping[str, TopicPlan], existing: Mapping[str, int]) -> None:
    wrong = [
        f"{name} has {existing[name]} partition(s), the catalogue wants {plan.partitions}"
        for name, plan in wanted.items()
        if name in existing and existing[name] != plan.partitions
    ]
    if wrong:
        raise TopicsRefused(
            "; ".join(wrong) + ". The number is fixed at birth, because keys keep their partition: "
            "use an empty cluster, or delete these topics if nothing in them is needed"
        )


def _create(admin: KafkaAdminClient, missing: Iterable[TopicPlan]) -> list[str]:
    plans = {plan.name: {"num_partitions": plan.partitions, "configs": dict(plan.config)} for plan in missing}
    if not plans:
        return []
    answer = admin.create_topics(plans, raise_errors=False)
    refused = [topic for topic in answer["topics"] if topic["error_code"] not in {0, EXISTS}]
    if refused:
        reasons = "; ".join(f"{topic['name']}: {topic['error_message']}" for topic in refused)
        raise TopicsRefused(f"Kafka did not make {reasons}")
    admin.wait_for_topics(list(plans))
    return [topic["name"] for topic in answer["topics"] if topic["error_code"] == 0]


def _align(admin: KafkaAdminClient, plans: Iterable[TopicPlan]) -> None:
    """Configuration of existing topics; a setting that the catalogue does not name is left alone."""
    wanted = {plan.name: dict(plan.config) for plan in plans if plan.config}
    if not wanted:
        return
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted]
    found = admin.describe_configs(asked, config_filter="all")["topic"]
    changes = {
        name: {key: value for key, value in config.items() if found[name].get(key, {}).get("value") != value}
        for name, config in wanted.items()
    }
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, change) for name, change in changes.items() if change]
    if not resources:
        return
    answers: dict[str, str] = admin.alter_configs(resources)["topic"]
    if refused := [f"{name}: {answer}" for name, answer in answers.items() if answer != "OK"]:
        raise TopicsRefused("Kafka did not change " + "; ".join(refused))
