"""The peers' environments, each its own and none in the product's: made at the first run, in .tools/peers, from pinned versions."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
TOOLS = HERE.parents[1] / ".tools"
PLACE = TOOLS / "peers"
MAIN = "nl.vangnet.peers.RollingCounts"
BUILD_WITHIN = 600.0


class NotBuilt(Exception):
    """A peer could not be built; the text is the end of what its tool said."""


def python(name: str) -> str:
    """The interpreter of a virtual environment with the requirements of that folder. Raises NotBuilt."""
    wanted = (HERE / name / "requirements.txt").read_text()
    environment, stamp = PLACE / name, PLACE / name / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        uv = str(TOOLS / "bin" / "uv")
        _do(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
        _do(
            *(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(environment / "bin" / "python")),
            str(HERE / name / "requirements.txt"),
        )
        stamp.write_text(wanted)
    return str(environment / "bin" / "python")


def java(name: str) -> Sequence[str]:
    """The command that runs the program of that folder, built by Maven. Raises NotBuilt."""
    runtime, source = shutil.which("java"), _files(HERE / name)
    if runtime is None:
        raise NotBuilt("java was not found: run `make setup`")
    folder = PLACE / name
    if not folder.exists() or _files(folder / "source") != source:
        _maven(HERE / name, folder)
    return (runtime, "-cp", f"{folder / 'source' / 'target' / 'classes'}:{folder / 'libs'}/*", MAIN)


def _maven(source: Path, folder: Path) -> None:
    """Builds a copy: nothing is written beside the source."""
    if shutil.which("mvn") is None:
        raise NotBuilt("mvn was not found: install Maven, as deploy/setup.sh does")
    making = folder.with_name(folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(source, making / "source")
    _do(
        *("mvn", "-B", "-q", "-ntp", "-Dstyle.color=never", "-f", str(making / "source" / "pom.xml"), "compile"),
        *("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={making / 'libs'}"),
    )
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _files(folder: Path) -> dict[str, bytes]:
    """What is built from."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".java", ".xml"} and "target" not in path.relative_to(folder).parts
    }


def _do(*command: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=BUILD_WITHIN)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NotBuilt(f"{Path(command[0]).name}: {fault}") from None
    if done.returncode != 0:
        raise NotBuilt(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-400:]}")
