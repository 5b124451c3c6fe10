"""What is kept of one person: the live events, and what was said about them."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from vangnet_contract.messages import EventRecord, Signal

from vangnet_indicators.domain.history import History
from vangnet_indicators.domain.instants import micros


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """A signal that was raised and not withdrawn. `ends_at`: the Tick at which it is ended.

    `stored`: MessagePack of the Signal as last published; most are old, and not looked at.
    """

    rule: str
    number: int
    ends_at: datetime
    ended: bool
    stored: msgspec.Raw

    @classmethod
    def of(cls, signal: Signal, ends_at: datetime) -> "Standing":
        """To be kept."""
        return cls(signal.rule, signal.episode, ends_at, signal.ended_at is not None, msgspec.Raw(_encode(signal)))

    @property
    def signal(self) -> Signal:
        """As last published."""
        return _decode(self.stored)

    @property
    def due(self) -> datetime | None:
        """When something happens to it by itself."""
        return None if self.ended else self.ends_at


LOOK_AGAIN = -1
"""An `activation` before every other: a rebuild found that something was not said about the person."""


class Person(msgspec.Struct):
    """`raised` counts the signals ever raised, from which they get their number. `standing` is in that order.

    `changed_from`: time (µs) of the earliest event that went or came since the rules were last looked at. `waits`: for each
    set of partners (by name) the earliest due time (µs) at which something will be known to be missing. `activation`: by
    which policy, counted in activations, the signals are; or LOOK_AGAIN.
    """

    id: str
    history: History = msgspec.field(default_factory=History)
    standing: list[Standing] = []
    raised: int = 0
    changed_from: int | None = None
    waits: dict[str, int] = {}
    activation: int = 0

    @property
    def due(self) -> datetime | None:
        """The first Tick at which something happens by itself."""
        return min((standing.due for standing in self.standing if standing.due), default=None)

    @property
    def empty(self) -> bool:
        """Whether nothing is left to keep."""
        return not self.history and not self.standing

    def replace(self, removed: Iterable[EventRecord], added: Iterable[EventRecord]) -> None:
        """Events go and come. Raises RecordMissing, RecordTwice."""
        for record in removed:
            self.history.remove(record)
            self._changed_at(micros(record.occurred_at))
        for record in added:
            self.history.add(record)
            self._changed_at(micros(record.occurred_at))

    def forget_if_empty(self) -> None:
        """Whether or not a batch ends here: whoever comes back is new."""
        if self.empty:
            self.raised, self.changed_from, self.waits = 0, None, {}

    def _changed_at(self, time: int) -> None:
        self.changed_from = time if self.changed_from is None else min(time, self.changed_from)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Signal).decode
