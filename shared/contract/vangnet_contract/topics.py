"""The topic catalogue: every topic, who writes it, who reads it and how long it is kept. Topics are made from it alone."""

from collections.abc import Iterable
from typing import Literal

import msgspec

Principal = Literal["ingest", "linker", "indicators", "notifier", "operator"]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

EVENTS_ACCEPTED = "vangnet.events.accepted"
EVENTS_REJECTED = "vangnet.events.rejected"
PERSONS = "vangnet.persons"
SIGNALS = "vangnet.signals"
ALERTS = "vangnet.alerts"
TRAIL = "vangnet.trail"
PERSON_PARTITIONS = 8


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One topic. `key` says what orders it; retention is in milliseconds; writers and readers become its ACLs."""

    name: str
    partitions: int
    key: str
    retention_ms: int
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    about_persons: bool = False

    @property
    def config(self) -> dict[str, str]:
        """Topic configuration: deletion by age only, never compaction (erased stays erased)."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(1024 * 1024),
        }


def inbound(partner: str) -> str:
    """The topic that this partner alone may write."""
    return f"vangnet.in.{partner}"


def feedback(partner: str) -> str:
    """The topic that this partner alone may read."""
    return f"vangnet.feedback.{partner}"


INTERNAL = (
    Topic(
        name=EVENTS_ACCEPTED,
        partitions=1,
        key="source+id",
        retention_ms=14 * DAY_MS,
        writers=("ingest", "notifier", "operator"),
        readers=("linker",),
        about_persons=True,
    ),
    Topic(
        name=EVENTS_REJECTED,
        partitions=1,
        key="partner",
        retention_ms=30 * DAY_MS,
        writers=("ingest", "linker"),
        readers=("operator",),
    ),
    Topic(
        name=PERSONS,
        partitions=PERSON_PARTITIONS,
        key="person id",
        retention_ms=14 * DAY_MS,
        writers=("linker",),
        readers=("indicators",),
        about_persons=True,
    ),
    Topic(
        name=SIGNALS,
        partitions=PERSON_PARTITIONS,
        key="person id",
        retention_ms=14 * DAY_MS,
        writers=("indicators",),
        readers=("notifier",),
        about_persons=True,
    ),
    Topic(
        name=ALERTS,
        partitions=1,
        key="alert id",
        retention_ms=14 * DAY_MS,
        writers=("notifier",),
        readers=("indicators",),
        about_persons=True,
    ),
    Topic(
        name=TRAIL,
        partitions=1,
        key="day",
        retention_ms=6 * 366 * DAY_MS,
        writers=("notifier",),
        readers=("notifier", "operator"),
    ),
)


def catalogue(partners: Iterable[str]) -> tuple[Topic, ...]:
    """Every topic of a region with these partners."""
    own = [topic for partner in partners for topic in (_inbound(partner), _feedback(partner))]
    return (*INTERNAL, *own)


def _inbound(partner: str) -> Topic:
    return Topic(
        name=inbound(partner),
        partitions=1,
        key="event id",
        retention_ms=DAY_MS,
        writers=(f"partner-{partner}",),
        readers=("ingest",),
        about_persons=True,
    )


def _feedback(partner: str) -> Topic:
    return Topic(
        name=feedback(partner),
        partitions=1,
        key="event id",
        retention_ms=14 * DAY_MS,
        writers=("ingest", "linker", "notifier"),
        readers=(f"partner-{partner}",),
    )
