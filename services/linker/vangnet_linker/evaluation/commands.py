"""The commands `train` and `evaluate`: files in, figures out. They need no platform."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from vangnet_linker.domain.linkage.weights import Table, Weights, shipped
from vangnet_linker.evaluation.curve import svg
from vangnet_linker.evaluation.evaluate import Evaluation, Options, evaluate
from vangnet_linker.evaluation.records import Unreadable, read_records
from vangnet_linker.evaluation.tables import table_for

BAD_INPUT, NOT_INSTALLED = 65, 69  # EX_DATAERR, EX_UNAVAILABLE of sysexits.h

RecordsFile = Annotated[Path, typer.Option("--records", help="CSV: person fields of the contract, and entity.")]
TrainingFiles = Annotated[
    list[str], typer.Option("--records", help="CSV file; FILE@N: the first N rows are a register. Repeat it.")
]
WeightsFile = Annotated[Path | None, typer.Option("--weights", help="Weights to use; else those that ship.")]


def evaluate_command(
    *,
    records: RecordsFile,
    register: Annotated[
        int, typer.Option(min=0, help="The first so many rows are the register; each later row is one decision.")
    ] = 0,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Set the prior from these records, without their entity.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    curve: Annotated[Path | None, typer.Option(help="Write the precision-recall curve to this SVG file.")] = None,
    sure: Annotated[
        float | None,
        typer.Option(
            min=0.5,
            max=1.0,
            help="Working threshold: join at this posterior. Else 0.95, or what the table says of a register.",
        ),
    ] = None,
    weights: WeightsFile = None,
    table: Annotated[
        str | None, typer.Option(help="Table of the weights; else the one that fits the postcodes.")
    ] = None,
) -> None:
    """How well records are linked, by their tokens alone."""
    with explained():
        found = read_records(records)
        if register >= len(found.entities):
            raise Unreadable(f"--register {register}: the file has {len(found.entities)} records")
        name = table or table_for(found.kind, register=bool(register))
        outcome = evaluate(found, name, _table(weights, name), Options(register, calibrate, sure))
        if curve:
            curve.write_text(
                svg(outcome.points, (outcome.report["precision"], outcome.report["recall"])), encoding="utf-8"
            )
    typer.echo(json.dumps(outcome.report, indent=1) if as_json else _readable(outcome))


def train_command(
    *,
    records: TrainingFiles,
    table: Annotated[str, typer.Option(help="Name of the table to write.")],
    into: Annotated[Path, typer.Option("--weights", help="Weights file: the table is put in it, others stay.")],
    known: Annotated[
        int, typer.Option(min=1, max=999, help="Prior: of how many in a thousand the person is known.")
    ] = 950,
    decides: Annotated[
        int, typer.Option(min=500, max=1000, help="Posterior, in thousandths, to join one in a register.")
    ] = 950,
    twins: Annotated[
        bool, typer.Option("--twins", help="Two that are alike in all but the given names are two people.")
    ] = False,
) -> None:
    """Learn a table of weights from records whose entity is known. Needs scikit-learn: pip install 'vangnet-linker[train]'."""
    from vangnet_linker.evaluation.train import TrainingSet, train

    with explained():
        sets = []
        for text in records:
            path, _, first = text.partition("@")
            if first and not first.isdecimal():
                raise Unreadable(f"--records {text}: after @ comes the number of rows that are the register")
            sets.append(TrainingSet(read_records(Path(path)), int(first or 0), Path(path).name))
        before = msgspec.json.decode(into.read_bytes(), type=Weights).tables if into.exists() else {}
        tables = {**before, table: train(sets, known, twins=twins, decides=decides)}
        written = Weights(version=1, scheme="v2", tables=dict(sorted(tables.items())))
        into.write_bytes(msgspec.json.format(msgspec.json.encode(written), indent=1) + b"\n")


@contextmanager
def explained() -> Iterator[None]:
    """What goes wrong with a file is said in one line."""
    try:
        yield
    except Unreadable as reason:
        print(reason, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    except ModuleNotFoundError as missing:
        print(f"{missing.name} is not installed: pip install 'vangnet-linker[train]'", file=sys.stderr)
        raise typer.Exit(NOT_INSTALLED) from None
    except (msgspec.MsgspecError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None


def _table(path: Path | None, name: str) -> Table:
    weights = msgspec.json.decode(path.read_bytes(), type=Weights) if path else shipped()
    if name not in weights.tables:
        raise Unreadable(f"--table {name}: must be one of {', '.join(weights.tables)}")
    return weights.tables[name]


def _readable(outcome: Evaluation) -> str:
    lines = []
    for name, value in outcome.report.items():
        lines.append(f"{name:16} {', '.join(map(str, value)) if isinstance(value, list) else value}")
    return "\n".join(lines)
