"""`vangnet clock --to T`: on the event clock nothing but this moves time."""

from datetime import datetime

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


def tick(state: State, at: datetime) -> None:
    """Writes one Tick and waits until Kafka has it. `at` is aware. Raises ClockRefused."""
    if state.clock != "event":
        raise ClockRefused("this platform runs on the wall clock: start one with `vangnet up --clock event`")
    kafka = f"{LOOPBACK}:{state.ports.kafka}"
    try:
        _send(kafka, encode(Tick(at=at)))
    except KafkaError as away:
        raise ClockRefused(
            f"Kafka at {kafka} did not take the Tick ({type(away).__name__}): see `vangnet status`"
        ) from None


def _send(kafka: str, value: bytes) -> None:
    producer = KafkaProducer(
        bootstrap_servers=kafka,
        acks="all",
        enable_idempotence=True,
        bootstrap_timeout_ms=WITHIN * 1000,
        max_block_ms=WITHIN * 1000,
    )
    try:
        sent = producer.send(topics.EVENTS_ACCEPTED, key=b"tick", value=value, headers=list(control_headers()))
        sent.get(timeout=WITHIN)
    finally:
        producer.close()
