"""`vangnet-linker shares`: what an evaluator's organisation does with its half of the key. Secrets go to files of mode 0600 only;
what is printed may be told to anybody."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from vangnet_pseudonym import keys, shares, voprf
from vangnet_pseudonym.shares import Share
from vangnet_pseudonym.split import random_scalar

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Half a key: make, show, refresh, back up, restore.")

BAD_INPUT = 65  # EX_DATAERR of sysexits.h
ShareFile = Annotated[Path, typer.Argument(help="Share file of this evaluator.")]
Epoch = Annotated[int, typer.Option(min=1, max=65535, help="Pseudonym epoch.")]
NewId = Annotated[str, typer.Option(help="Name of the new share; both evaluators take the same.")]
Passphrase = Annotated[
    str, typer.Option(prompt=True, hide_input=True, envvar="VANGNET_PASSPHRASE", help="Asked for when it is not set.")
]


@app.command()
def new(path: ShareFile, epoch: Epoch = 1, share_id: NewId = "1") -> None:
    """Make this organisation's half for an epoch: a new file, or one more share in a file that is there."""
    with explained():
        before = _read(path) if path.exists() else []
        _replace(path, [*before, shares.make(epoch, share_id)])
    show(path)


@app.command()
def show(path: ShareFile) -> None:
    """Print epoch, share id and public key of each share."""
    with explained():
        for share in _read(path):
            typer.echo(f"{share.epoch} {share.share_id} {keys.to_text(share.public)}")


@app.command(context_settings={"ignore_unknown_options": True})  # one key in 64 begins with a hyphen
def pin(first: str, second: str) -> None:
    """Print K = K1 + K2 of two public keys, which every partner pins for the epoch."""
    with explained():
        typer.echo(keys.to_text(voprf.add(keys.from_text(first), keys.from_text(second))))


@app.command()
def delta(path: Annotated[Path, typer.Argument(help="New file, for both evaluators; destroy it afterwards.")]) -> None:
    """Draw the secret number of a refresh. It tells nothing of a key, but with it one half follows from the other's change."""
    with explained():
        _write_new(path, keys.to_text(random_scalar()).encode())


@app.command()
def refresh(
    path: ShareFile,
    delta_file: Annotated[Path, typer.Option(help="The number that both evaluators use.")],
    share_id: NewId,
    epoch: Epoch = 1,
    subtract: Annotated[
        bool, typer.Option("--subtract/--add", help="One evaluator adds, the other subtracts.")
    ] = False,
) -> None:
    """Add the refreshed share to the file. The old one stays until partners have gone over; K and all pseudonyms stay."""
    with explained():
        known = _read(path)
        current = [share for share in known if share.epoch == epoch]
        if not current:
            raise ValueError(f"{path}: holds no share of epoch {epoch}")
        number = keys.from_text(delta_file.read_text().strip())
        if not voprf.valid_scalar(number):
            raise ValueError(f"{delta_file}: is not a number that `delta` drew")
        _replace(path, [*known, shares.refresh(current[-1], number, share_id, subtract=subtract)])
    show(path)


@app.command()
def backup(
    path: ShareFile, to: Annotated[Path, typer.Argument(help="New file for the backup.")], passphrase: Passphrase
) -> None:
    """Write the shares to a file that opens with the passphrase only. Losing either half ends linkage: keep it elsewhere."""
    with explained():
        _write_new(to, shares.backup(_read(path), passphrase))


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="The backup.")],
    to: Annotated[Path, typer.Argument(help="New share file.")],
    passphrase: Passphrase,
) -> None:
    """Write the shares of a backup to a share file."""
    with explained():
        _write_new(to, shares.dump_shares(shares.restore(path.read_bytes(), passphrase)))
    show(to)


@contextmanager
def explained() -> Iterator[None]:
    """What is wrong with a file or a word is said in one line."""
    try:
        yield
    except FileExistsError as fault:
        _stop(f"{fault.filename}: is there already; nothing was changed")
    except OSError as fault:
        _stop(f"{fault.filename}: {fault.strerror}")
    except ValueError as fault:
        _stop(str(fault))


def _stop(why: str) -> NoReturn:
    sys.stderr.write(f"vangnet-linker shares: {why}\n")
    raise typer.Exit(BAD_INPUT)


def _read(path: Path) -> list[Share]:
    try:
        return shares.load_shares(path.read_bytes())
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None


def _replace(path: Path, kept: list[Share]) -> None:
    """Whole or not at all."""
    text = shares.dump_shares(kept)
    shares.load_shares(text)
    beside = path.with_name(path.name + ".new")
    _write_new(beside, text)
    beside.replace(path)


def _write_new(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
