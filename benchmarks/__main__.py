"""`python -m benchmarks [NAME …] [--scale S]`: measures, prints a table, writes results/latest.json."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from vangnet_runtime.logging import configure_logging

from benchmarks import (
    backtest,
    decide,
    desk,
    end_to_end,
    indicators,
    ingest,
    latency,
    linker,
    partner,
    peers,
    platform,
    report,
    state,
)
from benchmarks.figure import Figure
from benchmarks.ground import Ground

Benchmark = Callable[[Ground, float], AsyncIterator[Figure]]

BENCHMARKS: dict[str, Benchmark] = {
    "platform": platform.run,
    "ingest": ingest.run,
    "partner": partner.run,
    "linker": linker.run,
    "decide": decide.run,
    "desk": desk.run,
    "indicators": indicators.run,
    "state": state.run,
    "backtest": backtest.run,
    "peers": peers.run,
    "end-to-end": end_to_end.run,
    "latency": latency.run,
}


def main() -> None:
    """Everything, or what is named."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="How fast each part is; see benchmarks/README.md.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(BENCHMARKS)}")
    parser.add_argument("--scale", type=float, default=1.0, help="number of events, as a part of the usual (default 1)")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in BENCHMARKS]:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an orderly end: nothing is left running
    configure_logging("benchmarks", "benchmarks", "ERROR")
    figures = measured(given.names or list(BENCHMARKS), given.scale)
    report.show(figures)
    print(
        f"written to {report.RESULTS.relative_to(Path.cwd())}"
        if report.RESULTS.is_relative_to(Path.cwd())
        else report.RESULTS
    )


def measured(names: Sequence[str], scale: float) -> list[Figure]:
    """One benchmark after the other, on one platform in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vangnet-benchmarks-") as folder:
        ground = Ground(Path(folder) / "data")
        try:
            figures: list[Figure] = []
            for name in names:
                found = asyncio.run(_run(name, ground, scale))
                report.write(name, found)  # what is measured is kept, whatever comes of the rest
                figures += found
            return figures
        finally:
            ground.stop()


async def _run(name: str, ground: Ground, scale: float) -> list[Figure]:
    began, figures = time.monotonic(), []
    async for figure in BENCHMARKS[name](ground, scale):
        print(report.line(figure), file=sys.stderr, flush=True)
        figures.append(figure)
    print(f"  {name} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


if __name__ == "__main__":
    main()
