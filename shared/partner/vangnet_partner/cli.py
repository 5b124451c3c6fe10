"""`vangnet-partner`: answers on stdout, everything else on stderr. Exit codes: exits.py."""

import asyncio
import os
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from vangnet_partner import exits
from vangnet_partner.config import ConfigRefused, PartnerConfig, Via, load_config

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Reports events to the region, with persons pseudonymised on this machine. Exit codes: 0 everything accepted, "
    "65 lines refused, 75 something away (lines are kept; the same command again goes on), 76 an evaluator is not to be "
    "trusted, 78 configuration.",
)

File = Annotated[str, typer.Argument(help="JSON lines; - for stdin.", metavar="FILE.jsonl")]
ViaOption = Annotated[Via, typer.Option(help="The partner's Kafka topic, or POST /v1/meldingen.")]
Processes = Annotated[int, typer.Option(min=1, help="Processes for the cryptography.", show_default="processors")]
PROCESSORS = os.cpu_count() or 1


def main() -> None:
    """Entry point: expected failures become one message and an exit code."""
    from vangnet_partner.doors.access_token import AccessRefused
    from vangnet_partner.doors.http import DoorRefused
    from vangnet_partner.patience import Away
    from vangnet_partner.signing_keys import KeyExists
    from vangnet_partner.state.cipher import Undecipherable
    from vangnet_partner.state.local_key import LocalKeyInvalid

    try:
        app()
    except (ConfigRefused, AccessRefused, DoorRefused, KeyExists, Undecipherable, LocalKeyInvalid) as failure:
        fail(exits.CONFIG, str(failure))
    except Away as away:
        fail(exits.AWAY, str(away))
    except (OSError, sqlite3.Error) as failure:
        fail(exits.FILE, str(failure))


def fail(code: int, text: str) -> NoReturn:
    """One message on stderr, each line of it marked."""
    for line in text.splitlines():
        print(f"vangnet-partner: {line}", file=sys.stderr)
    raise SystemExit(code)


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(help="Settings of this partner.", envvar="VANGNET_PARTNER_CONFIG", metavar="partner.toml")
    ] = Path("partner.toml"),
) -> None:
    """Every command reads the same settings."""
    context.obj = config


def settings(context: typer.Context) -> PartnerConfig:
    """Raises ConfigRefused."""
    return load_config(context.obj)


@app.command()
def submit(
    context: typer.Context,
    file: File,
    via: ViaOption = "kafka",
    again: Annotated[bool, typer.Option("--again", help="Also lines that were accepted before.")] = False,
    processes: Processes = PROCESSORS,
) -> None:
    """Send the lines of a file, wait for the final answer of each, print it as JSON."""
    from vangnet_partner import commands
    from vangnet_partner.sources import lines_of

    raise SystemExit(asyncio.run(commands.submit(settings(context), lines_of(file), via, again, processes)))


@app.command()
def check(context: typer.Context, file: File) -> None:
    """Say for each line what would be refused and which tokens it would have; send nothing."""
    from vangnet_partner import commands
    from vangnet_partner.sources import lines_of

    raise SystemExit(commands.check(settings(context), lines_of(file)))


@app.command()
def run(
    context: typer.Context,
    watch: Annotated[
        Path | None,
        typer.Option(help="Folder whose *.jsonl are sent, and lines added to them [default: stdin]", file_okay=False),
    ] = None,
    via: ViaOption = "kafka",
    processes: Processes = PROCESSORS,
) -> None:
    """Send what comes into a folder or by stdin, for as long as it lives; a levensteken every hour."""
    from vangnet_partner import commands

    if watch is not None and not watch.is_dir():
        fail(exits.CONFIG, f"there is no folder {watch}")
    folder = watch.absolute() if watch else None
    raise SystemExit(asyncio.run(commands.run(settings(context), folder, via, processes)))


