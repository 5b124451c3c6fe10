"""`vangnet-notifier deliveries failed|replay|proof|bounce`: what an operator does about mails that did not arrive."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from vangnet_runtime.database import Connection, DatabaseAway, connect
from vangnet_runtime.settings import DatabaseSettings, adopt_local_platform, load_settings

from vangnet_notifier.adapters import dead_letters
from vangnet_notifier.domain.bounce import bounced
from vangnet_notifier.settings import NotifierSettings

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the notification and offers it again
T = TypeVar("T")
DataDir = Annotated[
    Path | None, typer.Option(help="Folder of a local platform; else VANGNET_DATA_DIR, else ./.vangnet.")
]
commands = typer.Typer(no_args_is_help=True, help="Mails that did not arrive, and the proof that nobody was forgotten.")


@commands.command()
def failed(data_dir: DataDir = None) -> None:
    """Mails that were given up or came back: id, kind, alert, recipient, attempts, since, last reply."""
    for letter in _run(data_dir, dead_letters.dead_letters):
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
    """Send a failed mail again, under the same Message-ID, with all its attempts before it."""
    if (delivery is None) is not every:
        typer.echo("name one delivery, or give --all", err=True)
        raise typer.Exit(2)
    number = _run(data_dir, lambda connection: dead_letters.replay(connection, delivery))
    if delivery and not number:
        typer.echo(f"{delivery}: no such mail has failed; `failed` shows those that have", err=True)
        raise typer.Exit(1)
    typer.echo(f"{number} mail(s): will be tried again by the running service", err=True)


@commands.command()
def proof(data_dir: DataDir = None) -> None:
    """Count released alerts by what came of telling it; exit code 1 when one was told to nobody, without a reason."""
    counts = _run(data_dir, dead_letters.proof)
    typer.echo("  ".join(f"{outcome} {number}" for outcome, number in counts.items()))
    missing = _run(data_dir, dead_letters.untold)
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
    noted = _run(data_dir, lambda connection: dead_letters.note_bounce(connection, found), away=TRY_LATER)
    typer.echo(f"{found.delivery}: {'failed, ' + found.status if noted else 'known already'}", err=True)


def _run(data_dir: Path | None, work: Callable[[Connection], Awaitable[T]], away: int = 1) -> T:
    """Runs `work` on the service's schema; a database that is away is said in one line."""
    adopt_local_platform(NotifierSettings.service, data_dir)
    dsn = load_settings(DatabaseSettings).database.get_secret_value()
    try:
        return asyncio.run(_with_connection(dsn, work))
    except DatabaseAway as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(away) from None


async def _with_connection(dsn: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    pool = await connect(dsn, NotifierSettings.service, most=1, within=5.0)
    try:
        async with pool.acquire() as connection:
            return await work(connection)
    finally:
        await pool.close()
