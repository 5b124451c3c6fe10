"""What operators put into `vangnet.events.accepted` on this machine: Ticks of the event clock, activations of a policy."""

from types import TracebackType
from typing import Self

from kafka import KafkaProducer
from kafka.errors import KafkaError
from vangnet_contract import topics
from vangnet_contract.messages import PolicyActivated, Tick, encode
from vangnet_contract.stamp import control_headers

from vangnet_local.endpoints import State
from vangnet_local.failures import Expected
from vangnet_local.layout import Layout
from vangnet_local.programs import broker_for

WITHIN = 20
"""Seconds for Kafka to answer."""


class KafkaDidNotTake(Expected):
    """The message is not in Kafka; the text says which Kafka and why."""


class ControlMessages:
    """One connection for all messages; a context manager."""

    def __init__(self, state: State, layout: Layout) -> None:
        self._broker = broker_for(state, layout, "operator")

    def __enter__(self) -> Self:
        try:
            self._producer = KafkaProducer(
                **self._broker.options(),
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

    def send(self, message: Tick | PolicyActivated) -> None:
        """Returns when Kafka has it. Raises KafkaDidNotTake."""
        key = type(message).__name__.lower().encode()
        try:
            self._producer.send(
                topics.EVENTS_ACCEPTED, key=key, value=encode(message), headers=list(control_headers())
            ).get(timeout=WITHIN)
        except KafkaError as away:
            raise self._refused(away) from None

    def _refused(self, away: KafkaError) -> KafkaDidNotTake:
        name = type(away).__name__
        return KafkaDidNotTake(
            f"Kafka at {self._broker.bootstrap} did not take the message ({name}): see `vangnet status`"
        )
