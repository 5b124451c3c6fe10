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

from benchmarks.figure import CPU, PEERS, Figure

RESULTS = Path(__file__).parent / "results" / "latest.json"
LIBRARIES = ("aiokafka", "asyncpg", "msgspec", "cryptography", "rbcl", "fastapi", "uvloop", "faust-streaming")


def write(benchmark: str, figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Replaces what that benchmark gave before; what others gave stays, with its own date and load."""
    path.parent.mkdir(exist_ok=True)
    before = json.loads(path.read_text()) if path.exists() else {}
    kept = [figure for figure in before.get("figures", []) if figure.get("benchmark") != benchmark]
    ran = {"benchmark": benchmark, "date": datetime.now(UTC).isoformat(timespec="seconds"), "load": _load()}
    found: dict[str, object] = {"date": ran["date"], "machine": machine()}
    found["figures"] = kept + [ran | _json(figure) for figure in figures]
    found["peers"] = [_peer(figure) for figure in figures if figure.stage == PEERS] or before.get("peers", [])
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
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": _load(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _load() -> list[float]:
    one, _, fifteen = os.getloadavg()
    return [round(one, 1), round(fifteen, 1)]


def _peer(figure: Figure) -> dict[str, object]:
    """`events_per_s` is null when it could not be measured; `error` says why."""
    if figure.error:
        return {"name": figure.what, "events_per_s": None, "error": figure.error}
    return {"name": figure.what, "events_per_s": round(figure.value, 1), "events_per_cpu_s": figure.beside[CPU]}


def _json(figure: Figure) -> dict[str, object]:
    target = str(figure.target) if figure.target else None
    met = figure.target.met(figure.value) if figure.target else None
    return asdict(figure) | {"target": target, "targetMet": met, "ratio": figure.ratio and round(figure.ratio, 4)}


def _cells(figure: Figure) -> list[str]:
    ceiling, target = figure.ceiling, figure.target
    return [
        figure.stage,
        figure.what,
        figure.error or f"{number(figure.value)} {figure.unit}",
        str(target or ""),
        "" if target is None else "yes" if target.met(figure.value) else "no",
        number(figure.beside[CPU]) if CPU in figure.beside else "",
        f"{number(ceiling.value)} {ceiling.of}" if ceiling else "",
        f"{figure.ratio:.2f}" if figure.ratio else "",
    ]


def line(figure: Figure) -> str:
    """While it runs."""
    beside = "; ".join(f"{name} {number(value)}" for name, value in figure.beside.items())
    if figure.error:
        return f"{figure.stage}: {figure.what}: {figure.error}"
    return f"{figure.stage}: {figure.what}: {number(figure.value)} {figure.unit}{f' ({beside})' if beside else ''}"


def number(value: float) -> str:
    """Three digits that say something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
