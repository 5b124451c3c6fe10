"""Area counts through Kafka and PostgreSQL: through a kill, in batches of 1 and of 1,000, every series equals the oracle's."""

import csv
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import asyncpg
import pytest
from vangnet_contract.indicators import area_indicators
from vangnet_contract.messages import Heartbeat
from vangnet_indicators.adapters.area_series import UnknownSeries, read_series, weekly_reports
from vangnet_indicators.adapters.delivered import read_delivered
from vangnet_indicators.domain.area.measures import value
from vangnet_indicators.domain.instants import instant
from vangnet_runtime.database import connect
from vangnet_runtime.migrations import migrate

from tests.integration.indicators.region import Region
from tests.integration.indicators.test_path import part_done
from tests.unit.indicators.area_world import AREAS, MUNICIPALITIES, eventful

FIRST, LAST = date(2024, 2, 1), date(2027, 3, 31)
WORLD = eventful(seed=20260401, steps=260)
WANTED = [(one.id, area, window) for one in area_indicators().values() for area in AREAS for window in one.windows]
Counts = dict[tuple[str, str, int], dict[str, dict[str, list[int]]]]


@asynccontextmanager
async def database(region: Region) -> AsyncIterator[asyncpg.Connection]:
    pool = await connect(region.postgres.dsn("indicators"), "indicators", most=1)
    await migrate(pool, "vangnet_indicators")
    async with pool.acquire() as connection:
        yield connection
    await pool.close()


async def all_counts(region: Region) -> Counts:
    async with database(region) as connection:
        found = {}
        for indicator, area, window in WANTED:
            series = await read_series(connection, indicator, area, window, first=FIRST, last=LAST)
            found[indicator, area, window] = series.components
        return found


async def heard(region: Region) -> None:
    """Partners deliver, one of them further than the other; what other tests heard of them stays."""
    await region.send([Heartbeat(partner=partner, up_to=up_to) for partner, up_to in WORLD.delivered.items()])
    process = region.start_stage(1000)
    await region.done()
    process.kill()
    process.join()
    async with database(region) as connection:
        found = await read_delivered(connection)
    WORLD.delivered = {partner: instant(up_to) for partner, up_to in found.items()}
    assert WORLD.delivered.keys() >= {"ggz", "gemeente"}


def on(counts: dict[str, dict[str, list[int]]], place: int, before: dict[str, dict[str, list[int]]]) -> dict:
    """The components of a day, without what was there before."""
    return {
        component: {
            part: days[place] - before[component].get(part, [0] * len(days))[place] for part, days in parts.items()
        }
        for component, parts in counts.items()
    }


async def test_series_equal_the_oracle_through_a_kill(region: Region) -> None:
    await heard(region)
    before = await all_counts(region)  # other tests' persons are others
    await region.send([message for _, message in WORLD.messages], repeat=random.Random(1))
    process = region.start_stage(1)
    await part_done(region, 0.8)
    process.kill()
    process.join()
    process = region.start_stage(1000)
    await region.done()
    process.kill()
    process.join()
    after, truth, seen = await all_counts(region), WORLD.truth, set()
    for indicator, area, window in WANTED:
        mine, earlier = after[indicator, area, window], before[indicator, area, window]
        for place in range(0, (LAST - FIRST).days + 1, 13):
            found = value(indicator, on(mine, place, earlier), None)
            figures = {name: (one.count, one.total) for name, one in found.items() if one.count}
            theirs = truth.figures(indicator, area, window, FIRST + timedelta(days=place))
            assert figures == {name: figure for name, figure in theirs.items() if figure[0]}, (indicator, area, window)
            seen |= {(indicator, name) for name in figures}
    assert len({indicator for indicator, _ in seen}) > 13, seen
    assert {("I07", "nietInZorg"), ("I07", "onbekend"), ("I08", "zorgBegonnen")} <= seen
    async with database(region) as connection:
        blocks = await connection.fetchval("SELECT count(DISTINCT partition) FROM area_block")
        deltas = await connection.fetchval(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM area_delta GROUP BY partition) AS d"
        )
    assert blocks > 0 and deltas < 70


async def test_weeks_are_complete_iso_weeks(region: Region) -> None:
    day = date(2025, 6, 26)
    async with database(region) as connection:
        weeks = await weekly_reports(connection, MUNICIPALITIES[0], day)
        with pytest.raises(UnknownSeries, match="no window of 31 days"):
            await read_series(connection, "I01b", MUNICIPALITIES[0], 31, first=FIRST, last=LAST)
    monday = day - timedelta(days=day.weekday())
    starts = [monday - timedelta(weeks=ago) for ago in range(9, 0, -1)]
    truth = WORLD.truth
    sundays = [start + timedelta(days=6) for start in starts]
    assert weeks == [truth.figures("I01b", MUNICIPALITIES[0], 7, sunday)["meldingen"][0] for sunday in sundays]
    assert any(weeks)


def test_the_export_says_the_same(region: Region) -> None:
    days = "--from", "2025-11-01", "--to", "2026-02-28"
    asked = ["--indicator", "I01b", "--area", MUNICIPALITIES[0], "--window", "365", *days]
    done = region.command("series", *asked, "--format", "csv", VANGNET_PROFILE="local")
    rows = [row for row in csv.DictReader(done.stdout.splitlines()) if row["figure"] == "meldingen"]
    truth = WORLD.truth
    assert len(rows) == 120 and [(row["day"], int(row["count"])) for row in rows] == [
        (row["day"], truth.figures("I01b", MUNICIPALITIES[0], 365, date.fromisoformat(row["day"]))["meldingen"][0])
        for row in rows
    ]
    done = region.command("series", "--indicator", "I99", *days, VANGNET_PROFILE="local")
    assert done.returncode == 1 and "I99" in done.stderr and "Traceback" not in done.stderr
