"""What a service with state gives to the batch processor: one `Stage`. The processor does everything around it.

For each batch of one partition, in this order:

1. `decode` (no state; may run while an earlier batch is still being written);
2. in ONE transaction: the fence; `load`; `step` for each message, in order; the outbox; `writes`; commit;
3. `committed`, after the commit is certain.

Whatever happens in between (a fault, a kill, another owner) the transaction is gone as a whole, `forget` is called and the
same records come again, in other batches perhaps. The result may therefore depend on the messages alone: not on
batch boundaries, not on the wall clock, not on how often a message was tried.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from vangnet_runtime.database import Connection
from vangnet_runtime.records import Outgoing, Record

M = TypeVar("M")
S = TypeVar("S")


class Undecodable(msgspec.Struct, frozen=True):
    """A record that is no message. It becomes a dead letter (coordinates, hash, reason; never its bytes)."""

    reason: str


class Statement(msgspec.Struct, frozen=True):
    """SQL for the batch's transaction. `many`: `args` holds one tuple for each execution; arrays with unnest are faster."""

    sql: str
    args: Sequence[Any] = ()
    many: bool = False


class Seat(msgspec.Struct, frozen=True):
    """Where a stage sits in its service. `service`: the name of its command and the prefix of its sequence numbers. The stages
    of a service share its schema; `first_row` = what partition 0 of the stage's topic is called in the runtime's tables.
    """

    service: str
    first_row: int = 0


class Stage(Protocol[M, S]):
    """Consumes one topic exactly once. Nothing here is called by two tasks at a time, except `decode`."""

    name: str
    """Consumer group, and label of metrics: the service's own name for its only or first stage."""

    topic: str
    """The one input topic."""

    async def decode(self, records: Sequence[Record]) -> Sequence[M | Undecodable]:
        """One result for each record, same order. May use a process pool; touches no state; does not raise for content."""
        ...

    def parking_key(self, message: M) -> bytes:
        """What orders this message: when it cannot be processed, later ones of the same key wait behind it."""
        ...

    async def load(self, connection: Connection, partition: int, messages: Sequence[M]) -> S:
        """The state that these messages touch, inside the transaction: one query, or a cache in front of one."""
        ...

    def step(self, state: S, message: M) -> Sequence[Outgoing]:
        """Decides one message: changes `state`, returns what to publish. Pure. An exception parks the message's key."""
        ...

    def writes(self, state: S) -> Sequence[Statement]:
        """What changed in `state`, as statements for the same transaction."""
        ...

    def committed(self, partition: int, state: S) -> None:
        """The transaction is durable: caches may keep `state`."""
        ...

    def forget(self, partition: int) -> None:
        """Fence lost, partition revoked, fault, or a batch tried again: what is cached for the partition is worthless."""
        ...
