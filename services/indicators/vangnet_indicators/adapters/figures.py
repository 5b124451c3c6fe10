"""Area figures from PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from vangnet_contract.dutch import LOCAL
from vangnet_runtime.database import Pool

from vangnet_indicators.adapters import area_series
from vangnet_indicators.adapters.alert_store import read_alerts
from vangnet_indicators.adapters.delivered import read_delivered
from vangnet_indicators.domain.alerts.standing import AlertStanding
from vangnet_indicators.domain.area.series import Series
from vangnet_indicators.domain.instants import instant
from vangnet_indicators.figures import UnknownSeries

TODAY = "SELECT max(tick) FROM clock"
TOLD_ELSEWHERE = "SELECT max(until) FROM told_region WHERE municipalities <> $1"
NOTE_TOLD = """
INSERT INTO told_region (municipalities, until) VALUES ($1, $2)
ON CONFLICT (municipalities) DO UPDATE SET until = greatest(told_region.until, excluded.until)
"""


class PostgresFigures:
    """A `Figures`; all series of one call are of one moment."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def today(self) -> date | None:
        """See Figures."""
        tick = await self._pool.fetchval(TODAY)
        return tick.astimezone(LOCAL).date() if tick else None

    async def delivered(self) -> Mapping[str, datetime]:
        """See Figures."""
        return {partner: instant(time) for partner, time in (await read_delivered(self._pool)).items()}

    async def alerts(self) -> Sequence[AlertStanding]:
        """See Figures."""
        return await read_alerts(self._pool)

    async def told_elsewhere(self, municipalities: Sequence[str]) -> date | None:
        """See Figures."""
        until: date | None = await self._pool.fetchval(TOLD_ELSEWHERE, _name(municipalities))
        return until

    async def note_told(self, municipalities: Sequence[str], until: date) -> None:
        """See Figures."""
        await self._pool.execute(NOTE_TOLD, _name(municipalities), until)

    async def series(
        self, indicators: Sequence[str], areas: Sequence[str], window: int, first: date, last: date
    ) -> Mapping[tuple[str, str], Series]:
        """See Figures."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            try:
                return {
                    (indicator, area): await area_series.read_series(
                        connection, indicator, area, window, first=first, last=last
                    )
                    for indicator in indicators
                    for area in areas
                }
            except area_series.UnknownSeries as unknown:
                raise UnknownSeries(str(unknown)) from None


def _name(municipalities: Sequence[str]) -> str:
    return ",".join(sorted(municipalities))
