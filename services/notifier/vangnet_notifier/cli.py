"""`vangnet-notifier`: the service, parked keys, mails that failed, the export of a local platform."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from vangnet_runtime.commands import run_commands
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.settings import DatabaseSettings, adopt_local_platform, load_settings

from vangnet_notifier.delivery_commands import commands as delivery_commands
from vangnet_notifier.settings import ExportSettings, NotifierSettings

NOT_IN_PRODUCTION = 77  # EX_NOPERM of sysexits.h

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Alerts, people, delivery.")
app.add_typer(parked_commands(NotifierSettings), name="parked")
app.add_typer(delivery_commands, name="deliveries")


class Format(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"


DataDir = Annotated[
    Path | None, typer.Option(help="Folder of a local platform; else VANGNET_DATA_DIR, else ./.vangnet.")
]


@app.command()
def run() -> None:
    """Run the notifier until SIGTERM. Settings come from VANGNET_* variables."""
    from vangnet_notifier.service import run_notifier

    run_notifier(load_settings(NotifierSettings))


@app.command()
def alerts(
    format: Annotated[Format, typer.Option(help="Only jsonl.")] = Format.JSONL,
    data_dir: DataDir = None,
) -> None:
    """Every alert with person and evidence, one JSON object a line. Only in the local profile."""
    from vangnet_notifier.adapters.export import export_alerts

    adopt_local_platform(NotifierSettings.service, data_dir)
    if load_settings(ExportSettings).profile != "local":
        typer.echo("not-in-production: alerts are exported in the local profile only", err=True)
        raise typer.Exit(NOT_IN_PRODUCTION)
    dsn = load_settings(DatabaseSettings).database.get_secret_value()
    asyncio.run(export_alerts(dsn, NotifierSettings.service, sys.stdout))


def main() -> None:
    """Entry point."""
    run_commands(app, "notifier")
