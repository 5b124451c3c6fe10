"""What is kept of one person: the live events, and what was said about them."""

from datetime import datetime

import msgspec
from vangnet_contract.messages import Signal

from vangnet_indicators.domain.history import History


class Standing(msgspec.Struct, frozen=True):
    """A signal that was raised and not withdrawn, as last published. `ends_at`: the Tick at which it is ended."""

    signal: Signal
    ends_at: datetime

    @property
    def due(self) -> datetime | None:
        """When something happens to it by itself."""
        return None if self.signal.ended_at else self.ends_at


class Person(msgspec.Struct):
    """`raised` counts the signals ever raised, from which they get their number. `standing` is in that order."""

    id: str
    history: History = msgspec.field(default_factory=History)
    standing: list[Standing] = []
    raised: int = 0

    @property
    def due(self) -> datetime | None:
        """The first Tick at which something happens by itself."""
        return min((standing.due for standing in self.standing if standing.due), default=None)

    @property
    def empty(self) -> bool:
        """Whether nothing is left to keep."""
        return not self.history and not self.standing

    def forget_if_empty(self) -> None:
        """Whether or not a batch ends here: whoever comes back is new."""
        if self.empty:
            self.raised = 0
