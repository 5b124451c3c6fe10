"""`vangnet clock --to T`: on the event clock nothing but this moves time."""

from datetime import datetime

from vangnet_contract.messages import Tick

from vangnet_local.control_messages import ControlMessages
from vangnet_local.endpoints import State
from vangnet_local.failures import Expected
from vangnet_local.layout import Layout


class ClockRefused(Expected):
    """Time cannot be moved; the text says why."""


class EventClock(ControlMessages):
    """Moves the time of one platform; as a context manager, with one connection for all moves."""

    def __init__(self, state: State, layout: Layout) -> None:
        if state.clock != "event":
            raise ClockRefused("this platform runs on the wall clock: start one with `vangnet up --clock event`")
        super().__init__(state, layout)

    def move(self, to: datetime) -> None:
        """Writes one Tick; returns when Kafka has it. `to` is aware. Raises KafkaDidNotTake."""
        self.send(Tick(at=to))
