"""vangnet-simulator: invented people and their events, for trying Vangnet out."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vangnet_simulator.region import DEFAULT_PERSONS, DEFAULT_START, Region

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)

Days = Annotated[int, typer.Option(min=1, help="Number of local days.")]
Persons = Annotated[int, typer.Option(min=1, help="People whom partners may meet.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte.")]
Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")]
FIRST_DAY = datetime.combine(DEFAULT_START, datetime.min.time())


@app.callback(invoke_without_command=True)
def generate(
    context: typer.Context,
    *,
    days: Days = 365,
    persons: Persons = DEFAULT_PERSONS,
    seed: Seed = 1,
    start_date: Start = FIRST_DAY,
    heartbeat_hours: Annotated[
        int, typer.Option(min=0, help="A levensteken of each partner every so many hours; 0: none.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for <partner>.jsonl, truth.csv and persons.jsonl.")
    ] = None,
) -> None:
    """Write what six partners of a Flevoland-like region would report, and who it is really about."""
    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise typer.BadParameter("name a folder to write to", param_hint="--out")
    from vangnet_simulator.files import write_files

    simulation = Region.generate(seed, days, persons, start_date.date(), heartbeat_hours=heartbeat_hours)
    try:
        lines = write_files(simulation, out)
    except OSError as error:
        raise typer.BadParameter(f"cannot write: {error.strerror}: {error.filename}", param_hint="--out") from None
    typer.echo(
        f"{sum(lines.values())} events: " + ", ".join(f"{partner} {number}" for partner, number in lines.items())
    )


@app.command()
def calibration(seed: Seed = 1, persons: Persons = DEFAULT_PERSONS) -> None:
    """Print the figures of one simulated year beside the published ones."""
    from vangnet_simulator.calibration import calibration as figures
    from vangnet_simulator.calibration import table

    typer.echo(table(figures(Region.generate(seed, 365, persons))))


def main() -> None:
    app()
