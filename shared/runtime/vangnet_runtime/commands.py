"""The entry point of a service's command line: what a server or a setting is to blame for is one message, no traceback."""

import sys

import asyncpg
import typer

from vangnet_runtime.refusal import CannotStart


def run_commands(app: typer.Typer, service: str) -> None:
    """Runs the command that was given. Exit code 1 when the database is away, or has no tables of this service yet."""
    try:
        app()
    except CannotStart as refused:
        _fail(service, str(refused))
    except asyncpg.UndefinedTableError:
        _fail(service, f"the schema {service} has no tables yet: start vangnet-{service} once")


def _fail(service: str, text: str) -> None:
    sys.stderr.write(f"vangnet-{service}: {text}\n")
    sys.exit(1)
