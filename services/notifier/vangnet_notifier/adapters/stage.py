"""The service as the batch processor sees it: signals in, alerts, trail and mails in one transaction."""

from collections.abc import Sequence

import msgspec
from vangnet_contract import topics
from vangnet_contract.messages import (
    AccessAsked,
    PartnerReply,
    PolicyActivated,
    RegionalSignal,
    Signal,
    SignalsMessage,
    Tick,
    decode_signals,
)
from vangnet_runtime.access_answers import sealed_answers
from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing, Record
from vangnet_runtime.stage import Statement, Undecodable

from vangnet_notifier.adapters.desk import load_desk, outgoing, statements, to_a_partner
from vangnet_notifier.adapters.offices import Offices
from vangnet_notifier.app import Desk, follow_policy, give_access, let_time_pass, put_up, take_in, take_reply


class AlertStage:
    """Implements `Stage[SignalsMessage, Desk]`. Nothing is cached: decisions over HTTP change the same rows."""

    name = "notifier"
    topic = topics.SIGNALS

    def __init__(self, offices: Offices) -> None:
        self._offices = offices

    async def decode(self, records: Sequence[Record]) -> Sequence[SignalsMessage | Undecodable]:
        """Each record as a signal or a Tick."""
        return [_decoded(record.value) for record in records]

    def parking_key(self, message: SignalsMessage) -> bytes:
        """Signals of one person keep their order."""
        match message:
            case Signal():
                return message.person.encode()
            case RegionalSignal():
                return message.id.encode()
            case PartnerReply():
                return message.about.encode()
            case AccessAsked():
                return message.event.id.encode()
        return type(message).__name__.encode()

    async def load(self, connection: Connection, partition: int, messages: Sequence[SignalsMessage]) -> Desk:
        """Locks the alerts that these messages can touch."""
        return await load_desk(connection, self._offices, partition, messages)

    def step(self, state: Desk, message: SignalsMessage) -> Sequence[Outgoing]:
        """One message; what changed of alerts is published."""
        match message:
            case Signal():
                take_in(state, self._offices.of(state.policy), message)
            case RegionalSignal():
                put_up(state, message)
            case PartnerReply():
                take_reply(state, self._offices.of(state.policy), message)
            case Tick():
                let_time_pass(state, self._offices.of(state.policy), message)
            case PolicyActivated():
                self._offices.of(message.version)
                follow_policy(state, message)
            case AccessAsked():
                policy = self._offices.of(state.policy).policy
                return sealed_answers(policy, message, "desk", give_access(state, message))
        to_partners = [to_a_partner(*asked) for asked in state.take_asked()]
        return [*map(outgoing, state.take_published()), *to_partners]

    def writes(self, state: Desk) -> Sequence[Statement]:
        """What changed."""
        return statements(state)

    def committed(self, partition: int, state: Desk) -> None:
        """Pages go by what the stream goes by."""
        if state.activated:
            self._offices.current = self._offices.of(state.policy)

    def forget(self, partition: int) -> None:
        """Nothing was kept."""


def _decoded(value: bytes) -> SignalsMessage | Undecodable:
    try:
        message: SignalsMessage = decode_signals(value)
        return message
    except msgspec.MsgspecError:
        return Undecodable(reason="not a message of vangnet.signals")
