"""`vangnet-notifier webhooks disabled|enable`: what an operator does about a system that wants no webhooks any more."""

from typing import Annotated

import typer
from vangnet_runtime.database import Connection

from vangnet_notifier.adapters import disabled as targets
from vangnet_notifier.adapters.trail import note
from vangnet_notifier.domain.trail import COMMAND
from vangnet_notifier.operating import DataDir, said_by_operator, with_connection

commands = typer.Typer(
    no_args_is_help=True, help="Systems that answered 410 Gone and get nothing until they are enabled."
)


@commands.command()
def disabled(data_dir: DataDir = None) -> None:
    """Targets that get nothing: name, since, the delivery that was answered so, how many are kept for it."""
    for one in with_connection(data_dir, targets.disabled):
        typer.echo(f"{one.target}  since {one.disabled_at:%Y-%m-%dT%H:%M:%SZ}  {one.delivery}  {one.waiting} waiting")


@commands.command()
def enable(
    target: Annotated[str, typer.Argument(help="A name from `disabled`.")],
    data_dir: DataDir = None,
) -> None:
    """Send to this target again, what was kept for it first. What failed: `deliveries replay`."""
    if not with_connection(data_dir, lambda connection: _enabled(connection, target)):
        typer.echo(f"{target}: not disabled; `disabled` shows those that are", err=True)
        raise typer.Exit(1)
    typer.echo(f"{target}: enabled", err=True)


async def _enabled(connection: Connection, target: str) -> bool:
    """Whether it was disabled, with a line in the trail when it was."""
    async with connection.transaction():
        found = await targets.enable(connection, target)
        if found:
            await note(connection, said_by_operator(COMMAND, "webhooks enable", recipient=target))
        return found
