"""`vangnet-notifier deliveries failed|replay|proof|bounce`: what an operator does about mails and webhooks that did not arrive."""

import sys
from typing import Annotated

import typer
from vangnet_runtime.database import Connection

from vangnet_notifier.adapters import dead_letters
from vangnet_notifier.adapters.trail import note
from vangnet_notifier.domain.bounce import Bounce, bounced
from vangnet_notifier.domain.trail import COMMAND
from vangnet_notifier.operating import DataDir, said_by_operator, with_connection

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the notification and offers it again
commands = typer.Typer(
    no_args_is_help=True, help="Mails and webhooks that did not arrive, and the proof that nobody was forgotten."
)


@commands.command()
def failed(data_dir: DataDir = None) -> None:
    """What was given up or came back: id, kind, alert, recipient, attempts, since, last reply."""
    for letter in with_connection(data_dir, dead_letters.dead_letters):
        typer.echo(
            f"{letter.id}  {letter.kind}  alert {letter.alert}  {letter.email}  {letter.attempts} attempt(s)  "
            f"since {letter.failed_at:%Y-%m-%dT%H:%M:%SZ}  {letter.why or ''}"
        )


@commands.command()
def replay(
    delivery: Annotated[str | None, typer.Argument(help="An id from `failed`.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Send what failed again, under the same Message-ID or webhook-id, with all its attempts before it."""
    if (delivery is None) is not every:
        typer.echo("name one delivery, or give --all", err=True)
        raise typer.Exit(2)
    number = with_connection(data_dir, lambda connection: _replayed(connection, delivery))
    if delivery and not number:
        typer.echo(f"{delivery}: nothing of that name has failed; `failed` shows those that have", err=True)
        raise typer.Exit(1)
    typer.echo(f"{number} delivery(s): will be tried again by the running service", err=True)


@commands.command()
def proof(data_dir: DataDir = None) -> None:
    """Count released alerts by what came of telling it; exit code 1 when one was told to nobody, without a reason."""
    counts = with_connection(data_dir, dead_letters.proof)
    typer.echo("  ".join(f"{outcome} {number}" for outcome, number in counts.items()))
    missing = with_connection(data_dir, dead_letters.untold)
    for alert in missing:
        typer.echo(f"alert {alert}: released, and nobody was told", err=True)
    if missing:
        raise typer.Exit(1)


@commands.command()
def bounce(data_dir: DataDir = None) -> None:
    """Read one mail from standard input: a mail server's alias pipes here what comes back to VANGNET_SMTP_BOUNCES."""
    found = bounced(sys.stdin.buffer.read())
    if found is None:
        typer.echo("not a mail of ours that came back", err=True)
        return
    noted = with_connection(data_dir, lambda connection: _returned(connection, found), away=TRY_LATER)
    typer.echo(f"{found.delivery}: {'failed, ' + found.status if noted else 'known already'}", err=True)


async def _replayed(connection: Connection, delivery: str | None) -> int:
    """How many, with a line in the trail."""
    async with connection.transaction():
        number = await dead_letters.replay(connection, delivery)
        if number:
            await note(connection, said_by_operator(COMMAND, "deliveries replay", number, delivery))
        return number


async def _returned(connection: Connection, bounce: Bounce) -> bool:
    """Whether it was news, with a line in the trail when it was."""
    async with connection.transaction():
        known = await dead_letters.note_bounce(connection, bounce)
        if known:
            await note(connection, said_by_operator(COMMAND, "deliveries bounce", 1, bounce.delivery))
        return known
