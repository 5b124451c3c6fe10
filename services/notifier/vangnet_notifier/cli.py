"""`vangnet-notifier`: the service, parked keys, mails that failed, the trail, the export of a local platform."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from vangnet_runtime.commands import run_commands
from vangnet_runtime.database import Connection
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.settings import adopt_local_platform, load_settings

from vangnet_notifier.audit_commands import commands as audit_commands
from vangnet_notifier.delivery_commands import commands as delivery_commands
from vangnet_notifier.domain.trail import COMMAND, EXPORT, Entry
from vangnet_notifier.operating import DataDir, said_by_operator, with_connection
from vangnet_notifier.settings import ExportSettings, NotifierSettings
from vangnet_notifier.webhook_commands import commands as webhook_commands

NOT_IN_PRODUCTION = 77  # EX_NOPERM of sysexits.h


async def _witness(connection: Connection, command: str, about: str) -> None:
    """What an operator orders leaves a line in the trail."""
    from vangnet_notifier.adapters.trail import note

    await note(connection, said_by_operator(COMMAND, command, recipient=about))


app = typer.Typer(no_args_is_help=True, add_completion=False, help="Alerts, people, delivery.")
app.add_typer(parked_commands(NotifierSettings, _witness), name="parked")
app.add_typer(delivery_commands, name="deliveries")
app.add_typer(audit_commands, name="audit")
app.add_typer(webhook_commands, name="webhooks")


class Format(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"


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

    def said(number: int) -> Entry:
        return said_by_operator(EXPORT, "alerts", number)

    with_connection(data_dir, lambda connection: export_alerts(connection, sys.stdout, said))


def main() -> None:
    """Entry point."""
    run_commands(app, "notifier")
