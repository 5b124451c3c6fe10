"""What commands for operators share: the service's schema, and who sits at the keyboard."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from vangnet_runtime.database import Connection, DatabaseAway, connect
from vangnet_runtime.settings import DatabaseSettings, adopt_local_platform, load_settings

from vangnet_notifier.domain.trail import Entry
from vangnet_notifier.settings import NotifierSettings

T = TypeVar("T")
DataDir = Annotated[
    Path | None, typer.Option(help="Folder of a local platform; else VANGNET_DATA_DIR, else ./.vangnet.")
]


def said_by_operator(action: str, choice: str, number: int = 0, recipient: str | None = None) -> Entry:
    """A line of the trail for a command, on the machine's clock. Named by the account that gave it (before sudo, if any)."""
    account = os.environ.get("SUDO_USER") or getpass.getuser()
    return Entry(
        alert=None,
        at=datetime.now(UTC),
        user=f"beheer:{account}",
        name=f"Beheer ({account})",
        action=action,
        choice=choice,
        recipient=recipient,
        added=number,
    )


def with_connection(data_dir: Path | None, work: Callable[[Connection], Awaitable[T]], away: int = 1) -> T:
    """Runs `work` on the service's schema; a database that is away is said in one line. `away`: exit code for that."""
    adopt_local_platform(NotifierSettings.service, data_dir)
    dsn = load_settings(DatabaseSettings).database.get_secret_value()
    try:
        return asyncio.run(_on_schema(dsn, work))
    except DatabaseAway as problem:
        typer.echo(f"vangnet-notifier: {problem}", err=True)
        raise typer.Exit(away) from None


async def _on_schema(dsn: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    pool = await connect(dsn, NotifierSettings.service, most=1, within=5.0)
    try:
        async with pool.acquire() as connection:
            return await work(connection)
    finally:
        await pool.close()
