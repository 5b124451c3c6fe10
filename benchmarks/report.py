"""A table for people and results/latest.json for comparison."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import CPU, Figure

RESULTS = Path(__file__).parent / "results" / "latest.json"
LIBRARIES = ("aiokafka", "asyncpg", "msgspec", "cryptography", "rbcl", "fastapi", "uvloop", "faust-streaming")


def write(figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Replaces the file."""
    path.parent.mkdir(exist_ok=True)
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "figures": list(map(_json, figures)),
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def show(figures: Sequence[Figure]) -> None:
    """On stdout."""
    table = Table(title=f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for heading in ("stage", "what", "value", "target", "", "a CPU second", "ceiling in this run", "ratio"):
        table.add_column(
            heading, justify="right" if heading in ("value", "target", "ratio", "a CPU second") else "left"
        )
    for figure in figures:
        table.add_row(*_cells(figure))
    Console(width=None if os.isatty(1) else 170).print(table)


def machine() -> dict[str, object]:
    """What it ran on. `load`: how many others wanted the cores (1 and 15 minutes)."""
    one, _, fifteen = os.getloadavg()
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(one, 1), round(fifteen, 1)],
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _json(figure: Figure) -> dict[str, object]:
    target = str(figure.target) if figure.target else None
    met = figure.target.met(figure.value) if figure.target else None
    return asdict(figure) | {"target": target, "targetMet": met, "ratio": figure.ratio and round(figure.ratio, 4)}


def _cells(figure: Figure) -> list[str]:
    ceiling, target = figure.ceiling, figure.target
    return [
        figure.stage,
        figure.what,
        f"{number(figure.value)} {figure.unit}",
        str(target or ""),
        "" if target is None else "yes" if target.met(figure.value) else "no",
        number(figure.beside[CPU]) if CPU in figure.beside else "",
        f"{number(ceiling.value)} {ceiling.of}" if ceiling else "",
        f"{figure.ratio:.2f}" if figure.ratio else "",
    ]


def line(figure: Figure) -> str:
    """While it runs."""
    beside = "; ".join(f"{name} {number(value)}" for name, value in figure.beside.items())
    return f"{figure.stage}: {figure.what}: {number(figure.value)} {figure.unit}{f' ({beside})' if beside else ''}"


def number(value: float) -> str:
    """Three digits that say something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
