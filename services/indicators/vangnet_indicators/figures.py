"""Where area figures come from, for those who show them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from vangnet_indicators.domain.alerts.standing import AlertStanding
from vangnet_indicators.domain.area.series import Series


class UnknownSeries(Exception):
    """No such indicator, or none with such a window; the text says which."""


class Figures(Protocol):
    """What is committed now."""

    async def today(self) -> date | None:
        """The local day of the greatest Tick; None before the first."""
        ...

    async def delivered(self) -> Mapping[str, datetime]:
        """Partner → up to when everything that it registered has come in; a partner that never said so is absent."""
        ...

    async def alerts(self) -> Sequence[AlertStanding]:
        """Every alert that the notifier spoke of, as it stands now."""
        ...

    async def told_elsewhere(self, municipalities: Sequence[str]) -> date | None:
        """The last day that was ever published of a region of other municipalities; None when there was none."""
        ...

    async def note_told(self, municipalities: Sequence[str], until: date) -> None:
        """Days up to then are about to be published of a region of these. Kept for ever."""
        ...

    async def series(
        self, indicators: Sequence[str], areas: Sequence[str], window: int, first: date, last: date
    ) -> Mapping[tuple[str, str], Series]:
        """(indicator, area) → its counts, day by day. Raises UnknownSeries."""
        ...
