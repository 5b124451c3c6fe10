"""What those see who see no alerts: the privacy officer the trail, the operator what was delivered and what waits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from vangnet_notifier.domain.actors import Actor
from vangnet_notifier.domain.trail import Entry


class TrailFilter(msgspec.Struct, frozen=True, kw_only=True):
    """`day` in Europe/Amsterdam, `who` = a user id, `kind` = an action. None = not narrowed."""

    day: date | None = None
    who: str | None = None
    kind: str | None = None
    page: int = 1
    size: int = 100


class TrailLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it is read. `said`: None = its content was erased."""

    id: int
    day: date
    place: int
    recorded_at: datetime
    said: Entry | None


class TrailPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `more`: there is a next page."""

    lines: Sequence[TrailLine]
    more: bool


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that was given up or came back."""

    id: str
    kind: str
    attempts: int
    failed_at: datetime
    why: str | None


class Works(msgspec.Struct, frozen=True, kw_only=True):
    """`numbers` by part: delivery-<state>, parked, dead-letter, outbox; a part that is not there is 0."""

    numbers: Mapping[str, int]
    failures: Sequence[Failure]


class Oversight(Protocol):
    """Rows are filtered by role in SQL: whoever has not got the role gets nothing."""

    async def trail(self, wanted: TrailFilter, actor: Actor) -> TrailPage:
        """That it was read is in the trail itself before it is shown."""
        ...

    async def works(self, actor: Actor) -> Works:
        """As it is now."""
        ...
