"""`vangnet-indicators`: the service, parked keys, exports of a local platform."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from vangnet_runtime.database import DatabaseAway
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.settings import adopt_local_platform, load_settings

from vangnet_indicators.domain.area.series import UnknownSeries
from vangnet_indicators.settings import IndicatorsSettings

NOT_IN_PRODUCTION = 77  # EX_NOPERM of sysexits.h

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Rolling counts, rules, episodes.")
app.add_typer(parked_commands(IndicatorsSettings), name="parked")


class Table(StrEnum):
    """What counts are written as."""

    CSV = "csv"


class Lines(StrEnum):
    """What episodes are written as."""

    JSONL = "jsonl"


DataDir = Annotated[
    Path | None, typer.Option(help="Folder of a local platform; else VANGNET_DATA_DIR, else ./.vangnet.")
]


@app.command()
def run() -> None:
    """Run indicators until SIGTERM. Settings come from VANGNET_* variables."""
    from vangnet_indicators.service import run_indicators

    run_indicators(load_settings(IndicatorsSettings))


@app.command()
def counts(
    as_of: Annotated[str, typer.Option(help="Moment with its zone, as 2026-03-01T00:00:00+01:00.")],
    format: Annotated[Table, typer.Option(help="Only csv.")] = Table.CSV,
    data_dir: DataDir = None,
) -> None:
    """Counts of everyone in view (person,window,events,occurrences). Only in the local profile."""
    from vangnet_indicators.service import write_counts

    moment = _moment(as_of)
    _write(write_counts(_local_settings(data_dir), moment, sys.stdout))


@app.command()
def episodes(
    format: Annotated[Lines, typer.Option(help="Only jsonl.")] = Lines.JSONL,
    data_dir: DataDir = None,
) -> None:
    """Every episode of every rule as it stands, with its signal if one was raised. Only in the local profile."""
    from vangnet_indicators.service import write_episodes

    _write(write_episodes(_local_settings(data_dir), sys.stdout))


@app.command()
def series(
    *,
    first: Annotated[str, typer.Option("--from", help="First day, as 2026-03-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    area: Annotated[list[str] | None, typer.Option(help="GMxxxx or regio; may be repeated. All when left out.")] = None,
    indicator: Annotated[str | None, typer.Option(help="As I01b. All when left out.")] = None,
    window: Annotated[int | None, typer.Option(help="Days. All windows when left out.")] = None,
    format: Annotated[Table, typer.Option(help="Only csv.")] = Table.CSV,
    data_dir: DataDir = None,
) -> None:
    """Area counts (indicator,area,window,day,figure,count,denominator), nothing suppressed. Only in the local profile."""
    from vangnet_indicators.service import write_series

    days = _day(first, "--from"), _day(last, "--to")
    _write(write_series(_local_settings(data_dir), indicator, area, window, days=days, out=sys.stdout))


def _write(export: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(export)
    except (CannotStart, DatabaseAway, UnknownSeries) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def _local_settings(data_dir: Path | None) -> IndicatorsSettings:
    adopt_local_platform("indicators", data_dir)
    settings = load_settings(IndicatorsSettings)
    if settings.profile != "local":
        typer.echo("not-in-production: exports are made in the local profile only", err=True)
        raise typer.Exit(NOT_IN_PRODUCTION)
    return settings


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(
            "must be a date and time with its zone, as 2026-03-01T00:00:00+01:00", param_hint="--as-of"
        )
    return moment


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be a day, as 2026-03-01", param_hint=option) from None


def main() -> None:
    """Entry point."""
    app()
