"""Who may do what in Kafka, from the catalogue of topics alone: users, passwords and access control lists of a secured broker."""

import secrets
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import NoError
from vangnet_contract.topics import Topic, catalogue
from vangnet_runtime.broker import Broker
from vangnet_runtime.kafka import connect_admin

from vangnet_local.failures import Expected
from vangnet_local.layout import Layout
from vangnet_local.pki import make_authority
from vangnet_local.secrets import keep, overwrite, read_secret

GROUPS: Mapping[str, tuple[str, ...]] = {
    "ingest": ("vangnet-ingest",),
    "linker": ("linker",),
    "indicators": ("indicators", "indicators-alerts"),
    "notifier": ("notifier",),
}
"""Consumer groups of each service. Partners have none."""
ITERATIONS = 8192
"""Of SCRAM's key derivation: Kafka's own lower bound is 4,096."""


class AccessRefused(Expected):
    """The broker did not take a user or a rule; the text says what it said."""


class Rule(NamedTuple):
    """`principal` may do `operation` with this topic or group."""

    principal: str
    kind: ResourceType
    resource: str
    operation: ACLOperation


def rules(topics: Iterable[Topic]) -> set[Rule]:
    """Writers may write, readers may read, each may see that it is there. Nobody else may do anything."""
    found: set[Rule] = set()
    for topic in topics:
        for names, operation in ((topic.writers, ACLOperation.WRITE), (topic.readers, ACLOperation.READ)):
            for name in names:
                found |= {Rule(name, ResourceType.TOPIC, topic.name, one) for one in (operation, ACLOperation.DESCRIBE)}
    readers = {rule.principal for rule in found if rule.operation == ACLOperation.READ}
    groups = ((name, group) for name in readers for group in GROUPS.get(name, ()))
    return found | {Rule(name, ResourceType.GROUP, group, ACLOperation.READ) for name, group in groups}


def principals(topics: Iterable[Topic]) -> list[str]:
    """Everybody whom the catalogue names."""
    return sorted({name for topic in topics for name in (*topic.writers, *topic.readers)})


def grant(broker: Broker, topics: Iterable[Topic], passwords: Mapping[str, str]) -> None:
    """Brings users and rules to what the catalogue says: what it does not name any more is cut off. `broker`: as its administrator.

    Raises AccessRefused, KafkaAway.
    """
    wanted = rules(topics)
    admin = connect_admin(broker)
    try:
        _set_rules(admin, wanted)
        _set_users(admin, passwords)
    finally:
        admin.close()


def make_passwords(layout: Layout, partners: Iterable[str]) -> None:
    """Passwords of a secured Kafka, one for each user that the catalogue of topics names; a partner's also lies with that partner."""
    partners = list(partners)
    for name in principals(catalogue(partners)):
        keep(layout.kafka_password(name), lambda: secrets.token_urlsafe(24))
    make_authority(layout.pki)
    for partner in partners:
        overwrite(layout.partner(partner) / "kafka-password", read_secret(layout.kafka_password(f"partner-{partner}")))
        (layout.partner(partner) / "kafka-ca.pem").write_text((layout.pki / "ca.pem").read_text())


def _set_rules(admin: KafkaAdminClient, wanted: set[Rule]) -> None:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    held, fault = admin.describe_acls(ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, anything))
    if fault is not NoError:
        raise AccessRefused(f"Kafka did not show its access rules: {fault}")
    stale = [acl for acl in held if _rule(acl) not in wanted]
    if stale:
        filters = [
            ACLFilter(one.principal, one.host, one.operation, one.permission_type, one.resource_pattern)
            for one in stale
        ]
        if refused := [fault for _, _, fault in admin.delete_acls(filters) if fault is not NoError]:
            raise AccessRefused(f"Kafka did not take a rule away: {refused[0]}")
    missing = wanted - {_rule(acl) for acl in held}
    if missing and (failed := admin.create_acls([as_acl(rule) for rule in sorted(missing)])["failed"]):
        raise AccessRefused(f"Kafka did not take a rule: {failed[0]}")


def _set_users(admin: KafkaAdminClient, passwords: Mapping[str, str]) -> None:
    mechanism = ScramMechanism.SCRAM_SHA_512
    gone = [name for name in admin.describe_user_scram_credentials() if name not in passwords]
    changes = [UserScramCredentialDeletion(name, mechanism) for name in gone]
    changes += [UserScramCredentialUpsertion(name, mechanism, word, ITERATIONS) for name, word in passwords.items()]
    answers: dict[str, str | None] = admin.alter_user_scram_credentials(changes)
    if refused := {name: said for name, said in answers.items() if said}:
        raise AccessRefused(
            "Kafka did not take these users: " + "; ".join(f"{n}: {said}" for n, said in refused.items())
        )


def _rule(acl: ACL) -> Rule | None:
    """None: one that we would never make."""
    if acl.permission_type != ACLPermissionType.ALLOW or acl.host != "*":
        return None
    if acl.resource_pattern.pattern_type != ACLResourcePatternType.LITERAL:
        return None
    name = acl.principal.removeprefix("User:")
    return Rule(name, acl.resource_pattern.resource_type, acl.resource_pattern.resource_name, acl.operation)


def as_acl(rule: Rule) -> ACL:
    """As Kafka is told."""
    pattern = ResourcePattern(rule.kind, rule.resource, ACLResourcePatternType.LITERAL)
    return ACL(f"User:{rule.principal}", "*", rule.operation, ACLPermissionType.ALLOW, pattern)
