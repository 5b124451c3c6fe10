"""Export of series of a local platform: components of each day, for checks."""

import csv
from collections.abc import Collection, Iterable
from datetime import date
from typing import TextIO

from vangnet_contract.indicators import area_indicators
from vangnet_runtime.database import connect

from vangnet_indicators.adapters.area_series import read_series
from vangnet_indicators.domain.area.series import Series, UnknownSeries, values

COLUMNS = ["indicator", "area", "window", "day", "figure", "count", "denominator"]


async def export_series(
    dsn: str,
    schema: str,
    wanted: Iterable[tuple[str, str, int]],
    *,
    days: tuple[date, date],
    municipalities: Collection[str],
    out: TextIO,
) -> None:
    """Writes each figure of each day of the (indicator, area, window) wanted; not rounded, nothing suppressed.

    Raises UnknownSeries.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    pool = await connect(dsn, schema, most=1, within=10.0)
    try:
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            for indicator, area, window in wanted:
                series = await read_series(connection, indicator, area, window, first=days[0], last=days[1])
                writer.writerows(_rows(series, municipalities))
    finally:
        await pool.close()


def windows_of(indicator: str | None, window: int | None) -> list[tuple[str, int]]:
    """(indicator, window) of one or all indicators, of one or all of their windows. Raises UnknownSeries."""
    found = [
        (one.id, days)
        for one in area_indicators().values()
        if indicator in (None, one.id)
        for days in one.windows
        if window in (None, days)
    ]
    if not found:
        raise UnknownSeries(f"no indicator {indicator or ''} with a window of {window or 'any'} days")
    return found


def _rows(series: Series, municipalities: Collection[str]) -> Iterable[list[object]]:
    about = [series.indicator, series.area, series.window]
    for day, measures in zip(series.days, values(series, municipalities), strict=True):
        for name, measure in measures.items():
            yield [*about, day, name, measure.count, "" if measure.total is None else measure.total]
