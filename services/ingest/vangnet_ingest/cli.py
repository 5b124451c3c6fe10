"""`vangnet-ingest`: the service, and the one-shot job that makes the topics."""

import typer
from vangnet_runtime.kafka import KafkaAway, TopicsRefused
from vangnet_runtime.refusal import CannotStart
from vangnet_runtime.settings import load_settings

from vangnet_ingest.settings import IngestSettings, TopicsSettings

FAILED = 1
TEMPORARY = 75
"""EX_TEMPFAIL of sysexits.h: run it again."""

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Decides whether an event may come in.")


@app.command()
def run() -> None:
    """Run ingest until SIGTERM. Settings come from VANGNET_* variables."""
    from vangnet_ingest.service import run_ingest

    run_ingest(load_settings(IngestSettings))


@app.command()
def topics() -> None:
    """Make the topics of the region, bring their configuration up to date, and end."""
    from vangnet_ingest.service import prepare_topics

    try:
        made = prepare_topics(load_settings(TopicsSettings))
    except (CannotStart, TopicsRefused) as fault:
        _give_up(fault, FAILED)
    except KafkaAway as fault:
        _give_up(fault, TEMPORARY)
    else:
        typer.echo(f"{len(made)} topic(s) made" if made else "all topics exist")


def main() -> None:
    """Entry point."""
    app()


def _give_up(fault: Exception, code: int) -> None:
    typer.echo(f"vangnet-ingest topics: {fault}", err=True)
    raise typer.Exit(code)
