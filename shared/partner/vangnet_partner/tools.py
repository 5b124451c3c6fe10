"""What a submission works with, opened once for a partner."""

from collections.abc import Callable
from dataclasses import dataclass

from vangnet_partner.compute import Compute
from vangnet_partner.config import Limits
from vangnet_partner.doors.door import Door
from vangnet_partner.drafting import Naming
from vangnet_partner.feedback import FeedbackReader
from vangnet_partner.lines.line import Line
from vangnet_partner.state.cipher import Cipher
from vangnet_partner.state.store import Mark, Store
from vangnet_partner.tokens.identities import Identities


@dataclass
class Tools:
    """`content` marks what a line says; it takes the canonical form of the line."""

    source: str
    own_ids: bool
    limits: Limits
    naming: Naming
    content: Callable[[bytes], bytes]
    store: Store
    cipher: Cipher
    identities: Identities
    compute: Compute
    door: Door
    reader: FeedbackReader
    connected: bool = False

    def mark(self, line: Line) -> Mark:
        """Which content of which event a line is."""
        return Mark(self.naming.event_id(line.id), self.content(line.canonical))

    async def connect(self, position: int | None) -> int | None:
        """Opens feedback, from `position` on, and then the door. None when both were open. Raises Away."""
        if self.connected:
            return None
        try:
            start = await self.reader.open(position)
            await self.door.open()
        except BaseException:
            await self.disconnect()
            raise
        self.connected = True
        return start

    async def disconnect(self) -> None:
        """The next `connect` opens anew."""
        self.connected = False
        await self.door.close()
        await self.reader.close()

    async def close(self) -> None:
        """Everything."""
        await self.disconnect()
        await self.identities.close()
        await self.compute.close()
        self.store.close()
