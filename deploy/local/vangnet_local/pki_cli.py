"""`vangnet-pki`: the authority behind a secured Kafka."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vangnet_local import pki
from vangnet_local.cli import fail
from vangnet_local.failures import Expected

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Certificates for Kafka."
)

Folder = Annotated[Path, typer.Argument(help="Where the authority lies; keep it with the operator.", metavar="FOLDER")]


def main() -> None:
    """Entry point: expected failures become one message and exit code 1."""
    try:
        app()
    except Expected as failure:
        fail(str(failure))


@app.command()
def new(folder: Folder) -> None:
    """Make the authority, unless there is one."""
    pki.make_authority(folder)
    print(f"give everybody who connects: {folder / 'ca.pem'}")


@app.command()
def issue(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="As Kafka's access control knows it: broker, admin, partner-politie …")],
    host: Annotated[list[str] | None, typer.Option(help="Of a broker: each name and address that clients use.")] = None,
    days: Annotated[int, typer.Option(min=1, max=825, help="How long it is valid.")] = pki.DAYS,
) -> None:
    """Issue a certificate, also in place of one that ends soon: the broker takes a new one when it starts again."""
    pki.issue(folder, name, host or (), days)
    print(f"{folder / name}.pem and {name}-key.pem (for Kafka both: {name}-store.pem)")


@app.command()
def show(folder: Folder) -> None:
    """Every certificate and when it ends. Exit code 1 when one ends within 30 days."""
    soon = False
    for one in pki.certificates(folder):
        left = (one.valid_to - datetime.now(UTC)).days
        soon |= left < pki.RENEW_BEFORE
        print(f"{one.name:24} {one.valid_to:%Y-%m-%d}  {left:5} days")
    raise typer.Exit(int(soon))
