"""A backtest: what another threshold would have raised, from the stored events; whoever asks changes nothing."""

import csv
import io
import json
import shutil
from datetime import timedelta
from pathlib import Path

import asyncpg

from tests.integration.indicators.region import DEMO_POLICY, Region
from tests.unit.indicators.people import DAY, START, change, record

FROM = START + timedelta(days=365 * 3)
"""No other test has events then."""
PERIOD = ("--from", f"{FROM:%Y-%m-%d}", "--to", f"{FROM + 27 * DAY:%Y-%m-%d}")
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'indicators' ORDER BY 1"
LOCAL = {"VANGNET_PROFILE": "local"}


async def contents(region: Region) -> dict[str, str]:
    """A digest of every table of indicators."""
    connection = await asyncpg.connect(region.postgres.dsn("indicators"))
    try:
        return {
            row[0]: await connection.fetchval(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {row[0]} t")
            for row in await connection.fetch(TABLES)
        }
    finally:
        await connection.close()


async def test_a_lower_threshold_raises_more_and_nothing_is_changed(region: Region, tmp_path: Path) -> None:
    with region.running(region.environment()):
        for number in range(2, 6):  # persons with 2, 3, 4 and 5 occurrences, a week apart
            days = [FROM + 5 * DAY * n + DAY for n in range(number)]
            events = [record(f"back{number}-{n}", at, municipality="GM0034") for n, at in enumerate(days)]
            await region.send([change(days[-1], events, person=f"{number:x}" * 32)])
        await region.done()
    before = await contents(region)
    asked = ("backtest", "--rule", "R1", "--set", "count=3..5", *PERIOD)
    chart = tmp_path / "chart.svg"

    told = region.command(*asked, "--format", "csv", "--svg", str(chart), **LOCAL)
    assert told.returncode == 0, told.stderr
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert [(row["settings"], row["alerts"], row["persons"]) for row in rows] == [
        ("count=3", "3", "3"),
        ("count=4", "2", "2"),
        ("count=5", "1", "1"),
    ]
    assert rows[0]["alerts_a_week"] == "GM0034:0.75"  # three in four weeks
    assert chart.read_text().count("<rect") == len(rows)
    as_json = json.loads(region.command(*asked, "--format", "json", **LOCAL).stdout)
    assert [one["alerts"] for one in as_json] == [3, 2, 1]
    assert "count=5" in region.command(*asked, **LOCAL).stdout

    same = region.command("dry-run", str(DEMO_POLICY), *PERIOD, **LOCAL)
    assert (same.returncode, same.stdout) == (0, "rule,municipality,state,new_cases_a_week\n"), same.stderr
    lower = shutil.copytree(DEMO_POLICY, tmp_path / "policy") / "rules.yaml"
    lower.write_text(lower.read_text().replace("count: 4, days: 90", "count: 3, days: 90"))
    new = region.command("dry-run", str(lower.parent), *PERIOD, **LOCAL).stdout.splitlines()[1:]
    assert new == ["R1,GM0034,actief,0.25"]  # who has three; the others are told of already

    refused = region.command("backtest", "--rule", "R1", "--set", "moons=3", *PERIOD, **LOCAL)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1) and "moons" in refused.stderr
    assert await contents(region) == before
