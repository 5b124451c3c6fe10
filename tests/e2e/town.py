"""A running platform, what was sent to it, and what must have come out."""

import asyncio
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import httpx
from kafka import KafkaConsumer, TopicPartition
from vangnet_contract import topics
from vangnet_contract.messages import Feedback, decode_feedback
from vangnet_contract.policy import load_policy
from vangnet_local.demo.compare import Comparison, compare, export_alerts, export_persons
from vangnet_local.demo.region import Line
from vangnet_local.demo.reviewer import Reviewer
from vangnet_local.demo.truth import read_log, replay
from vangnet_local.idle import Observer, wait_idle
from vangnet_local.platform import Platform
from vangnet_local.ports import LOOPBACK
from vangnet_local.ticks import EventClock
from vangnet_partner.answer import Answer
from vangnet_partner.partner import Partner

PATIENCE = 120.0  # seconds in which everything that was killed is back


class Town:
    """`lines`: every accepted line by (source, id), as the oracle takes them."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.policy = load_policy(platform.layout.policy)
        self.kafka = f"{LOOPBACK}:{platform.state.ports.kafka}"
        self.lines: dict[tuple[str, str], tuple[str, Line]] = {}
        self.now: datetime | None = None

    def source(self, partner: str) -> str:
        found = self.policy.partner(partner)
        assert found
        return found.sources[0]

    def submit(self, partner: str, *lines: Line) -> list[Answer]:
        """Sends lines as that partner does, until each has its final answer."""
        return asyncio.run(self._submit({partner: list(lines)}))

    def submit_all(self, lines: dict[str, list[Line]]) -> list[Answer]:
        """Lines of several partners at the same time."""
        return asyncio.run(self._submit(lines))

    def tick(self, at: datetime) -> None:
        """It is now `at`. Tried again while the broker is away."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with EventClock(self.platform.state, self.platform.layout) as clock:
                    clock.move(at)
                self.now = at
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def settle(self) -> None:
        """Everything is processed and sent."""
        observer = Observer(self.platform.layout, self.platform.state)
        try:
            wait_idle(observer.look, timeout=PATIENCE)
        finally:
            observer.close()

    def compare(self, as_of: datetime) -> Comparison:
        """Against the oracle, over everything that was ever sent."""
        truth = replay(read_log(self.platform.kafka.admin), self.lines, self.policy)
        return compare(self.platform.layout, truth, as_of, self.mails())

    def persons(self) -> set[frozenset[str]]:
        """Ids of the events of each person in view."""
        return {
            frozenset(event_id for _, event_id in events) for events in export_persons(self.platform.layout).values()
        }

    def alerts(self) -> list[dict[str, Any]]:
        return export_alerts(self.platform.layout)

    def mails(self) -> list[dict[str, Any]]:
        where = str(self.platform.endpoints["mails"])
        return list(httpx.get(where, headers={"Accept": "application/json"}, timeout=60).json())

    def reviewer(self, user: str = "beoordelaar") -> Reviewer:
        return Reviewer(str(self.platform.endpoints["inbox"]), user)

    def feedback(self, partner: str) -> list[Feedback]:
        """All that the partner was ever told, in order."""
        said = (decode_feedback(value) for _, value in self.read(topics.feedback(partner)))
        return [message for message in said if isinstance(message, Feedback)]

    def read(self, topic: str, partition: int = 0) -> Iterable[tuple[bytes | None, bytes]]:
        """(key, value) of every record of a partition."""
        at = TopicPartition(topic, partition)
        consumer = KafkaConsumer(bootstrap_servers=self.kafka, enable_auto_commit=False, group_id=None)
        try:
            consumer.assign([at])
            consumer.seek_to_beginning(at)
            end = consumer.end_offsets([at])[at]
            while consumer.position(at) < end:
                for records in consumer.poll(timeout_ms=1000).values():
                    yield from ((record.key, record.value) for record in records)
        finally:
            consumer.close()

    async def _submit(self, lines: dict[str, list[Line]]) -> list[Answer]:
        answers = await asyncio.gather(*(self._until_final(partner, mine) for partner, mine in lines.items()))
        return [answer for part in answers for answer in part]

    async def _until_final(self, partner: str, lines: list[Line]) -> list[Answer]:
        deadline = time.monotonic() + PATIENCE
        final: dict[str, Answer] = {}
        while True:
            async with Partner.from_config(self.platform.layout.partner(partner) / "partner.toml") as sending:
                for answer in await sending.submit(lines):
                    if answer.status in ("accepted", "rejected") and answer.id is not None:
                        final[answer.id] = answer
            if final.keys() >= {line["id"] for line in lines}:
                break
            assert time.monotonic() < deadline, "no final answer in time"
        accepted = {line["id"]: line for line in lines if final[line["id"]].status == "accepted"}
        self.lines |= {(self.source(partner), own): (partner, line) for own, line in accepted.items()}
        return [final[line["id"]] for line in lines]
