"""`parked list|replay|drop|accept-loss`: what an operator does about keys that wait and partitions that halted.

The commands only note what is wanted; the running service does it between two batches, in order and exactly once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import asyncpg
import typer

from vangnet_runtime import fence, parking
from vangnet_runtime.database import Connection, DatabaseAway, connect
from vangnet_runtime.settings import DatabaseSettings, StatefulSettings, adopt_local_platform, load_settings

T = TypeVar("T")

LIST = """
SELECT partition, key, count(*) AS messages, min(parked_at) AS since, min("offset") AS first,
       (array_agg(reason ORDER BY id))[1] AS reason
FROM parked GROUP BY partition, key ORDER BY min(id)
"""


class NotParked(Exception):
    """No parked key has this handle."""


DataDir = Annotated[
    Path | None, typer.Option(help="Folder of a local platform; else VANGNET_DATA_DIR, else ./.vangnet.")
]


Witness = Callable[[Connection, str, str], Awaitable[None]]
"""Notes a command and what it is about, in the transaction of the command."""


async def _no_witness(_connection: Connection, _command: str, _about: str) -> None:
    """Of a service that keeps no trail."""


def parked_commands(settings: type[StatefulSettings], witness: Witness = _no_witness) -> typer.Typer:
    """The sub-commands for a service's command line: `app.add_typer(parked_commands(LinkerSettings), name="parked")`."""
    commands = typer.Typer(
        no_args_is_help=True, help="Messages that could not be processed, and partitions that halted."
    )
    service = settings.service

    @commands.command("list")
    def show(data_dir: DataDir = None) -> None:
        """Keys that wait: handle, partition, messages, since, first offset, why."""
        for line in _run(service, data_dir, _lines):
            typer.echo(line)

    @commands.command()
    def replay(key: str, data_dir: DataDir = None) -> None:
        """Process the messages of KEY (a handle from `list`) again, in order, as soon as the service gets to it."""
        _run(service, data_dir, lambda connection: _order(connection, key, "replay", witness))
        typer.echo(f"{key}: will be replayed by the running service", err=True)

    @commands.command()
    def drop(key: str, data_dir: DataDir = None) -> None:
        """Give the messages of KEY (a handle from `list`) up for good."""
        _run(service, data_dir, lambda connection: _order(connection, key, "drop", witness))
        typer.echo(f"{key}: will be dropped by the running service", err=True)

    @commands.command("accept-loss")
    def accept_loss(
        partition: Annotated[int, typer.Option(help="The halted partition, as /readyz names it.")],
        offset: Annotated[int, typer.Option(help="Offset to go on from, as /readyz names it under `found`.")],
        data_dir: DataDir = None,
    ) -> None:
        """Accept that records before OFFSET, or messages in between, are gone; the partition goes on there."""
        _run(service, data_dir, lambda connection: _accept_loss(connection, partition, offset, witness))
        typer.echo(f"partition {partition}: goes on at offset {offset}", err=True)

    return commands


def _run(service: str, data_dir: Path | None, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Runs `work` on the service's schema; what goes wrong is said in one line."""
    adopt_local_platform(service, data_dir)
    dsn = load_settings(DatabaseSettings).database.get_secret_value()
    try:
        return asyncio.run(_with_connection(service, dsn, work))
    except (DatabaseAway, NotParked) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    except asyncpg.UndefinedTableError:
        typer.echo(f"the schema {service} has no tables yet: start vangnet-{service} once", err=True)
        raise typer.Exit(1) from None


async def _with_connection(service: str, dsn: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    pool = await connect(dsn, service, most=1, within=5.0)
    try:
        async with pool.acquire() as connection:
            return await work(connection)
    finally:
        await pool.close()


async def _lines(connection: Connection) -> list[str]:
    return [
        f"{parking.handle(row['key'])}  partition {row['partition']}  {row['messages']} message(s)  "
        f"since {row['since']:%Y-%m-%dT%H:%M:%SZ}  first offset {row['first']}  {row['reason']}"
        for row in await connection.fetch(LIST)
    ]


async def _accept_loss(connection: Connection, partition: int, offset: int, witness: Witness) -> None:
    async with connection.transaction():
        await fence.accept_loss(connection, partition, offset)
        await witness(connection, "parked accept-loss", f"{partition}/{offset}")


async def _order(connection: Connection, wanted: str, action: parking.Action, witness: Witness) -> None:
    rows = await connection.fetch("SELECT DISTINCT partition, key FROM parked")
    found = [row for row in rows if parking.handle(row["key"]) == wanted]
    if not found:
        raise NotParked(f"{wanted}: no such key is parked; `list` shows those that are")
    async with connection.transaction():
        for row in found:
            await parking.give_order(connection, parking.Order(row["partition"], row["key"], action))
        await witness(connection, f"parked {action}", wanted)
