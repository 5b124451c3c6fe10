"""`vangnet up`: how long until it is ready, and what it takes when nothing happens."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
from vangnet_local.pidfile import PidFile

from benchmarks.figure import Figure, Target
from benchmarks.ground import Ground

COMMAND = str(Path(sys.executable).parent / "vangnet")
REST = 5.0
GIB = 1024**3


async def run(_ground: Ground, _scale: float) -> AsyncIterator[Figure]:
    """A platform of its own: a new data folder, then the same folder again."""
    with tempfile.TemporaryDirectory() as folder:
        where = ["--data-dir", str(Path(folder) / "data")]
        try:
            yield Figure(
                "platform", "vangnet up, new data folder", _seconds("up", "--detach", *where), "s", Target(20.0, "<")
            )
            await asyncio.sleep(REST)
            yield Figure("platform", "idle memory", _memory(Path(folder) / "data" / "run"), "GiB", Target(2.5, "<"))
            _seconds("down", *where)
            yield Figure(
                "platform",
                "vangnet up, the same folder again",
                _seconds("up", "--detach", *where),
                "s",
                Target(20.0, "<"),
            )
        finally:
            _seconds("down", *where)


def _seconds(*arguments: str) -> float:
    began = time.monotonic()
    subprocess.run([COMMAND, *arguments], check=True, capture_output=True, timeout=120)
    return time.monotonic() - began


def _memory(run: Path) -> float:
    """GiB of all processes; memory that several share counts in parts (PSS)."""
    found = [PidFile.read(path) for path in run.glob("*.pid")]
    pids = {pid for file in found if file for pid in file.members()}
    return sum(psutil.Process(pid).memory_full_info().pss for pid in pids) / GIB
