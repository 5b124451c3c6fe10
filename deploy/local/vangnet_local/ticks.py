"""`vangnet clock --to T`: on the event clock nothing but this moves time."""

from datetime import datetime
from types import TracebackType
from typing import Self

from kafka import KafkaProducer
from kafka.errors import KafkaError
from vangnet_contract import topics
from vangnet_contract.messages import Tick, encode
from vangnet_contract.stamp import control_headers

from vangnet_local.endpoints import State
from vangnet_local.failures import Expected
from vangnet_local.ports import LOOPBACK

WITHIN = 20
"""Seconds for Kafka to answer."""


class ClockRefused(Expected):
    """Time cannot be moved; the text says why."""


class EventClock:
    """Moves the time of one platform; as a context manager, with one connection for all moves."""

    def __init__(self, state: State) -> None:
        if state.clock != "event":
            raise ClockRefused("this platform runs on the wall clock: start one with `vangnet up --clock event`")
        self._kafka = f"{LOOPBACK}:{state.ports.kafka}"

    def __enter__(self) -> Self:
        try:
            self._producer = KafkaProducer(
                bootstrap_servers=self._kafka,
                acks="all",
                enable_idempotence=True,
                bootstrap_timeout_ms=WITHIN * 1000,
                max_block_ms=WITHIN * 1000,
            )
        except KafkaError as away:
            raise self._refused(away) from None
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._producer.close()

    def move(self, to: datetime) -> None:
        """Writes one Tick; returns when Kafka has it. `to` is aware. Raises ClockRefused."""
        try:
            self._producer.send(
                topics.EVENTS_ACCEPTED, key=b"tick", value=encode(Tick(at=to)), headers=list(control_headers())
            ).get(timeout=WITHIN)
        except KafkaError as away:
            raise self._refused(away) from None

    def _refused(self, away: KafkaError) -> ClockRefused:
        name = type(away).__name__
        return ClockRefused(f"Kafka at {self._kafka} did not take the Tick ({name}): see `vangnet status`")
