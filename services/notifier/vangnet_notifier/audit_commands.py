"""`vangnet-notifier audit verify|erase`: whether the trail is whole, and what it must forget."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from vangnet_contract.messages import TrailHead
from vangnet_runtime.database import Connection
from vangnet_runtime.settings import adopt_local_platform, load_settings

from vangnet_notifier.adapters.heads import HeadsUnread, published_heads
from vangnet_notifier.adapters.trail import erase as erase_lines
from vangnet_notifier.adapters.trail import verified
from vangnet_notifier.domain.trail import ERASE
from vangnet_notifier.domain.verification import Verdict
from vangnet_notifier.operating import DataDir, said_by_operator, with_connection
from vangnet_notifier.settings import AuditSettings, NotifierSettings

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: Kafka or the database is away
commands = typer.Typer(no_args_is_help=True, help="The trail: who did what, and the proof that nobody changed it.")


class Ground(StrEnum):
    """Why content must go."""

    RETENTION = "bewaartermijn"
    REQUEST = "wissing"
    COURT = "rechter"


@commands.command()
def verify(
    without_heads: Annotated[
        bool, typer.Option("--without-heads", help="The chain only: a tail cut or made anew stays unseen.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Check every line against the one before it, its content, and the published heads; exit code 1 when something is wrong."""
    try:
        verdict = _run(data_dir, without_heads)
    except HeadsUnread as problem:
        typer.echo(f"not verified: {problem}", err=True)
        raise typer.Exit(TRY_LATER) from None
    for finding in verdict.findings:
        typer.echo(finding)
    typer.echo(_summary(verdict, without_heads), err=True)
    if verdict.findings:
        raise typer.Exit(1)


@commands.command()
def erase(
    alert: Annotated[str, typer.Option(help="Id of the alert whose lines lose their content.")],
    ground: Annotated[Ground, typer.Option(help="Why.")],
    data_dir: DataDir = None,
) -> None:
    """Erase what the trail says about an alert. The chain stays whole, and a line says how much went and why."""
    line = said_by_operator(ERASE, ground)
    number = with_connection(data_dir, lambda connection: erase_lines(connection, alert, line))
    if not number:
        typer.echo(f"alert {alert}: the trail says nothing about it", err=True)
        raise typer.Exit(1)
    typer.echo(f"{number} line(s) erased", err=True)


def _run(data_dir: Path | None, without_heads: bool) -> Verdict:
    """Heads first: whatever they say was in the tables before."""
    adopt_local_platform(NotifierSettings.service, data_dir)
    settings = load_settings(AuditSettings)
    heads: list[TrailHead] | None = None if without_heads else asyncio.run(published_heads(settings.broker))

    async def read(connection: Connection) -> Verdict:
        return await verified(connection, heads)

    return with_connection(data_dir, read, away=TRY_LATER)


def _summary(verdict: Verdict, without_heads: bool) -> str:
    whole = f"{len(verdict.findings)} finding(s)" if verdict.findings else "whole"
    heads = "not compared" if without_heads else f"{verdict.heads}, covering line 1 to {verdict.covered}"
    return f"{whole}: {verdict.lines} line(s), {verdict.erased} of them erased; published heads: {heads}"
