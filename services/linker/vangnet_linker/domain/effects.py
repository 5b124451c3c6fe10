"""What one step of the linker says to the outside, before anyone thinks of topics."""

from typing import Literal, NamedTuple

import msgspec
from vangnet_contract.messages import (
    AccessAsked,
    EventRecord,
    Feedback,
    Heartbeat,
    HeldEvent,
    PartnerReply,
    PolicyActivated,
    Rejected,
    Tick,
)

from vangnet_linker.domain.registry import Moved


class Area(NamedTuple):
    """A located event came into the area counts, or left them."""

    change: Literal["added", "removed"]
    record: EventRecord
    traceable: bool


class Access(NamedTuple):
    """Who asks what is held about somebody, and what the register holds."""

    asked: AccessAsked
    held: list[HeldEvent]


class Effects(msgspec.Struct, kw_only=True):
    """In this order: persons that changed, area counts, answers to partners, what partners answer, access requests, and last
    what is forwarded to everyone."""

    moved: list[Moved] = []
    areas: list[Area] = []
    feedback: list[tuple[str, Feedback]] = []  # (partner, answer)
    rejected: list[Rejected] = []
    replies: list[PartnerReply] = []
    access: list[Access] = []
    forward: list[Tick | PolicyActivated | Heartbeat] = []
