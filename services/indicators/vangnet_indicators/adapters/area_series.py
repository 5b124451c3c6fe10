"""Series of area counts, from what is committed: blocks and deltas of all partitions, in one query."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from vangnet_contract.indicators import area_indicators
from vangnet_runtime.database import Connection

from vangnet_indicators.adapters.area_store import BLOCK, decode_days, decode_delta
from vangnet_indicators.adapters.delivered import read_delivered
from vangnet_indicators.domain.area.calendar import number_of
from vangnet_indicators.domain.area.cells import add_days
from vangnet_indicators.domain.area.delivery import AWAITED, settled
from vangnet_indicators.domain.area.measures import components_of
from vangnet_indicators.domain.area.series import Series, UnknownSeries, series_of

if TYPE_CHECKING:
    Row: TypeAlias = asyncpg.Record
else:
    Row = asyncpg.Record

# Blocks after the last day asked for are of no use. Deltas are few (area_store.FOLD_ROWS): each is looked through.
READ = """
SELECT component, part, cells FROM area_block WHERE area = $1 AND days = $2 AND component = ANY($3::text[]) AND block <= $4
UNION ALL
SELECT NULL, NULL, cells FROM area_delta
"""

__all__ = ["Series", "UnknownSeries", "read_series", "weekly_reports"]

WEEKS_BEFORE = 8
Cells = dict[tuple[str, str], dict[int, int]]


async def read_series(
    connection: Connection, indicator: str, area: str, window: int, *, first: date, last: date
) -> Series:
    """The indicator on the days `first`..`last`, by what is committed now. `area`: a municipality, or REGION.

    Raises UnknownSeries. An area that nothing is known of has zeros.
    """
    _check(indicator, window, first, last)
    wanted = components_of(indicator)
    rows = await connection.fetch(READ, area, window, list(wanted), number_of(last) // BLOCK)
    cells = _cells(rows, area, wanted, window)
    if AWAITED.keys() & {*wanted}:
        cells = settled(cells, window, await read_delivered(connection))
    return series_of(indicator, area, window, first=first, last=last, cells=cells)


async def weekly_reports(connection: Connection, municipality: str, day: date, weeks: int = WEEKS_BEFORE) -> list[int]:
    """I01b of complete ISO weeks before the week that `day` lies in, the oldest first: `weeks` to compare with, then the last."""
    start = day - timedelta(days=day.weekday() + 7 * (weeks + 1))
    rows = await connection.fetch(READ, municipality, 7, ["reports"], number_of(day) // BLOCK)
    cells = _cells(rows, municipality, ("reports",), 7)
    series = series_of("I01b", municipality, 7, first=start, last=day, cells=cells)
    weekly = series.components["reports"].get("", [0] * (7 * weeks + 8))
    return weekly[6 : 7 * (weeks + 1) : 7]


def _cells(rows: Iterable[Row], area: str, components: Iterable[str], window: int) -> Cells:
    found: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    prefixes = {f"{component}/{window}/": component for component in components}
    for row in rows:
        if row["component"] is not None:
            _add(found[row["component"], row["part"]], row["cells"])
            continue
        for name, raw in decode_delta(row["cells"]).items():
            areas, _, series = name.partition("/")
            start = series.rfind("/") + 1
            if (component := prefixes.get(series[:start])) and area in areas.split(","):
                _add(found[component, series[start:]], raw)
    return found


def _add(to: dict[int, int], encoded: bytes) -> None:
    add_days(to, decode_days(encoded).items())


def _check(indicator: str, window: int, first: date, last: date) -> None:
    known = area_indicators().get(indicator)
    if known is None:
        raise UnknownSeries(f"no indicator {indicator}: one of {', '.join(area_indicators())}")
    if window not in known.windows:
        raise UnknownSeries(f"{indicator} has no window of {window} days: one of {', '.join(map(str, known.windows))}")
    if first > last:
        raise UnknownSeries(f"the first day ({first}) comes after the last ({last})")
