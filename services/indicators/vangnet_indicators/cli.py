"""`vangnet-indicators`: the service, parked keys, checking and mending of its state, exports of a local platform."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from vangnet_runtime.commands import run_commands
from vangnet_runtime.database import DatabaseAway
from vangnet_runtime.faults import NotYet
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.settings import adopt_local_platform, load_settings

from vangnet_indicators.domain.area.series import UnknownSeries
from vangnet_indicators.domain.variants import BacktestRefused
from vangnet_indicators.settings import IndicatorsSettings

if TYPE_CHECKING:
    from vangnet_indicators.adapters.verify import Verified

T = TypeVar("T")
NOT_IN_PRODUCTION = 77  # EX_NOPERM of sysexits.h

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Rolling counts, rules, episodes.")
app.add_typer(parked_commands(IndicatorsSettings), name="parked")


class Table(StrEnum):
    """What counts are written as."""

    CSV = "csv"


class Explained(StrEnum):
    """What an explanation is written as."""

    TEXT = "text"
    JSON = "json"


class Lines(StrEnum):
    """What episodes are written as."""

    JSONL = "jsonl"


class Tried(StrEnum):
    """What a backtest is written as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


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


@app.command()
def verify(data_dir: DataDir = None) -> None:
    """Compare what is kept with what follows from the stored events: kinds of differences, with how many. Exit 1 when there are any."""
    from vangnet_indicators.repair import verify_state

    settings = _settings(data_dir)
    found: Verified = _finished(verify_state(settings))
    for kind, count in sorted(found.checked.items()):
        typer.echo(f"checked {kind}: {count}")
    for kind, count in sorted(found.mismatches.items()):
        if count:
            typer.echo(f"differs {kind}: {count}")
    if settings.profile == "local":
        for person in found.differing:
            typer.echo(f"person {person}")
    if not found.clean:
        raise typer.Exit(1)


@app.command()
def rebuild(data_dir: DataDir = None) -> None:
    """Make all that follows from the stored events anew. A running service waits now and then; signals keep their ids.

    What should have been said and was not (or should not have been) is said by the running service at its next Tick.
    """
    from vangnet_indicators.repair import rebuild_state

    _finished(rebuild_state(_settings(data_dir), typer.echo))


@app.command()
def explain(
    signal: Annotated[str, typer.Option(help="Id of a signal that stands.")],
    format: Annotated[Explained, typer.Option(help="Dutch text, or JSON.")] = Explained.TEXT,
    data_dir: DataDir = None,
) -> None:
    """Each event of the person in or out of each rule's count, at the crossing and now, and why. Only in the local profile.

    In production it is for reviewers, on the desk, with a line in the trail: not built yet.
    """
    from vangnet_indicators.repair import explain_one

    typer.echo(_finished(explain_one(_local_settings(data_dir), signal, as_json=format is Explained.JSON)), nl=False)


@app.command()
def backtest(
    *,
    rule: Annotated[str, typer.Option(help="As R1; a rule about persons.")],
    first: Annotated[str, typer.Option("--from", help="First day, as 2026-03-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="count=3..6, days=30,90, factor=1.5..2.5/0.5 or 2.days=30; may be repeated. The rule's own when left out.",
        ),
    ] = None,
    format: Annotated[Tried, typer.Option(help="table, csv or json.")] = Tried.TABLE,
    svg: Annotated[Path | None, typer.Option(help="File for a chart of alerts a week.")] = None,
    data_dir: DataDir = None,
) -> None:
    """What a rule would have raised with other settings, run everywhere, on stored events. Writes nothing. Only in the local profile."""
    from vangnet_indicators.domain.backtest_chart import as_svg
    from vangnet_indicators.domain.backtest_words import as_csv, as_json, as_table
    from vangnet_indicators.trials import try_rule

    days = _day(first, "--from"), _day(last, "--to")
    found = _finished(try_rule(_local_settings(data_dir), rule, given or [], days))
    if svg is not None:
        _saved(svg, as_svg(found))
    told = {Tried.TABLE: as_table, Tried.CSV: as_csv, Tried.JSON: as_json}[format]
    typer.echo(told(found), nl=False)


@app.command()
def dry_run(
    folder: Annotated[Path, typer.Argument(help="Folder of the policy to try.")],
    first: Annotated[str, typer.Option("--from", help="First day, as 2026-03-01.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    data_dir: DataDir = None,
) -> None:
    """What another policy would newly raise, in cases a week by rule and municipality (CSV). Only in the local profile."""
    from vangnet_indicators.trials import try_policy

    days = _day(first, "--from"), _day(last, "--to")
    typer.echo(_finished(try_policy(_local_settings(data_dir), folder, days)), nl=False)


def _saved(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        typer.echo(f"--svg {file}: {problem.strerror}", err=True)
        raise typer.Exit(1) from None


def _write(export: Coroutine[Any, Any, None]) -> None:
    _finished(export)


def _finished(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (CannotStart, DatabaseAway, NotYet, UnknownSeries, BacktestRefused) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def _settings(data_dir: Path | None) -> IndicatorsSettings:
    adopt_local_platform("indicators", data_dir)
    return load_settings(IndicatorsSettings)


def _local_settings(data_dir: Path | None) -> IndicatorsSettings:
    settings = _settings(data_dir)
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
    run_commands(app, "indicators")
