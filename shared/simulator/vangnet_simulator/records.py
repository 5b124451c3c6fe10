"""What happened as a partner registers it (Draft), and what the simulator hands out (Record, TruthRow, Entry)."""

from dataclasses import dataclass, field
from typing import Any

from vangnet_simulator.partners import SENDER
from vangnet_simulator.person import Person
from vangnet_simulator.places import Spot


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a partner's input to `vangnet-partner submit` (contract.md), in the order in which it was registered."""

    partner: str
    line: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TruthRow:
    """Who a live event is about: `id` is that of the root event, `person` is empty for an event without an identity."""

    source: str
    id: str
    person: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, and the truth about it when it is the root of a live event."""

    record: Record
    truth: TruthRow | None


@dataclass(slots=True, eq=False)
class Draft:
    """An event before it has an id. Times are seconds since 1970; `subject` is None when the partner knows no one.

    `corrects` and `retracts` are the root; `id` is given at the moment of registration.
    """

    type: str
    occurred: int
    registered: int
    spot: Spot
    subject: Person | None = None
    details: dict[str, str] = field(default_factory=dict)
    incident: str | None = None
    corrects: "Draft | None" = None
    retracts: "Draft | None" = None
    reason: str | None = None
    careful: bool = False  # a correction: written down at a desk, with the documents at hand
    amendment: "Draft | None" = None  # of a root: the correction or retraction that will follow
    partner: str = ""
    id: str | None = None

    def __post_init__(self) -> None:
        self.partner = self.partner or SENDER[self.type]

    @property
    def root(self) -> "Draft | None":
        """None for a root itself."""
        return self.corrects or self.retracts