@app.command()
def heartbeat(
    context: typer.Context,
    at: Annotated[
        datetime | None,
        typer.Option(help="Everything registered up to then was sent [default: now]", formats=["%Y-%m-%dT%H:%M:%S%z"]),
    ] = None,
    via: ViaOption = "kafka",
) -> None:
    """Send one levensteken, after what waits in the spool."""
    from vangnet_partner import commands
    from vangnet_partner.running.rounds import rfc3339

    moment = at or datetime.now(UTC)
    raise SystemExit(asyncio.run(commands.heartbeat(settings(context), rfc3339(moment), via)))


@app.command()
def feedback(
    context: typer.Context, follow: Annotated[bool, typer.Option("--follow", help="Go on until it is stopped.")] = False
) -> None:
    """Print what the region says to this partner, with the partner's own ids."""
    from vangnet_partner import commands

    raise SystemExit(asyncio.run(commands.feedback(settings(context), follow)))


@app.command()
def own_id(
    context: typer.Context, event_id: Annotated[str, typer.Argument(help="As the desk shows it.", metavar="EVENT-ID")]
) -> None:
    """Print the own id of an event that was sent from here ("uw melding" on the page of an alert)."""
    from vangnet_partner import commands

    raise SystemExit(commands.own_id(settings(context), event_id))


@app.command()
def requests(context: typer.Context) -> None:
    """Print the contact requests of the region that stand: what is asked about which event of ours, and what was answered."""
    from vangnet_partner import commands

    raise SystemExit(asyncio.run(commands.requests(settings(context))))


@app.command()
def answer(
    context: typer.Context,
    request: Annotated[str, typer.Argument(help="As `requests` prints it.", metavar="REQUEST")],
    answer: Annotated[str, typer.Argument(help="opgepakt, geweigerd, al-in-beeld or verkeerde-persoon.")],
    ground: Annotated[
        str,
        typer.Option(help="geheimhouding, toestemming-ontbreekt, onderzoeksbelang, niet-nodig or anders."),
    ] = "niet-nodig",
    at: Annotated[
        datetime | None, typer.Option(help="When it was answered [default: now]", formats=["%Y-%m-%dT%H:%M:%S%z"])
    ] = None,
) -> None:
    """Answer a contact request: one event of type contactantwoord."""
    from vangnet_partner import commands
    from vangnet_partner.requests import answer_line
    from vangnet_partner.running.rounds import rfc3339

    line = answer_line(request, answer, ground, rfc3339(at or datetime.now(UTC)))
    raise SystemExit(asyncio.run(commands.answer(settings(context), line)))


@app.command()
def keys(
    partner: Annotated[str, typer.Argument(help="Name of the partner in the policy.", metavar="NAME")],
    key_id: Annotated[str, typer.Option(help="Name of the key [default: NAME-<year>]")] = "",
    out: Annotated[Path, typer.Option(help="The private key: a new file.")] = Path("signing-key.pem"),
) -> None:
    """Make a signing key pair; print the public part as the region's keys.yaml wants it."""
    from vangnet_partner.signing_keys import make_signing_key, policy_lines

    year = datetime.now(UTC).year
    public = make_signing_key(out)
    valid = f"{year}-01-01T00:00:00Z", f"{year + 3}-01-01T00:00:00Z"
    print(policy_lines("partners", partner, key_id or f"{partner}-{year}", public, valid), end="")


@app.command()
def answer_key(
    partner: Annotated[str, typer.Argument(help="Name of the rights desk in the policy.", metavar="NAME")],
    key_id: Annotated[str, typer.Option(help="Name of the key [default: NAME-antwoord-<year>]")] = "",
    out: Annotated[Path, typer.Option(help="The private key: a new file.")] = Path("answer-key"),
) -> None:
    """Make the key that answers to access requests are sealed with; print the public part as the region's keys.yaml wants it."""
    from vangnet_partner.signing_keys import make_answer_key, policy_lines

    year = datetime.now(UTC).year
    public = make_answer_key(out)
    valid = f"{year}-01-01T00:00:00Z", f"{year + 3}-01-01T00:00:00Z"
    print(policy_lines("answers", partner, key_id or f"{partner}-antwoord-{year}", public, valid), end="")
