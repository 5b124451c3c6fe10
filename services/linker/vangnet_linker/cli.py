"""`vangnet-linker`: the linker, the evaluator role, parked keys, the export of a local platform."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from vangnet_runtime.commands import run_commands
from vangnet_runtime.parked_commands import parked_commands
from vangnet_runtime.settings import adopt_local_platform, load_settings

from vangnet_linker.evaluation.commands import evaluate_command, train_command
from vangnet_linker.evaluator import share_commands
from vangnet_linker.settings import LinkerSettings

NOT_IN_PRODUCTION = 77  # EX_NOPERM of sysexits.h

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Where events of one person meet, pseudonymously.")
app.add_typer(parked_commands(LinkerSettings), name="parked")
app.add_typer(share_commands.app, name="shares")
app.command("evaluate")(evaluate_command)
app.command("train")(train_command)


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"


DataDir = Annotated[
    Path | None, typer.Option(help="Folder of a local platform; else VANGNET_DATA_DIR, else ./.vangnet.")
]


@app.command()
def run() -> None:
    """Run the linker until SIGTERM. Settings come from VANGNET_* variables."""
    from vangnet_linker.service import run_linker

    run_linker(load_settings(LinkerSettings))


@app.command()
def evaluator() -> None:
    """Run one evaluator: half a key, in another organisation, with settings, quota and log of its own."""
    from vangnet_linker.evaluator.service import run_evaluator
    from vangnet_linker.evaluator.settings import EvaluatorSettings

    run_evaluator(load_settings(EvaluatorSettings))


@app.command()
def persons(
    format: Annotated[Format, typer.Option(help="Only csv.")] = Format.CSV,
    data_dir: DataDir = None,
) -> None:
    """Which event belongs to whom (source,id,person,certainty). Only in the local profile."""
    from vangnet_linker.export import export_persons

    adopt_local_platform("linker", data_dir)
    settings = load_settings(LinkerSettings)
    if settings.profile != "local":
        typer.echo("not-in-production: persons are exported in the local profile only", err=True)
        raise typer.Exit(NOT_IN_PRODUCTION)
    asyncio.run(export_persons(settings, sys.stdout))


def main() -> None:
    """Entry point."""
    run_commands(app, "linker")
