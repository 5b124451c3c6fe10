"""`vangnet wait-idle`: everything processed, nothing waiting to be sent, and still so at a second look."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from vangnet_contract import topics
from vangnet_contract.policy import Shelf

from vangnet_local.endpoints import State
from vangnet_local.failures import Expected
from vangnet_local.layout import Layout
from vangnet_local.postgres import Postgres
from vangnet_local.programs import broker_for
from vangnet_local.secrets import database_passwords

INGEST_GROUP = "vangnet-ingest"
INPUTS = (
    ("linker", topics.EVENTS_ACCEPTED, 0),
    ("indicators", topics.PERSONS, 0),
    ("indicators", topics.ALERTS, topics.PERSON_PARTITIONS),
    ("notifier", topics.SIGNALS, 0),
)
"""What each service with state consumes exactly once; its position stands in its own table `input_offset`, from this row on."""

POSITIONS = """
          SELECT 'linker input ' || partition, next FROM linker.input_offset
UNION ALL SELECT 'indicators input ' || partition, next FROM indicators.input_offset
UNION ALL SELECT 'notifier input ' || partition, next FROM notifier.input_offset
UNION ALL SELECT 'linker outbox', count(*) FROM linker.outbox
UNION ALL SELECT 'indicators outbox', count(*) FROM indicators.outbox
UNION ALL SELECT 'notifier outbox', count(*) FROM notifier.outbox
UNION ALL SELECT 'linker parked (vangnet-linker parked list)', count(*) FROM linker.parked
UNION ALL SELECT 'indicators parked (vangnet-indicators parked list)', count(*) FROM indicators.parked
UNION ALL SELECT 'notifier parked (vangnet-notifier parked list)', count(*) FROM notifier.parked
UNION ALL SELECT 'notifier mails', count(*) FROM notifier.delivery WHERE state IN ('queued', 'sending')
"""
"""As superuser, which only the local platform has: no service reads another's tables."""

BETWEEN_LOOKS = 0.2
"""Seconds; what a service had just read at the first look is committed or in an outbox at the second."""

Ends = Mapping[TopicPartition, int]


class NotIdle(Expected):
    """Work was left when the time was over; the text says where."""


@dataclass(frozen=True)
class Progress:
    """One look: `waiting` counts what is still to be done, by place; `positions` tells whether anything moved."""

    waiting: Mapping[str, int]
    positions: Mapping[str, int] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether nothing waits anywhere."""
        return not any(self.waiting.values())

    def __str__(self) -> str:
        return ", ".join(f"{place}: {count}" for place, count in self.waiting.items() if count) or "nothing waits"


def wait_idle(look: Callable[[], Progress], timeout: float) -> Progress:
    """Returns when two looks in a row are idle and equal; raises NotIdle after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    last = look()
    while True:
        time.sleep(BETWEEN_LOOKS)
        now = look()
        if now.idle and now == last:
            return now
        if time.monotonic() > deadline:
            raise NotIdle(f"not idle after {timeout:.0f} s; {now}")
        last = now


class Observer:
    """Looks at the positions of all services: Kafka's ends against what each has committed."""

    def __init__(self, layout: Layout, state: State) -> None:
        passwords = database_passwords(layout)
        self._postgres = Postgres(layout.postgres, passwords, layout.folders, state.ports.postgres)
        self._admin = KafkaAdminClient(**broker_for(state, layout).options(), bootstrap_timeout_ms=10_000)
        partners = [partner.name for partner in Shelf(layout.policy).in_force.partners]
        self._topics = {topic.name: topic.partitions for topic in topics.catalogue(partners)}
        self._inbound = [topics.inbound(partner) for partner in partners]

    def look(self) -> Progress:
        """Outboxes and positions first, Kafka's ends after: what moves in between counts as waiting."""
        rows = self._table_rows()
        committed = self._committed_by_ingest()
        ends = self._ends()
        waiting = {"ingest input": sum(ends[at] - committed.get(at, 0) for at in ends if at.topic in self._inbound)}
        for service, topic, first in INPUTS:
            done = sum(rows.get(f"{service} input {first + at.partition}", 0) for at in ends if at.topic == topic)
            waiting[f"{service} input of {topic}"] = sum(end for at, end in ends.items() if at.topic == topic) - done
        waiting |= {place: count for place, count in rows.items() if " input " not in place}
        return Progress(waiting, {f"{at.topic}/{at.partition}": end for at, end in ends.items()})

    def close(self) -> None:
        """Lets go of Kafka."""
        self._admin.close()

    def _table_rows(self) -> dict[str, int]:
        rows = (line.rsplit("|", 1) for line in self._postgres.sql(POSITIONS).splitlines())
        return {place: int(count) for place, count in rows}

    def _committed_by_ingest(self) -> dict[TopicPartition, int]:
        groups = self._admin.list_group_offsets({INGEST_GROUP: None})
        return {at: found.offset for at, found in groups.get(INGEST_GROUP, {}).items()}

    def _ends(self) -> dict[TopicPartition, int]:
        wanted = [TopicPartition(name, number) for name, count in self._topics.items() for number in range(count)]
        found = self._admin.list_partition_offsets(dict.fromkeys(wanted, OffsetSpec.LATEST))
        return {at: end.offset for at, end in found.items()}
