"""The second stage of indicators: alerts in, nothing out."""

from collections.abc import Sequence

import msgspec
from vangnet_contract.messages import AlertChanged, decode_alerts
from vangnet_contract.topics import ALERTS, PERSON_PARTITIONS
from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing, Record
from vangnet_runtime.stage import Seat, Statement, Undecodable

from vangnet_indicators.adapters import alert_store

SEAT = Seat("indicators", first_row=PERSON_PARTITIONS)
"""Behind the partitions of `vangnet.persons`."""

Newest = dict[str, AlertChanged]
"""Alert → the message with the greatest version in this batch."""


class AlertStage:
    """Implements `Stage[AlertChanged, Newest]`. Order does not matter, so nothing has to be read first."""

    name = "indicators-alerts"
    topic = ALERTS

    async def decode(self, records: Sequence[Record]) -> Sequence[AlertChanged | Undecodable]:
        """Each record by itself."""
        return [_decoded(record.value) for record in records]

    def parking_key(self, message: AlertChanged) -> bytes:
        """Its alert."""
        return message.alert.encode()

    async def load(self, connection: Connection, partition: int, messages: Sequence[AlertChanged]) -> Newest:
        """The database compares versions when it writes."""
        return {}

    def step(self, state: Newest, message: AlertChanged) -> Sequence[Outgoing]:
        """The newer one stays."""
        known = state.get(message.alert)
        if known is None or known.version < message.version:
            state[message.alert] = message
        return ()

    def writes(self, state: Newest) -> Sequence[Statement]:
        """What is newer than what is kept."""
        return alert_store.writes(state)

    def committed(self, partition: int, state: Newest) -> None:
        """Nothing is cached."""

    def forget(self, partition: int) -> None:
        """Nothing is cached."""


def _decoded(value: bytes) -> AlertChanged | Undecodable:
    try:
        message: AlertChanged = decode_alerts(value)
    except msgspec.MsgspecError:
        return Undecodable("not-a-message")
    return message
