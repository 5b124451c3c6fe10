"""`vangnet clock --to T`: on the event clock nothing but this moves time."""

from datetime import datetime

from kafka import KafkaProducer
from vangnet_contract import topics
from vangnet_contract.messages import Tick, encode
from vangnet_contract.stamp import control_headers

from vangnet_local.endpoints import State
from vangnet_local.ports import LOOPBACK


class WrongClock(Exception):
    """The platform runs on the wall clock; nobody may move that."""


def tick(state: State, at: datetime) -> None:
    """Writes one Tick and waits until Kafka has it. `at` is aware."""
    if state.clock != "event":
        raise WrongClock("this platform runs on the wall clock: start one with `vangnet up --clock event`")
    producer = KafkaProducer(bootstrap_servers=f"{LOOPBACK}:{state.ports.kafka}", acks="all", enable_idempotence=True)
    try:
        sent = producer.send(
            topics.EVENTS_ACCEPTED, key=b"tick", value=encode(Tick(at=at)), headers=list(control_headers())
        )
        sent.get(timeout=30)
    finally:
        producer.close()
